namespace LiftLab.Engine.Tables.Profile;

/// <summary>Ranks of numbers.</summary>
static class Ranking
{
    /// <summary>Ranks from 1 in the order of the numbers; equal numbers have the mean of their ranks.</summary>
    /// <param name="numbers">Without NaN.</param>
    public static double[] Of(IReadOnlyList<double> numbers)
    {
        var sorted = new double[numbers.Count];
        var rows = new int[numbers.Count];
        for (var i = 0; i < rows.Length; i++)
            (sorted[i], rows[i]) = (numbers[i], i);
        Array.Sort(sorted, rows);
        var ranks = new double[rows.Length];
        for (int i = 0, end; i < rows.Length; i = end)
        {
            end = i + 1;
            while (end < rows.Length && sorted[end] == sorted[i])
                end++;
            for (var k = i; k < end; k++)
                ranks[rows[k]] = (i + 1 + end) / 2.0;
        }
        return ranks;
    }
}
