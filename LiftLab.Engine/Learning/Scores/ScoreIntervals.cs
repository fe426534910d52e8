namespace LiftLab.Engine.Learning.Scores;

/// <summary>
/// The intervals of metrics: in closed form for proportions, else the percentile bootstrap within the true classes. Where that has no width
/// (each class is either all right or all wrong), rows of all classes are resampled together. An interval is withheld where even that has
/// no width, where there are too few rows, and where a relevant part of the resamples does not define the metric.
/// </summary>
static class ScoreIntervals
{
    /// <summary>An end of a 95 % interval lies among the undefined resamples if they are more than this share.</summary>
    const double MostUndefined = 0.025;

    /// <param name="strata">The stratum of each row. Shape (rows).</param>
    /// <param name="counted">Rows with a readable answer.</param>
    public static IReadOnlyList<Interval> Of(IReadOnlyList<Measured> measures, IReadOnlyList<int> strata, int counted, int seed)
    {
        Interval[] intervals = [.. measures.Select(m => m.Closed?.Invoke() ?? default)];
        int[] open = [.. Enumerable.Range(0, measures.Count).Where(i => measures[i].Closed is null)];
        if (open.Length == 0)
            return intervals;
        var within = counted < Interval.FewestRows ? null : Bootstrap.Draws([.. open.Select(i => measures[i].Measure)], strata, seed);
        var flat = new List<int>();
        for (var i = 0; i < open.Length; i++)
        {
            intervals[open[i]] = within is null ? Interval.Withheld(Interval.TooFew(counted)) : Percentiles(within[i]);
            if (IsFlat(intervals[open[i]]))
                flat.Add(open[i]);
        }
        if (flat.Count == 0)
            return intervals;
        var together = Bootstrap.Draws([.. flat.Select(i => measures[i].Measure)], new int[strata.Count], seed);
        for (var i = 0; i < flat.Count; i++)
        {
            var measure = measures[flat[i]];
            var interval = measure.IfFlat?.Invoke() ?? Percentiles(together[i]);
            intervals[flat[i]] = IsFlat(interval) ? Interval.Withheld("every resample of the rows gives the same value") : interval;
        }
        return intervals;
    }

    static bool IsFlat(Interval interval) => interval is { Low: { } low, High: { } high } && Interval.IsFlat(low, high);

    static Interval Percentiles(double[] draws)
    {
        double[] defined = [.. draws.Where(double.IsFinite).Order()];
        var undefined = 1 - (double)defined.Length / draws.Length;
        return undefined > MostUndefined
            ? Interval.Withheld(FormattableString.Invariant($"{100 * undefined:0} % of the resamples of the rows do not define it"))
            : new(Bootstrap.Quantile(defined, 0.025), Bootstrap.Quantile(defined, 0.975));
    }
}
