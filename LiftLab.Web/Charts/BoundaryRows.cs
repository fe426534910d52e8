using LiftLab.Engine.Learning;

namespace LiftLab.Web.Charts;

/// <summary>The training rows on a decision boundary.</summary>
/// <param name="Target">The target column's name.</param>
/// <param name="Labels">Class labels in class order; empty for a number target.</param>
/// <param name="Targets">Class index or number, one a row.</param>
public sealed record BoundaryRows(
    string Target,
    IReadOnlyList<string> Labels,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<double> Targets
)
{
    // More marks than this hide the plane and slow the browser; every n-th row is taken, so the classes keep their shares.
    const int Most = 1500;

    public static BoundaryRows Of(LearningTask task, string x, string y)
    {
        var train = task.Split.Train;
        var stride = Math.Max(1, (train.Count + Most - 1) / Most);
        IReadOnlyList<double> xs = task.Table[x].Numbers,
            ys = task.Table[y].Numbers;
        int[] rows =
        [
            .. Enumerable
                .Range(0, train.Count)
                .Where(i => i % stride == 0)
                .Select(i => train[i])
                .Where(r => double.IsFinite(xs[r]) && double.IsFinite(ys[r])),
        ];
        return new(
            task.Schema.Target.Name,
            task.Labels,
            [.. rows.Select(r => xs[r])],
            [.. rows.Select(r => ys[r])],
            [.. rows.Select(r => task.Targets[r])]
        );
    }
}
