namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Holm's step-down correction for several tests at once.</summary>
public static class Holm
{
    /// <returns>Adjusted p values in the given order: compare each with the level itself.</returns>
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
