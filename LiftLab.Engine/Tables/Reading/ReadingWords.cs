using System.Globalization;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Options of reading as words under names, the same names for the command line (with -- before them) and the HTTP API.
/// </summary>
/// <param name="given">The words under a name; empty for none.</param>
/// <param name="before">What is written before a name in messages.</param>
public sealed class ReadingWords(Func<string, IReadOnlyList<string>> given, string before = "")
{
    public const string Sheet = "sheet",
        Encoding = "encoding",
        Delimiter = "delimiter",
        DecimalMark = "decimal-mark",
        Header = "header",
        Skip = "skip",
        Comment = "comment",
        EveryRow = "every-row",
        Kind = "kind",
        Missing = "missing",
        Word = "word",
        Parts = "parts",
        Order = "date-order",
        Merge = "merge",
        MergeRare = "merge-rare";

    const int MostHeaderRows = 9;
    const int LongestComment = 4;

    /// <summary>The names of options of the file.</summary>
    public static IReadOnlyList<string> OfFile { get; } = [Sheet, Encoding, Delimiter, DecimalMark, Header, Skip, Comment, EveryRow];

    /// <summary>The names of options of columns, each of which can be given several times.</summary>
    public static IReadOnlyList<string> OfColumns { get; } = [Kind, Missing, Word, Parts, Order, Merge, MergeRare];

    /// <summary>Whether options of columns are given, which <see cref="And"/> checks against the table.</summary>
    public bool NeedCells => OfColumns.Any(name => given(name).Count > 0);

    /// <exception cref="ArgumentException">A word has another form.</exception>
    public TableReadOptions Read()
    {
        var header = Whole(Header, $"0 to {MostHeaderRows}");
        var reading = new TableReadOptions
        {
            Sheet = One(Sheet),
            Encoding = One(Encoding),
            Delimiter = One(Delimiter) is { } d ? Character(d) : null,
            HasHeader = header switch
            {
                null => null,
                0 => false,
                <= MostHeaderRows => true,
                _ => throw Wrong(Header, $"give 0 to {MostHeaderRows}"),
            },
            HeaderRows = header is > 0 ? header : null,
            SkippedRows = Whole(Skip, "0 or more"),
            CommentMark = One(Comment) is { } comment
                ? comment.Length <= LongestComment
                    ? comment
                    : throw Wrong(Comment, $"give at most {LongestComment} characters")
                : null,
            EveryRow = One(EveryRow)?.ToLowerInvariant() switch
            {
                null or "false" => null,
                "true" => true,
                _ => throw Wrong(EveryRow, "give true or false"),
            },
            DecimalMark = One(DecimalMark) switch
            {
                null => null,
                "." or "point" => '.',
                "," or "comma" => ',',
                _ => throw Wrong(DecimalMark, "give . or ,"),
            },
        };
        foreach (var (column, kind) in Pairs(Kind, "COLUMN=KIND"))
            reading = reading.With(column, c => c with { Kind = Known<ColumnKind>(kind, Kind) });
        foreach (var (column, order) in Pairs(Order, "COLUMN=ORDER"))
            reading = reading.With(column, c => c with { Order = Known<DateOrder>(order, Order) });
        foreach (var text in given(Missing))
            reading = With(reading, text, t => new() { Missing = [t] });
        foreach (var text in given(Word))
            reading = With(reading, text, t => new() { Words = [t] });
        foreach (var text in given(Parts))
            if (text.LastIndexOf('=') is > 0 and var at)
                reading = reading.With(
                    text[..at].Trim(),
                    c => c with { Parts = [.. text[(at + 1)..].Split(',').Select(p => Known<DatePart>(p.Trim(), Parts))] }
                );
        foreach (var text in given(Merge))
            if (text.Split('=') is [var column, var from, var to])
                reading = reading.With(
                    column.Trim(),
                    c => c.And(new() { Merged = new Dictionary<string, string> { [from.Trim()] = to.Trim() } })
                );
        return reading;
    }

