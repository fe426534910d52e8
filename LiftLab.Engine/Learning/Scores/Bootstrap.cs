namespace LiftLab.Engine.Learning.Scores;

/// <summary>A metric of fixed predictions as a function of the row weights. NaN where undefined.</summary>
/// <param name="weights">How often each row counts; not negative. Shape (N).</param>
public delegate double Measure(ReadOnlySpan<double> weights);

/// <summary>Stratified bootstrap: rows are resampled with replacement within strata (the true classes).</summary>
public static class Bootstrap
{
    /// <summary>Number of resamples for n rows: 2,000, down to 400 for large n, where the interval ends vary less.</summary>
    public static int Resamples(int rows) => Math.Clamp(4_000_000 / Math.Max(1, rows), 400, 2000);

    /// <summary>Each measure's value in every resample. Shape (measures, resamples).</summary>
    public static double[][] Draws(IReadOnlyList<Measure> measures, IReadOnlyList<int> strata, int seed)
    {
        int[][] groups = [.. Enumerable.Range(0, strata.Count).GroupBy(i => strata[i]).OrderBy(g => g.Key).Select(g => g.ToArray())];
        var random = new Random(seed);
        var resamples = Resamples(strata.Count);
        double[][] draws = [.. measures.Select(_ => new double[resamples])];
        var weights = new double[strata.Count];
        for (var b = 0; b < resamples; b++)
        {
            Array.Clear(weights);
            foreach (var group in groups)
                for (var i = 0; i < group.Length; i++)
                    weights[group[random.Next(group.Length)]]++;
            for (var m = 0; m < measures.Count; m++)
                draws[m][b] = measures[m](weights);
        }
        return draws;
    }

    /// <summary>Linear interpolation between order statistics.</summary>
    /// <param name="ascending">At least one value.</param>
    public static double Quantile(IReadOnlyList<double> ascending, double q)
    {
        var at = q * (ascending.Count - 1);
        var below = (int)at;
        return below + 1 == ascending.Count
            ? ascending[below]
            : ascending[below] + (at - below) * (ascending[below + 1] - ascending[below]);
    }
}
