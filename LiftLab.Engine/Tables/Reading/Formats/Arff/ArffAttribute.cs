using System.Globalization;

namespace LiftLab.Engine.Tables.Reading.Formats.Arff;

/// <summary>The type of an attribute of an ARFF file.</summary>
enum ArffType
{
    Numeric,
    Nominal,
    Text,
    Date,
}

/// <summary>A declared attribute (column) of an ARFF file.</summary>
/// <param name="Values">The declared values of a nominal attribute, in their order; empty for other types.</param>
/// <param name="Format">The .NET format of the cells of a date; null where they are read by the usual rules for dates.</param>
sealed record ArffAttribute(string Name, ArffType Type, IReadOnlyList<string> Values, string? Format = null)
{
    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> declared = Values
        .ToHashSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a cell is one of the declared values.</summary>
    public bool Declares(ReadOnlySpan<char> cell) => declared.Contains(cell);

    /// <summary>What a value is that a sparse row does not write: 0, the first nominal value, or missing.</summary>
    public string Unwritten =>
        Type switch
        {
            ArffType.Numeric => "0",
            ArffType.Nominal when Values.Count > 0 => Values[0],
            _ => "",
        };

    /// <summary>How the cells are read because of the declaration; null: guessed.</summary>
    public ColumnReadOptions? Reading =>
        Type switch
        {
            ArffType.Nominal => new() { Kind = ColumnKind.Category },
            ArffType.Date => new() { Kind = ColumnKind.Date },
            _ => null,
        };

    /// <summary>A date in the notation of tables (2024-03-01 14:30:00).</summary>
    /// <returns>Null where the cell does not have the declared format.</returns>
    public string? Date(ReadOnlySpan<char> cell)
    {
        if (Format is null)
            return cell.ToString();
        if (!DateTime.TryParseExact(cell, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return null;
        var timed = Format.AsSpan().IndexOfAny('H', 'h', 'm') >= 0;
        return date.ToString(timed ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
