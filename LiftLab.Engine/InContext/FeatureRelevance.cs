namespace LiftLab.Engine.InContext;

/// <summary>The relevance of each single feature for the class, measured on the training rows.</summary>
static class FeatureRelevance
{
    /// <summary>Maximum distinct values per feature; more are binned at quantiles.</summary>
    const int Bins = 5;

    /// <summary>Minimum relevance, relative to the greatest, so that every feature is sometimes drawn.</summary>
    const double Least = 0.05;

    /// <summary>
    /// Mutual information of each feature and the class, corrected for bias (Miller 1955), divided by the greatest. Shape (features), in
    /// (0, 1]
    /// </summary>
    /// <param name="rows">Coded training rows. Shape (rows)(features)</param>
    /// <param name="power">Exponent of the ratios; below 1, features differ less.</param>
    public static double[] Of(IReadOnlyList<int[]> rows, int[] classes, int classCount, double power)
    {
        var information = Enumerable
            .Range(0, rows[0].Length)
            .Select(f => Information([.. rows.Select(r => r[f])], classes, classCount))
            .ToArray();
        var most = information.Max();
        return [.. information.Select(i => most > 0 ? Math.Max(Least, Math.Pow(Math.Max(0, i / most), power)) : 1)];
    }

    static double Information(int[] cells, int[] classes, int classCount)
    {
        int[] bins = Binned(cells);
        var values = bins.Max() + 1;
        var (joint, ofValue, ofClass) = (new double[values, classCount], new double[values], new double[classCount]);
        for (var i = 0; i < bins.Length; i++)
        {
            joint[bins[i], classes[i]]++;
            ofValue[bins[i]]++;
            ofClass[classes[i]]++;
        }
        var sum = 0.0;
        for (var v = 0; v < values; v++)
        for (var c = 0; c < classCount; c++)
            if (joint[v, c] > 0)
                sum += joint[v, c] / bins.Length * Math.Log(joint[v, c] * bins.Length / (ofValue[v] * ofClass[c]));
        return sum - (values - 1) * (ofClass.Count(n => n > 0) - 1) / (2.0 * bins.Length);
    }

    /// <summary>Maps ids to 0, 1, 2 … in their order; with more than <see cref="Bins"/> distinct ids, to quantiles.</summary>
    static int[] Binned(int[] cells)
    {
        int[] different = [.. cells.Distinct().Order()];
        if (different.Length <= Bins)
            return [.. cells.Select(c => Array.IndexOf(different, c))];
        int[] sorted = [.. cells.Order()];
        int[] cuts = [.. Enumerable.Range(1, Bins - 1).Select(b => sorted[b * sorted.Length / Bins]).Distinct()];
        return [.. cells.Select(c => cuts.Count(cut => c >= cut))];
    }
}
