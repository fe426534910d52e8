namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Holm's step-down correction for multiple tests.</summary>
public static class Holm
{
    /// <returns>Adjusted p-values, to be compared with the unadjusted level. Order and shape of <paramref name="pValues"/>.</returns>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        var adjusted = new double[pValues.Count];
        double running = 0;
        var position = 0;
        foreach (var i in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]))
        {
            running = Math.Max(running, Math.Min(1, (pValues.Count - position++) * pValues[i]));
            adjusted[i] = running;
        }
        return adjusted;
    }
}
