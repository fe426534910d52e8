namespace LiftLab.Engine.Tables.Profile;

/// <summary>One bar of a column's small histogram.</summary>
/// <param name="Condition">The rows of the bar.</param>
/// <param name="Counts">Rows of the bar by group of the target; rows without a target are in none.</param>
/// <param name="Rows">All rows of the bar.</param>
public sealed record HeadBar(CellCondition Condition, IReadOnlyList<int> Counts, int Rows);

/// <summary>The small histogram of a column by group of the target.</summary>
/// <param name="Ordered">Whether bars are bins of numbers or dates; else they are texts, the most frequent first.</param>
public sealed record HeadBars(IReadOnlyList<HeadBar> Bars, bool Ordered)
{
    const int MostBins = 20;
    const int MostTexts = 8;

    /// <returns>Null for a column without values, and for one whose texts nearly all differ.</returns>
    public static HeadBars? Of(Column column, ColumnKind kind, NumberProfile? profile, TargetGroups target) =>
        kind.IsNumeric() || kind == ColumnKind.Date ? OfNumbers(column, kind, profile, target) : OfTexts(column, target);

    static HeadBars? OfNumbers(Column column, ColumnKind kind, NumberProfile? profile, TargetGroups target)
    {
        var numbers = HeadNumbers.Of(column, kind);
        var histogram = profile?.Histogram;
        if (histogram is null)
        {
            double[] sorted = [.. numbers.Where(x => !double.IsNaN(x)).Order()];
            if (sorted.Length == 0)
                return null;
            histogram = Histogram.Of(sorted);
        }
        double[] edges = [.. histogram.Edges];
        while (edges.Length - 1 > MostBins)
            edges = [.. edges.Where((_, i) => i % 2 == 0 || i == edges.Length - 1)];
        var bins = edges.Length - 1;
        var (counts, rows) = (new int[bins, target.Labels.Count], new int[bins]);
        var width = (edges[^1] - edges[0]) / bins;
        for (var r = 0; r < numbers.Count; r++)
        {
            var x = numbers[r];
            if (double.IsNaN(x))
                continue;
            // Bins may be unequal at the end, and a quotient is off by rounding: the edges decide.
            var bin = width > 0 && double.IsFinite(width) ? Math.Clamp((int)((x - edges[0]) / width), 0, bins - 1) : 0;
            while (bin > 0 && x < edges[bin])
                bin--;
            while (bin < bins - 1 && x >= edges[bin + 1])
                bin++;
            rows[bin]++;
            if (target.Of(r) is >= 0 and var group)
                counts[bin, group]++;
        }
        var single = edges[0] % 1 != 0 && Enumerable.Range(0, bins).All(b => edges[b + 1] - edges[b] == 1 && (edges[b] + 0.5) % 1 == 0);
        return new(
            [
                .. Enumerable
                    .Range(0, bins)
                    .Select(b => new HeadBar(
                        new CellCondition.Range(
                            column.Name,
                            edges[b],
                            edges[b + 1],
                            b == bins - 1,
                            single
                                ? HeadNumbers.Text(edges[b] + 0.5, kind)
                                : $"{HeadNumbers.Text(edges[b], kind)} to {HeadNumbers.Text(edges[b + 1], kind)}"
                        ),
                        Row(counts, b),
                        rows[b]
                    )),
            ],
            true
        );
    }

    static int[] Row(int[,] counts, int bin)
    {
        var row = new int[counts.GetLength(1)];
        for (var g = 0; g < row.Length; g++)
            row[g] = counts[bin, g];
        return row;
    }

    static HeadBars? OfTexts(Column column, TargetGroups target)
    {
        var facts = column.Facts;
        if (facts.Filled == 0 || facts.Distinct > MostTexts && 2L * facts.Distinct > facts.Filled)
            return null;
        var all = new Dictionary<string, int[]>(StringComparer.Ordinal);
        var lookup = all.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] room = [];
        for (var r = 0; r < column.Cells.Count; r++)
        {
            var cell = column.CellAt(r, ref room);
            if (cell.Length == 0)
                continue;
            if (!lookup.TryGetValue(cell, out var counts))
                all[cell.ToString()] = counts = new int[target.Labels.Count + 1];
            counts[^1]++;
            if (target.Of(r) is >= 0 and var group)
                counts[group]++;
        }
        var shown = all.OrderByDescending(t => t.Value[^1]).ThenBy(t => t.Key, StringComparer.Ordinal).Take(MostTexts).ToArray();
        List<HeadBar> bars = [.. shown.Select(t => new HeadBar(new CellCondition.Is(column.Name, t.Key), t.Value[..^1], t.Value[^1]))];
        if (all.Count > shown.Length)
        {
            string[] texts = [.. shown.Select(t => t.Key)];
            var rest = new int[target.Labels.Count + 1];
            foreach (var (text, counts) in all)
                if (!texts.Contains(text, StringComparer.Ordinal))
                    for (var g = 0; g < rest.Length; g++)
                        rest[g] += counts[g];
            bars.Add(new(new CellCondition.IsOther(column.Name, texts, all.Count - texts.Length), rest[..^1], rest[^1]));
        }
        return new(bars, false);
    }
}
