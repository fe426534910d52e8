using Sylvan.Data.Csv;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Reads delimited text (CSV, TSV, cells between blanks) as a table.</summary>
sealed class CsvTable
{
    const int SampleLength = 1 << 16;

    /// <summary>Codes of problems by which a wrong way of quoting shows.</summary>
    static readonly string[] SignsOfQuoting =
    [
        "long-row",
        "short-row",
        "text-after-quote",
        "unclosed-quote",
        "short-header",
        "row-names",
        "no-header",
    ];

    readonly byte[] bytes;
    readonly TableReadOptions options;
    readonly CancellationToken cancel;
    readonly TextEncoding encoding;
    readonly TextFacts facts;
    readonly ProblemLog found = new();
    readonly string sample;
    readonly bool cut,
        skipLine;
    readonly char delimiter;
    readonly int gap;

    CsvTable(byte[] bytes, TableReadOptions options, CancellationToken cancel)
    {
        (this.bytes, this.options, this.cancel) = (bytes, options, cancel);
        if (bytes.Length == 0)
            throw found.Fail("empty-file", "the file is empty", "Choose a file with a header row and data rows.");
        encoding =
            (options.Encoding is { } given ? TextEncoding.Named(given, bytes) : TextEncoding.Of(bytes, found))
            ?? throw found.Fail(
                "unknown-encoding",
                $"the encoding '{options.Encoding}' is not supported",
                $"Use one of: {string.Join(", ", TextEncoding.Names)}."
            );
        if (
            !encoding.Name.StartsWith("utf-16", StringComparison.Ordinal)
            && bytes.AsSpan().TrimEnd((byte)0) is var filled
            && filled.Length < bytes.Length
        )
        {
            found.Warn(
                "nul-end",
                $"the file ends with {bytes.Length - filled.Length} NUL characters, which were left out",
                "The file may have been cut while it was written: check its last row."
            );
            this.bytes = filled.ToArray();
        }
        using (var text = Text())
            facts = TextFacts.Of(text, cancel);
        if (!facts.LooksLikeText)
            throw new ProblemLog().Fail(
                "not-a-table",
                "the file is not text",
                "Save the table as CSV (UTF-8) or XLSX and choose that file."
            );
        sample = Sample(out cut);
        if (options.CommentMark is { } mark)
            sample = string.Join('\n', sample.Split(["\r\n", "\n", "\r"], StringSplitOptions.None).Where(l => !IsComment(l, mark)));
        if (facts.LineEndKinds > 1 && facts.ReturnLines > 0)
            found.Warn(
                "line-ends",
                $"lines end in different ways: CR LF ({facts.BothLines}), LF ({facts.FeedLines}), CR ({facts.ReturnLines}); each of them ends a row",
                "Save the file with one kind of line end if rows are cut."
            );
        (delimiter, gap, skipLine) = Delimiter();
        // Without quotes a record is a line.
        if (facts.HasQuote || facts.LongestLine > MostFields)
        {
            using var text = Text();
            if (RecordWidth.Exceeds(text, delimiter, MostFields))
                throw new ProblemLog().Fail(
                    "too-many-columns",
                    $"a row has more than {MostFields} cells; at most {options.MaxColumns} columns are read",
                    "Remove columns, or check the delimiter."
                );
        }
    }

    /// <exception cref="BadDataException">The file is not text, or has no rows.</exception>
    public static TableReading Read(byte[] bytes, string name, TableReadOptions options, EarlyColumn? early, CancellationToken cancel)
    {
        var table = new CsvTable(bytes, options, cancel);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (early is not null && bytes.Length >= early.Smallest)
            _ = table.GiveAsync(early, over.Token);
        var reading = table.Read(name);
        over.Cancel();
        return reading;
    }

    /// <summary>Gives one column as soon as its cells are read, where nothing is to be said of the file.</summary>
    Task GiveAsync(EarlyColumn early, CancellationToken over) =>
        !IsPlain
            ? Task.CompletedTask
            : Task.Run(
                () =>
                {
                    if (One(early.Name, over) is { } column)
                        early.Come(column);
                },
                CancellationToken.None
            );

    /// <summary>One column, where it is certain to be that of the whole table; else null.</summary>
    internal static Column? Early(byte[] bytes, string name, TableReadOptions options) =>
        new CsvTable(bytes, options, CancellationToken.None) is { IsPlain: true } table ? table.One(name, CancellationToken.None) : null;

    bool IsPlain => !found.Any && delimiter != ' ' && !facts.HasBackslashQuote;

