namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Ranks from 1; tied values get their mean rank.</summary>
static class Ranks
{
    public static double[] Ascending(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        var ranks = new double[order.Length];
        for (var i = 0; i < order.Length; )
        {
            var end = i;
            while (end < order.Length && values[order[end]] == values[order[i]])
                end++;
            for (var j = i; j < end; j++)
                ranks[order[j]] = (i + 1 + end) / 2.0;
            i = end;
        }
        return ranks;
    }

    /// <summary>Σ (t³ − t) over groups of t tied values.</summary>
    public static double TieTerm(IEnumerable<double> values) => values.GroupBy(v => v).Sum(g => Math.Pow(g.Count(), 3) - g.Count());
}
