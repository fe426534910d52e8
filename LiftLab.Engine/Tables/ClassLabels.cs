namespace LiftLab.Engine.Tables;

/// <summary>The order of class labels used everywhere: numeric where all labels are numbers, else by code point.</summary>
public static class ClassLabels
{
    public static IReadOnlyList<string> InOrder(IEnumerable<string> cells)
    {
        string[] distinct = [.. cells.Distinct(StringComparer.Ordinal)];
        return distinct.All(l => !double.IsNaN(Column.ParseNumber(l)))
            ? [.. distinct.OrderBy(Column.ParseNumber).ThenBy(l => l, StringComparer.Ordinal)]
            : [.. distinct.OrderBy(l => l, StringComparer.Ordinal)];
    }
}