    /// <summary>Adds the options that need the cells: parts that differ, values that look alike, rare values.</summary>
    /// <exception cref="ArgumentException">There is no such column, or a word has another form.</exception>
    public TableReadOptions And(Table table, TableReadOptions reading)
    {
        foreach (var name in (reading.Columns ?? new Dictionary<string, ColumnReadOptions>()).Keys)
            Has(table, name, null);
        foreach (var name in given(Parts).Where(t => !t.Contains('=', StringComparison.Ordinal)))
            reading = reading.With(name, c => c with { Parts = DateColumns.Useful(table[Has(table, name, Parts)]) });
        foreach (var name in given(Merge).Where(t => !t.Contains('=', StringComparison.Ordinal)))
            reading = reading.With(name, c => c.And(new() { Merged = LookAlikes.Merged(LookAlikes.Of(table[Has(table, name, Merge)])) }));
        foreach (var (name, count) in Pairs(MergeRare, "COLUMN=N"))
            reading = reading.With(
                name,
                c =>
                    c.And(
                        int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var below)
                            ? new() { Merged = SmallClasses.Merged(table[Has(table, name, MergeRare)], below) }
                            : throw Wrong(MergeRare, $"write COLUMN=N with a whole number, not '{name}={count}'")
                    )
            );
        return reading;
    }

    /// <summary>The name of a column that the table has.</summary>
    /// <param name="option">The option that names it; null where several may.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public string Has(Table table, string column, string? option) =>
        table.Has(column)
            ? column
            : throw new ArgumentException(
                $"{(option is null ? "" : $"{before}{option}: ")}there is no column '{column}'; the columns are {string.Join(", ", table.Columns.Select(c => $"'{c.Name}'"))}"
            );

    /// <summary>The words of an enumeration, for a message.</summary>
    public static string All<TWord>()
        where TWord : struct, Enum => string.Join(", ", Enum.GetNames<TWord>().Select(n => n.ToLowerInvariant()));

    string? One(string name) =>
        given(name) is { Count: > 0 } words
            ? words[^1] is { Length: > 0 } word
                ? word
                : null
            : null;

    int? Whole(string name, string range) =>
        One(name) is not { } word ? null
        : int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Wrong(name, $"give {range}");

    char Character(string delimiter) =>
        delimiter.ToLowerInvariant() switch
        {
            "comma" => ',',
            "semicolon" => ';',
            "tab" or "\\t" => '\t',
            "bar" or "pipe" => '|',
            "blanks" or "blank" or "space" or "spaces" => ' ',
            { Length: 1 } => delimiter[0],
            _ => throw Wrong(Delimiter, "give comma, semicolon, tab, bar, blanks or one character"),
        };

    /// <summary>Adds to one column ("COLUMN=TEXT"), or to all ("TEXT").</summary>
    static TableReadOptions With(TableReadOptions reading, string text, Func<string, ColumnReadOptions> more) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? reading.With(text[..at].Trim(), c => c.And(more(text[(at + 1)..].Trim())))
            : reading with
            {
                AllColumns = (reading.AllColumns ?? ColumnReadOptions.Guessed).And(more(text)),
            };

    /// <summary>"COLUMN=VALUE", split at the last =.</summary>
    IEnumerable<(string Column, string Value)> Pairs(string name, string form)
    {
        foreach (var text in given(name))
            yield return text.LastIndexOf('=') is > 0 and var at
                ? (text[..at].Trim(), text[(at + 1)..].Trim())
                : throw Wrong(name, $"write {form}, not '{text}'");
    }

    TWord Known<TWord>(string word, string name)
        where TWord : struct, Enum =>
        Enum.TryParse<TWord>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(word[0])
            ? value
            : throw Wrong(name, $"'{word}' is not one of {All<TWord>()}");

    ArgumentException Wrong(string name, string what) => new($"{before}{name}: {what}");
}
