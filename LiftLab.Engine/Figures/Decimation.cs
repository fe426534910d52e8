namespace LiftLab.Engine.Figures;

/// <summary>
/// Reduces the points of a curve without a visible change: divides the curve into spans with equal numbers of points and keeps the minimum
/// and the maximum of each, in order. Keeping every n-th point would lose spikes.
/// </summary>
public static class Decimation
{
    /// <returns>Indices of the points to draw, ascending; all if there are at most <paramref name="limit"/>.</returns>
    public static IReadOnlyList<int> Keep(IReadOnlyList<double> values, int limit)
    {
        var n = values.Count;
        if (n <= limit)
            return [.. Enumerable.Range(0, n)];
        var spans = Math.Max(1, limit / 2);
        var kept = new List<int>(2 * spans) { 0 };
        for (var s = 0; s < spans; s++)
        {
            int from = (int)((long)s * n / spans),
                to = (int)((long)(s + 1) * n / spans),
                low = from,
                high = from;
            for (var i = from; i < to; i++)
            {
                if (values[i] < values[low])
                    low = i;
                if (values[i] > values[high])
                    high = i;
            }
            Add(Math.Min(low, high));
            Add(Math.Max(low, high));
        }
        Add(n - 1);
        return kept;

        void Add(int i)
        {
            if (kept[^1] < i)
                kept.Add(i);
        }
    }
}
