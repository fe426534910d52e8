namespace LiftLab.Engine.Tables;

/// <summary>Which classes are so rare that always answering another one has a high accuracy.</summary>
public static class RareClasses
{
    /// <summary>A class is rare if its share is below both: this share of all rows, and this part of an even share.</summary>
    const double Share = 0.05,
        Part = 0.2;

    /// <param name="counts">Rows of each class.</param>
    /// <returns>Indices of the rare classes, ascending.</returns>
    public static IReadOnlyList<int> In(IReadOnlyList<int> counts)
    {
        var least = Math.Min(Share, Part / Math.Max(1, counts.Count)) * counts.Sum();
        return [.. Enumerable.Range(0, counts.Count).Where(k => counts[k] < least)];
    }
}
