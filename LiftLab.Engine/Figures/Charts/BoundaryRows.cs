using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>The training rows in the plane of a decision boundary.</summary>
/// <param name="Target">The target column's name.</param>
/// <param name="Labels">Class labels in class order; empty for a number target.</param>
/// <param name="X">Shape (rows).</param>
/// <param name="Y">Shape (rows).</param>
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

    /// <summary>What the marks are, and how far they lie off the slice.</summary>
    public string Words =>
        Off.Count == 0
            ? "Marks are training rows."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Marks are training rows, fainter the farther their other features are from the held values: half of the rows are more than {MedianOff:0.0} standard deviations away."
            );

    /// <summary>The training rows of a task in the plane of two numeric columns; rows without both numbers are left out.</summary>
    /// <param name="held">Cells at which other features are held, by column; the rest at their typical cell.</param>
    public static BoundaryRows Of(LearningTask task, string x, string y, IReadOnlyDictionary<string, string>? held = null)
    {
        IReadOnlyList<double> xs = task.Table[x].Numbers,
            ys = task.Table[y].Numbers;
        int[] placed = [.. task.Split.Train.Where(r => double.IsFinite(xs[r]) && double.IsFinite(ys[r]))];
        double[] across = [.. placed.Select(r => xs[r])],
            up = [.. placed.Select(r => ys[r])],
            targets = [.. placed.Select(r => task.Targets[r])];
        int[] groups = task.Labels.Count > 0 ? [.. targets.Select(t => (int)t)] : new int[placed.Length];
        var kept = Thinning.Keep(across, up, groups, Most);
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
            YUnit = UnitOf(task.Schema, y),
            TargetUnit = task.Schema.Target.Unit ?? "",
            Off = off.Count == 0 ? [] : [.. kept.Select(i => off[i])],
            MedianOff = off.Count == 0 ? 0 : off.Order().ElementAt(off.Count / 2),
        };
    }

    static string UnitOf(Schema schema, string column) => schema.Columns.FirstOrDefault(c => c.Name == column)?.Unit ?? "";
}
