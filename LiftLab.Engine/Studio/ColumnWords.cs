using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Studio;

/// <summary>A column's name as it reads in a sentence: underscores become spaces, a unit in brackets at the end is taken off.</summary>
/// <param name="Unit">The schema's unit, else the one in the name; null for none.</param>
public sealed record ColumnWords(string Name, string? Unit)
{
    public static ColumnWords Of(ColumnSchema column) => Of(column.ReadableName ?? column.Name, column.Unit);

    /// <summary>The name without a leading "the", for sentences that write one themselves.</summary>
    public string Noun =>
        Name.StartsWith(Article, StringComparison.OrdinalIgnoreCase) && Name.Length > Article.Length ? Name[Article.Length..] : Name;

    const string Article = "the ";

    public static ColumnWords Of(string column, string? unit)
    {
        var name = column.Replace('_', ' ').Trim();
        var open = name.LastIndexOfAny(['(', '[']);
        if (
            open > 0
            && name[^1] == (name[open] == '(' ? ')' : ']')
            && !(name.EndsWith("(s)", StringComparison.Ordinal) && char.IsLetter(name[open - 1])) // a plural
            && name[(open + 1)..^1].Trim() is { Length: > 0 } own
            && Units.IsAlone(own)
        )
            return new(name[..open].Trim(), Known(unit) ?? own);
        return new(name.Length == 0 ? column : name, Known(unit));
    }

    /// <summary>"5.1 cm", "$5", "12%": a value with the unit.</summary>
    public string With(string value) => MeasuredText.With(value, Unit);

    static string? Known(string? unit) => string.IsNullOrWhiteSpace(unit) ? null : unit.Trim();
}
