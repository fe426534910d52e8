namespace LiftLab.Engine.Figures;

/// <summary>
/// Reduces the marks of a scatter plot without a visible change: keeps the first mark of each group in each cell of a fine grid. Keeping
/// every n-th mark would lose outliers.
/// </summary>
public static class Thinning
{
    const int FinestGrid = 256;

    /// <param name="x">Finite. Shape (marks).</param>
    /// <param name="y">Finite. Shape (marks).</param>
    /// <param name="groups">Marks of different groups never replace each other. Shape (marks).</param>
    /// <param name="limit">The grid is made coarser until at most this number of marks remains, or until it has one cell.</param>
    /// <returns>Indices of the marks to draw, ascending; all if there are at most <paramref name="limit"/>.</returns>
    public static IReadOnlyList<int> Keep(IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<int> groups, int limit)
    {
        int[] kept = [.. Enumerable.Range(0, x.Count)];
        if (kept.Length <= limit)
            return kept;
        double left = x.Min(),
            width = x.Max() - left,
            bottom = y.Min(),
            height = y.Max() - bottom;
        for (var cells = FinestGrid; cells >= 1; cells /= 2)
        {
            int Cell(double value, double low, double range) => range > 0 ? Math.Min(cells - 1, (int)((value - low) / range * cells)) : 0;
            kept = [.. Enumerable.Range(0, x.Count).DistinctBy(i => (groups[i], Cell(x[i], left, width), Cell(y[i], bottom, height)))];
            if (kept.Length <= limit)
                break;
        }
        return kept;
    }
}
