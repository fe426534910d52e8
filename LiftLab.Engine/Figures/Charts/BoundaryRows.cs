using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>The training rows of a picture of a learner's answers: in the plane of two features, or along one.</summary>
/// <param name="Target">The target column's name.</param>
/// <param name="Labels">Class labels in class order; empty for a number target.</param>
/// <param name="X">Shape (rows).</param>
/// <param name="Y">The second feature, or the number of the row's line in a response curve. Shape (rows).</param>
/// <param name="Targets">Class index or number. Shape (rows).</param>
public sealed record BoundaryRows(
    string Target,
    IReadOnlyList<string> Labels,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<double> Targets
)
{
    /// <summary>More marks hide the plane and slow the browser; overlapping ones are left out first.</summary>
    const int Most = 1500;

    /// <summary>Opacity of the rows that lie farthest off the slice.</summary>
    const double Faintest = 0.18;

    public static readonly BoundaryRows None = new("", [], [], [], []);

    public string XUnit { get; init; } = "";
    public string YUnit { get; init; } = "";
    public string TargetUnit { get; init; } = "";

    /// <summary>
    /// Distance of each row from the slice, as <see cref="SliceDistance"/>; empty where no feature is held. Shape (rows).
    /// </summary>
    public IReadOnlyList<double> Off { get; init; } = [];

    /// <summary>Median of <see cref="Off"/> over all training rows, also those that are not drawn.</summary>
    public double MedianOff { get; init; }

    /// <summary>Opacity of each mark, 0 to 1: fainter the farther the row lies off the slice. Null where no feature is held.</summary>
    public IReadOnlyList<double>? Opacities => Off.Count == 0 ? null : [.. Off.Select(d => Math.Max(Faintest, Math.Exp(-d * d / 2)))];

    /// <summary>The range of the first feature over all training rows; null where it is not known.</summary>
    public (double Low, double High)? XRange { get; init; }

    /// <summary>The range of the second feature; null for a response curve.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>Training rows that are not drawn because a cell of the drawn features is missing.</summary>
    public int Missing { get; init; }

    /// <summary>Training rows that are not drawn because their category has no line.</summary>
    public int WithoutLine { get; init; }

    /// <summary>A sentence that names the values at which the other features are held.</summary>
    public string Held { get; init; } = SliceWords.HeldAtTypical;

    /// <summary>What the marks are, how far they lie off the slice, and which rows are left out.</summary>
    public string Words => SliceWords.Of(this);

    /// <inheritdoc cref="Of(LearningTask, string, string?, IReadOnlyDictionary{string, string}?, IReadOnlyList{string}?)"/>
    public static BoundaryRows Of(LearningTask task, BoundaryGrid grid, IReadOnlyDictionary<string, string>? held = null) =>
        Of(task, grid.XColumn, grid.YColumn, held, grid.Lines);

    /// <summary>
    /// The training rows of a task in the plane of two numeric columns, or along one; rows without the cells are left out.
    /// </summary>
    /// <param name="held">Cells at which other features are held, by column; the rest at their typical cell.</param>
    /// <param name="lines">The categories of a response curve's lines; null for a plane.</param>
    public static BoundaryRows Of(
        LearningTask task,
        string x,
        string? y,
        IReadOnlyDictionary<string, string>? held = null,
        IReadOnlyList<string>? lines = null
    )
    {
        IReadOnlyList<double> xs = task.Table[x].Numbers,
            ys = lines is null ? task.Table[y!].Numbers
            : y is null ? new double[task.Table.RowCount]
            : LineOf(task.Table[y], lines);
        int[] whole = [.. task.Split.Train.Where(r => double.IsFinite(xs[r]) && double.IsFinite(ys[r]))],
            placed = [.. whole.Where(r => lines is null || ys[r] >= 0)];
        double[] across = [.. placed.Select(r => xs[r])],
            up = [.. placed.Select(r => ys[r])],
            targets = [.. placed.Select(r => task.Targets[r])];
        int[] groups =
            task.Labels.Count > 0 ? [.. targets.Select(t => (int)t)]
            : lines is not null ? [.. up.Select(l => (int)l)]
            : new int[placed.Length];
        var kept = Thinning.Keep(across, lines is null ? up : targets, groups, Most);
        var off = SliceDistance.Of(task, x, y, held, placed);
        return new(
            task.Schema.Target.Name,
            task.Labels,
            [.. kept.Select(i => across[i])],
            [.. kept.Select(i => up[i])],
            [.. kept.Select(i => targets[i])]
        )
        {
            XUnit = UnitOf(task.Schema, x),
            YUnit = y is null ? "" : UnitOf(task.Schema, y),
            TargetUnit = task.Schema.Target.Unit ?? "",
            Off = off.Count == 0 ? [] : [.. kept.Select(i => off[i])],
            MedianOff = off.Count == 0 ? 0 : off.Order().ElementAt(off.Count / 2),
            XRange = Range(task, xs),
            YRange = lines is null ? Range(task, ys) : null,
            Missing = task.Split.Train.Count - whole.Length,
            WithoutLine = whole.Length - placed.Length,
            Held = SliceWords.HeldAt(task, x, y, held),
        };
    }

    /// <summary>The line of each row; -1 where its category has none, NaN where the cell is missing.</summary>
    static double[] LineOf(Column column, IReadOnlyList<string> lines)
    {
        var numbers = lines.Select((line, i) => (line, i)).ToDictionary(l => l.line, l => (double)l.i, StringComparer.Ordinal);
        return [.. column.Cells.Select(c => c.Length == 0 ? double.NaN : numbers.GetValueOrDefault(c, -1))];
    }

    static (double, double)? Range(LearningTask task, IReadOnlyList<double> numbers)
    {
        double[] known = [.. task.Split.Train.Select(r => numbers[r]).Where(double.IsFinite)];
        return known.Length == 0 ? null : (known.Min(), known.Max());
    }

    static string UnitOf(Schema schema, string column) => schema.Columns.FirstOrDefault(c => c.Name == column)?.Unit ?? "";
}
