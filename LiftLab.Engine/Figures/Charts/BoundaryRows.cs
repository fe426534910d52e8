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

    public static readonly BoundaryRows None = new("", [], [], [], []);

    public string XUnit { get; init; } = "";
    public string YUnit { get; init; } = "";
    public string TargetUnit { get; init; } = "";

    /// <summary>The training rows of a task in the plane of two numeric columns; rows without both numbers are left out.</summary>
    public static BoundaryRows Of(LearningTask task, string x, string y)
    {
        IReadOnlyList<double> xs = task.Table[x].Numbers,
            ys = task.Table[y].Numbers;
        int[] placed = [.. task.Split.Train.Where(r => double.IsFinite(xs[r]) && double.IsFinite(ys[r]))];
        double[] across = [.. placed.Select(r => xs[r])],
            up = [.. placed.Select(r => ys[r])],
            targets = [.. placed.Select(r => task.Targets[r])];
        int[] groups = task.Labels.Count > 0 ? [.. targets.Select(t => (int)t)] : new int[placed.Length];
        var kept = Thinning.Keep(across, up, groups, Most);
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
        };
    }

    static string UnitOf(Schema schema, string column) => schema.Columns.FirstOrDefault(c => c.Name == column)?.Unit ?? "";
}
