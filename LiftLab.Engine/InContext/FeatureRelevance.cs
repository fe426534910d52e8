namespace LiftLab.Engine.InContext;

/// <summary>How much each feature alone says about the class, from the training rows.</summary>
static class FeatureRelevance
{
    /// <summary>Most values that a feature is seen as; more are joined at quantiles.</summary>
    const int Bins = 5;

    /// <summary>What the least of all features has of the greatest in the end, so that each is drawn at times.</summary>
    const double Least = 0.05;

    /// <summary>
    /// Mutual information of each feature and the class, less what chance alone makes of it (Miller 1955), over the greatest. Shape
    /// (features), in (0, 1]
    /// </summary>
    /// <param name="rows">Coded training rows. Shape (rows)(features)</param>
    /// <param name="power">That the shares of the greatest are raised to: below 1 features differ less.</param>
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

    /// <summary>Ids as 0, 1, 2 … in their order; above <see cref="Bins"/> different ones, as quantiles.</summary>
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
