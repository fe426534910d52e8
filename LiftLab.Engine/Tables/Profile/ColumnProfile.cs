namespace LiftLab.Engine.Tables.Profile;

/// <summary>Summary statistics of one column.</summary>
/// <param name="Distinct">Distinct texts, missing values not counted.</param>
/// <param name="Top">The most frequent texts, at most ten, most frequent first; empty for a numeric column with few repeats.</param>
/// <param name="Numbers">For the kinds number and integer; null where no cell is a number.</param>
public sealed record ColumnProfile(
    string Name,
    ColumnKind Kind,
    ColumnRole Role,
    string? Unit,
    int Missing,
    int Distinct,
    IReadOnlyList<ValueCount> Top,
    NumberProfile? Numbers
)
{
    const int TopCount = 10;

    public static ColumnProfile Of(Column column, ColumnSchema schema)
    {
        var facts = column.Facts;
        var numeric = schema.Kind.IsNumeric();
        return new(
            column.Name,
            schema.Kind,
            schema.Role,
            schema.Unit,
            facts.Missing,
            facts.Distinct,
            facts.Distinct > (numeric ? 100 : 100_000) ? [] : TopValues(column),
            numeric ? NumberProfile.Of(column) : null
        );
    }

    static ValueCount[] TopValues(Column column) =>
        [
            .. column
                .Cells.Where(c => c.Length > 0)
                .CountBy(c => c, StringComparer.Ordinal)
                .OrderByDescending(c => c.Value)
                .ThenBy(c => c.Key, StringComparer.Ordinal)
                .Take(TopCount)
                .Select(c => new ValueCount(c.Key, c.Value)),
        ];
}

/// <summary>
/// The distribution of a column's numbers. Quartiles by linear interpolation; sample standard deviation (n - 1), 0 for a single number.
/// </summary>
public sealed record NumberProfile(
    int Count,
    double Min,
    double LowerQuartile,
    double Median,
    double UpperQuartile,
    double Max,
    double Mean,
    double Deviation,
    Histogram Histogram
)
{
    public static NumberProfile? Of(Column column)
    {
        var sorted = new double[column.Facts.Numbers];
        var at = 0;
        foreach (var x in column.Numbers)
            if (!double.IsNaN(x))
                sorted[at++] = x;
        if (sorted.Length == 0)
            return null;
        Array.Sort(sorted);
        // Scaling prevents overflow of the sums for numbers near the largest double.
        var scale = Math.Max(Math.Abs(sorted[0]), Math.Abs(sorted[^1]));
        if (scale is 0 or < 1e100)
            scale = 1;
        var mean = sorted.Sum(x => x / scale) / sorted.Length * scale;
        var squares = sorted.Sum(x => (x - mean) / scale * ((x - mean) / scale));
        var deviation = sorted.Length > 1 ? Math.Sqrt(squares / (sorted.Length - 1)) * scale : 0;
        return new(
            sorted.Length,
            sorted[0],
            Quantile(sorted, 0.25),
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.75),
            sorted[^1],
            mean,
            deviation,
            Histogram.Of(sorted)
        );
    }

    static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 >= sorted.Length ? sorted[^1] : sorted[low] * (1 - (at - low)) + sorted[low + 1] * (at - low);
    }
}

/// <summary>
/// Counts in bins of equal width. Bin i is [<c>Edges[i]</c>, <c>Edges[i+1]</c>); the last bin includes its upper edge.
/// </summary>
public sealed record Histogram(IReadOnlyList<double> Edges, IReadOnlyList<int> Counts)
{
    const int MostBins = 40;

    /// <summary>1 to 40 bins by the Freedman-Diaconis rule; a column with few distinct integers gets one bin per integer.</summary>
    public static Histogram Of(double[] sorted)
    {
        var (min, max) = (sorted[0], sorted[^1]);
        var range = max - min;
        if (range == 0 || !double.IsFinite(range))
            return new([min, max], [sorted.Length]);
        var bins = Bins(sorted, range, out var edge);
        double[] edges =
        [
            .. Enumerable
                .Range(0, bins + 1)
                .Select(i => i == bins ? Math.Max(max, edge + bins * ((max - edge) / bins)) : edge + i * ((max - edge) / bins)),
        ];
        var whole = edge < min;
        if (whole)
            edges = [.. Enumerable.Range(0, bins + 1).Select(i => edge + i)];
        var counts = new int[bins];
        var width = (edges[^1] - edge) / bins;
        foreach (var x in sorted)
            counts[Math.Clamp((int)((x - edge) / width), 0, bins - 1)]++;
        return new(edges, counts);
    }

    static int Bins(double[] sorted, double range, out double edge)
    {
        edge = sorted[0];
        if (range < MostBins && sorted.All(x => x == Math.Floor(x)))
        {
            edge = sorted[0] - 0.5;
            return (int)range + 1;
        }
        var width = 2 * (sorted[(int)(0.75 * (sorted.Length - 1))] - sorted[(int)(0.25 * (sorted.Length - 1))]) / Math.Cbrt(sorted.Length);
        return width <= 0 ? 10 : (int)Math.Clamp(Math.Ceiling(range / width), 1, MostBins);
    }
}
