using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>Writes one column's cell as one or more numbers.</summary>
abstract class ColumnEncoder(string column, int width)
{
    public string Column { get; } = column;
    public int Width { get; } = width;

    public abstract void Write(Column column, int row, Span<double> into);

    /// <summary>Writes everything from which <see cref="Open"/> restores the encoder.</summary>
    public abstract void Keep(KeptWriter into);

    public static ColumnEncoder Open(KeptReader from) =>
        from.Has("levels") ? new LevelEncoder(from.Text("column"), from.Texts("levels")) : new NumberEncoder(from);
}

/// <summary>A number, optionally standardised, and a 0/1 flag if training cells were missing.</summary>
sealed class NumberEncoder : ColumnEncoder
{
    readonly double mean,
        deviation = 1,
        shift;

    public NumberEncoder(Column column, IReadOnlyList<int> rows, bool scaled, bool flagged)
        : base(column.Name, flagged && rows.Any(r => !double.IsFinite(column.Numbers[r])) ? 2 : 1)
    {
        double[] known = [.. rows.Select(r => column.Numbers[r]).Where(double.IsFinite)];
        (mean, var spread) = Spread.Of(known);
        if (!scaled)
        {
            deviation = Unit(known);
            return;
        }
        shift = mean;
        // A column that is constant up to rounding is encoded as zero.
        deviation = spread > 10 * 2.2e-16 * Math.Abs(mean) ? spread : 1;
    }

    /// <summary>
    /// 1; for numbers that single precision does not hold, the power of two nearest to the largest. Trees compare floats.
    /// </summary>
    static double Unit(double[] known)
    {
        const double most = 1e30,
            least = 1e-30;
        var largest = known.Length == 0 ? 0 : known.Max(Math.Abs);
        return largest is 0 or >= least and <= most ? 1 : Math.ScaleB(1, Math.ILogB(largest));
    }

    public NumberEncoder(KeptReader from)
        : base(from.Text("column"), from.Whole("width")) =>
        (mean, deviation, shift) = (from.Number("mean"), from.Number("deviation"), from.Number("shift"));

    public override void Keep(KeptWriter into)
    {
        into.Put("column", Column);
        into.Put("width", Width);
        into.Put("mean", mean);
        into.Put("deviation", deviation);
        into.Put("shift", shift);
    }

    public override void Write(Column column, int row, Span<double> into)
    {
        var value = column.Numbers[row];
        var missing = !double.IsFinite(value);
        into[0] = ((missing ? mean : value) - shift) / deviation;
        if (Width == 2)
            into[1] = missing ? 1 : 0;
    }
}

/// <summary>
/// One-hot encoding of the training levels, with "missing" as a level. A level that is not in the training rows becomes all zeros.
/// </summary>
sealed class LevelEncoder : ColumnEncoder
{
    readonly Dictionary<string, int> levels;

    public LevelEncoder(Column column, IReadOnlyList<int> rows, int most)
        : this(column.Name, Common(column, rows, most)) { }

    public LevelEncoder(string column, string[] common)
        : base(column, common.Length) =>
        levels = common.Select((level, i) => (level, i)).ToDictionary(p => p.level, p => p.i, StringComparer.Ordinal);

    /// <summary>The most frequent levels, in order of their text.</summary>
    static string[] Common(Column column, IReadOnlyList<int> rows, int most) =>
        [
            .. rows.Select(r => column.Cells[r])
                .GroupBy(c => c, StringComparer.Ordinal)
                .OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal)
                .Take(most)
                .Select(g => g.Key)
                .Order(StringComparer.Ordinal),
        ];

    public override void Keep(KeptWriter into)
    {
        into.Put("column", Column);
        into.Put("levels", (IReadOnlyList<string>)[.. levels.OrderBy(l => l.Value).Select(l => l.Key)]);
    }

    public override void Write(Column column, int row, Span<double> into)
    {
        into.Clear();
        if (levels.TryGetValue(column.Cells[row], out var level))
            into[level] = 1;
    }
}
