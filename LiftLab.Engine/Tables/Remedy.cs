using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Tables;

/// <summary>A change by which a person overrules a guess or removes a problem.</summary>
/// <param name="Words">The label of its button ("Read as a word").</param>
/// <param name="Option">The same change as an option of the command line ("--word country=NA").</param>
/// <param name="Column">The column that it changes; null for the whole table.</param>
public sealed record Remedy(string Words, string Option, string? Column = null)
{
    /// <summary>The column's new role.</summary>
    public ColumnRole? Role { get; init; }

    /// <summary>Options that are added to those of the column.</summary>
    public ColumnReadOptions? Reading { get; init; }

    /// <summary>The same change as a step on the table that was read; null where the file must be read in another way.</summary>
    public TableStep? Step { get; init; }

    /// <summary>The decimal mark of the file.</summary>
    public char? DecimalMark { get; init; }

    /// <summary>The encoding of the file.</summary>
    public string? Encoding { get; init; }

    public static Remedy Decode(string encoding, string words) => new(words, $"--encoding {encoding}") { Encoding = encoding };

    public static Remedy Include(string column) =>
        new("Use as a feature", $"--include {Quoted(column)}", column) { Role = ColumnRole.Feature };

    public static Remedy Ignore(string column) =>
        new("Ignore the column", $"--ignore {Quoted(column)}", column) { Role = ColumnRole.Ignored };

    public static Remedy Word(string column, string text) =>
        new($"Read '{text}' as a word", $"--word {Quoted($"{column}={text}")}", column) { Reading = new() { Words = [text] } };

    /// <summary>Reads texts of a column as missing values.</summary>
    public static Remedy Missing(string column, params string[] texts) =>
        new($"Read '{texts[0]}' as missing", string.Join(' ', texts.Select(t => $"--missing {Quoted($"{column}={t}")}")), column)
        {
            Reading = new() { Missing = texts },
        };

    public static Remedy Kind(string column, ColumnKind kind, string words) =>
        new(words, $"--kind {Quoted($"{column}={kind.ToString().ToLowerInvariant()}")}", column) { Reading = new() { Kind = kind } };

    public static Remedy Parts(string column, params DatePart[] parts) =>
        new(
            $"Add {string.Join(", ", parts.Select(WordOf))}",
            $"--parts {Quoted($"{column}={string.Join(',', parts.Select(p => p.ToString().ToLowerInvariant()))}")}",
            column
        )
        {
            Reading = new() { Parts = parts },
        };

    public static Remedy Merge(string column, IReadOnlyDictionary<string, string> merged, string words, string option) =>
        new(words, option, column) { Reading = new() { Merged = merged } };

    /// <summary>"day number": how a part is written in names and sentences.</summary>
    public static string WordOf(DatePart part) => part == DatePart.DayNumber ? "day number" : part.ToString().ToLowerInvariant();

    /// <summary>The text as one argument of a shell.</summary>
    public static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '=' or '_' or '-' or '.' or ',')
            ? text
            : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