    Column? One(string name, CancellationToken over)
    {
        try
        {
            using var rows = Rows(strict: true, CsvQuoting.Standard, over);
            return TableAssembly.ReadOne(rows, name, options with { Delimiter = delimiter }, over);
        }
        catch (Exception e) when (e is CsvFormatException or BadDataException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Empty cells at the end of a row are no columns, but the library needs quadratic time in the number of cells.</summary>
    int MostFields => Math.Max(1 << 15, 4 * options.MaxColumns);

    TableReading Read(string name)
    {
        var best = Attempt(CsvQuoting.Standard);
        if (delimiter != ' ' && Signs(best) > 0)
            foreach (var quoting in Others())
                if (Attempt(quoting) is { Assembly: not null } other && Signs(other) * 4 <= Signs(best))
                {
                    other.Problems.Warn(
                        "other-quoting",
                        quoting switch
                        {
                            CsvQuoting.Backslash => "quotes inside cells are written \\\"; they were read as quotes",
                            CsvQuoting.Single => "cells are quoted with single quotes ('a, b'); they were read without them",
                            _ => "cells are quoted with typographic quotes (“a, b”); they were read without them",
                        },
                        "Save the file with double quotes around cells, and double quotes inside them, if this is wrong."
                    );
                    best = other;
                }
        if (best.Assembly is null)
            throw best.Failure!;
        found.AddTo(best.Problems);
        return best.Assembly.ToReading(name, new TableFormat("csv", encoding.Name, delimiter, '.', true, null, [], []));
    }

    /// <param name="Assembly">Null where the text cannot be read in this way.</param>
    sealed record Result(TableAssembly? Assembly, ProblemLog Problems, BadDataException? Failure);

    IEnumerable<CsvQuoting> Others()
    {
        if (facts.HasBackslashQuote)
            yield return CsvQuoting.Backslash;
        if (facts.HasSingleQuote)
            yield return CsvQuoting.Single;
        if (facts.HasTypographicQuote)
            yield return CsvQuoting.Typographic;
    }

    static int Signs(Result result) =>
        result.Assembly is null
            ? int.MaxValue / 8
            : SignsOfQuoting.Sum(code => result.Problems.Count(Severity.Warning, code) + result.Problems.Count(Severity.Error, code));

    Result Attempt(CsvQuoting quoting)
    {
        var problems = new ProblemLog();
        try
        {
            return new(Assemble(strict: true, quoting, problems), problems, null);
        }
        catch (CsvRecordTooLargeException)
        {
            return new(
                null,
                problems,
                problems.Fail(
                    "unclosed-quote",
                    "one record is longer than 16 million characters",
                    "Most likely a quote is not closed: close it, or double a quote that is part of the text."
                )
            );
        }
        catch (CsvFormatException) when (quoting != CsvQuoting.Standard)
        {
            return new(null, problems, null);
        }
        catch (CsvFormatException)
        {
            // Read again without strict quoting, and report the rows with invalid quotes.
            problems = new();
            return Lenient(problems);
        }
        catch (BadDataException bad)
        {
            return new(null, problems, bad);
        }
    }

    Result Lenient(ProblemLog problems)
    {
        try
        {
            return new(Assemble(strict: false, CsvQuoting.Standard, problems), problems, null);
        }
        catch (BadDataException bad)
        {
            return new(null, problems, bad);
        }
    }

    TableAssembly Assemble(bool strict, CsvQuoting quoting, ProblemLog problems)
    {
        using var rows = Rows(strict, quoting, cancel);
        return TableAssembly.Read(
            rows is CsvRows lax && !strict ? new BrokenQuotes(lax, problems) : rows,
            options with
            {
                Delimiter = delimiter,
            },
            problems,
            cancel
        );
    }

    RowReader Rows(bool strict, CsvQuoting quoting, CancellationToken cancel)
    {
        TextReader text = TextUntil(cancel);
        if (skipLine)
            text.ReadLine();
        if (facts.LineEndKinds > 1 && facts.ReturnLines > 0 || facts.HasMarkInside || quoting == CsvQuoting.Typographic)
            text = new CleanedText(text, straightQuotes: quoting == CsvQuoting.Typographic);
        var damaged = facts.Nuls > 0 || encoding.BadBytes > 0;
        return delimiter == ' ' ? new BlankRows(text, gap, damaged) : new CsvRows(text, delimiter, strict, quoting, damaged);
    }

    (char Delimiter, int Gap, bool SkipLine) Delimiter()
    {
        if (options.Delimiter is { } given)
            return (given, given == ' ' ? BlankColumns.LeastGap(sample, cut) ?? 1 : 0, false);
        if (SeparatorLine(sample) is { } told)
            return (told, 0, true);
        var guess = CsvDelimiter.Guess(sample, cut);
        if (guess is { } sure && CsvDelimiter.DividesHeader(sample, sure) || BlankColumns.LeastGap(sample, cut) is not { } least)
            return (guess ?? ',', 0, false);
        found.Warn(
            "blank-delimiter",
            least == 1 ? "the cells are separated by blanks" : "the cells are separated by two or more blanks",
            "If a blank is part of a cell, quote the cell or choose another delimiter (--delimiter)."
        );
        return (' ', least, false);
    }

    static bool IsComment(string line, string mark) => line.AsSpan().TrimStart(" \t\"").StartsWith(mark, StringComparison.Ordinal);

    StreamReader Text() => TextUntil(cancel);

    StreamReader TextUntil(CancellationToken cancel) =>
        new(new CancellableBytes(bytes, cancel, encoding.Skip), encoding.Encoding, false, 1 << 16);

    string Sample(out bool cut)
    {
        using var text = Text();
        var buffer = new char[SampleLength];
        var length = text.ReadBlock(buffer);
        cut = text.Peek() >= 0;
        return new(buffer, 0, length);
    }

    /// <summary>The delimiter that a first line such as "sep=;" declares to spreadsheet programs; null without such a line.</summary>
    static char? SeparatorLine(string sample) =>
        sample.Length > 5 && sample.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && sample[5] is '\r' or '\n' ? sample[4] : null;
}
