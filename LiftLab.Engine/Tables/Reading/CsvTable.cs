using Sylvan.Data.Csv;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>Reads delimited text (CSV, TSV) as a table.</summary>
static class CsvTable
{
    const int SampleLength = 1 << 16;

    /// <exception cref="BadDataException">The file is not text, or has no rows.</exception>
    public static TableReading Read(byte[] bytes, string name, TableReadOptions options)
    {
        var problems = new ProblemLog();
        if (bytes.Length == 0)
            throw problems.Fail("empty-file", "the file is empty", "Choose a file with a header row and data rows.");
        var encoding =
            (options.Encoding is { } given ? TextEncoding.Named(given, bytes) : TextEncoding.Of(bytes))
            ?? throw problems.Fail(
                "unknown-encoding",
                $"the encoding '{options.Encoding}' is not supported",
                "Use utf-8, utf-16, utf-16BE or windows-1252."
            );
        var sample = Sample(bytes, encoding, out var cut);
        if (!LooksLikeText(sample))
            throw problems.Fail("not-a-table", "the file is not text", "Save the table as CSV (UTF-8) or XLSX and choose that file.");

        var skipLine = false;
        var delimiter = options.Delimiter;
        if (delimiter is null && SeparatorLine(sample) is { } told)
            (delimiter, skipLine) = (told, true);
        delimiter ??= CsvDelimiter.Guess(sample, cut);

        TableAssembly assembly;
        try
        {
            assembly = Assemble(strict: true);
        }
        catch (CsvRecordTooLargeException)
        {
            throw problems.Fail(
                "unclosed-quote",
                "one record is longer than 16 million characters",
                "Most likely a quote is not closed: close it, or double a quote that is part of the text."
            );
        }
        catch (CsvFormatException)
        {
            // Read again without strict quoting, and report the rows with invalid quotes.
            problems = new();
            assembly = Assemble(strict: false);
        }
        return assembly.ToReading(name, new TableFormat("csv", encoding.Name, delimiter, '.', true, null, [], []));

        TableAssembly Assemble(bool strict)
        {
            var text = new StreamReader(
                new MemoryStream(bytes, encoding.Skip, bytes.Length - encoding.Skip),
                encoding.Encoding,
                false,
                1 << 16
            );
            if (skipLine)
                text.ReadLine();
            using var rows = new CsvRows(text, delimiter.Value, strict);
            using RowReader watched = strict ? rows : new BrokenQuotes(rows, problems);
            return TableAssembly.Read(watched, options with { Delimiter = delimiter }, problems);
        }
    }

    static string Sample(byte[] bytes, TextEncoding encoding, out bool cut)
    {
        using var text = new StreamReader(new MemoryStream(bytes, encoding.Skip, bytes.Length - encoding.Skip), encoding.Encoding, false);
        var buffer = new char[SampleLength];
        var length = text.ReadBlock(buffer);
        cut = text.Peek() >= 0;
        return new(buffer, 0, length);
    }

    /// <summary>False where control characters are frequent: tables have none, and they are a twentieth of random bytes.</summary>
    static bool LooksLikeText(string sample)
    {
        var controls = sample.Count(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n' or '\f' or '\v'));
        return !sample.Contains('\0', StringComparison.Ordinal) && controls <= sample.Length / 100;
    }

    /// <summary>The delimiter that a first line such as "sep=;" declares to spreadsheet programs; null without such a line.</summary>
    static char? SeparatorLine(string sample) =>
        sample.Length > 5 && sample.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && sample[5] is '\r' or '\n' ? sample[4] : null;

    /// <summary>
    /// Records of a text with invalid quoting: reports each place, and stops before a record whose quote is not closed, since that record
    /// contains the rest of the file.
    /// </summary>
    sealed class BrokenQuotes(CsvRows rows, ProblemLog problems) : RowReader
    {
        int row = -1;

        public override bool KnowsNumbers => false;
        public override int FieldCount => rows.FieldCount;

        public override ReadOnlySpan<char> Field(int index) => rows.Field(index);

        public override void Dispose() => rows.Dispose();

        public override bool Next()
        {
            if (!rows.Next())
                return false;
            row++;
            var broken = rows.BrokenField(out var unclosed);
            if (broken < 0)
                return true;
            if (unclosed)
            {
                problems.Error(
                    "unclosed-quote",
                    $"the quote at the start of cell {broken + 1} is never closed; this row and all later rows were left out",
                    "Close the quote, or double a quote that is part of the text.",
                    Math.Max(row, 1)
                );
                return false;
            }
            problems.Warn(
                "text-after-quote",
                $"cell {broken + 1} has text after its closing quote; it was read without its quotes",
                "Double a quote that is part of the text.",
                Math.Max(row, 1)
            );
            return true;
        }
    }
}
