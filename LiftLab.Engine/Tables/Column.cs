using System.Globalization;

namespace LiftLab.Engine.Tables;

/// <summary>
/// One named column of a <see cref="Table"/>: the text of every cell, in row order, with numbers in invariant notation
/// (a reader that meets decimal commas rewrites them). An empty cell is missing.
/// </summary>
public sealed class Column(string name, IReadOnlyList<string> cells)
{
    double[]? numbers;

    public string Name { get; } = name;

    public IReadOnlyList<string> Cells { get; } = cells;

    /// <summary>The cells as numbers; NaN where the cell is missing or is not a number. Parsed once, on first use.</summary>
    public IReadOnlyList<double> Numbers => numbers ??= [.. Cells.Select(ParseNumber)];

    public bool IsMissing(int row) => Cells[row].Length == 0;

    /// <summary>A cell's number in invariant notation, or NaN.</summary>
    public static double ParseNumber(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;
}
