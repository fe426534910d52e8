using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables;

/// <summary>
/// What a class is, everywhere: cells that are the same number are one class (1 and 1.0), other cells by their text. Codes (007, 1E5) are
/// texts. The order of classes is numeric where all labels are numbers, else by code point.
/// </summary>
public static class ClassLabels
{
    /// <summary>Whether two cells are of the same class.</summary>
    public static IEqualityComparer<string> Same { get; } = new SameClass();

    /// <summary>The classes of the cells in class order, each by its shortest text.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> cells)
    {
        var labels = new Dictionary<string, string>(Same);
        foreach (var cell in cells)
            if (!labels.TryGetValue(cell, out var known) || IsBefore(cell, known))
                labels[cell] = cell;
        string[] distinct = [.. labels.Values];
        return distinct.All(l => !double.IsNaN(Column.ParseNumber(l)))
            ? [.. distinct.OrderBy(Column.ParseNumber).ThenBy(l => l, StringComparer.Ordinal)]
            : [.. distinct.OrderBy(l => l, StringComparer.Ordinal)];
    }

    static bool IsBefore(string a, string b) => a.Length != b.Length ? a.Length < b.Length : string.CompareOrdinal(a, b) < 0;

    sealed class SameClass : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) =>
            string.Equals(x, y, StringComparison.Ordinal)
            || x is not null && y is not null && Number(x) is { } number && number == Number(y);

        public int GetHashCode(string cell) =>
            Number(cell) is { } number ? number.GetHashCode() : string.GetHashCode(cell, StringComparison.Ordinal);

        static double? Number(string cell) =>
            cell.Length > 0
            && (char.IsAsciiDigit(cell[0]) || cell[0] is '-' or '+' or '.')
            && Column.ParseNumber(cell) is var number
            && !double.IsNaN(number)
            && !NumberText.IsCode(cell)
            && !PartNumbers.HasShape(cell)
                ? number + 0.0 // -0 is 0
                : null;
    }
}
