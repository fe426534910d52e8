using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// A learner's answers over one or two features, all others held fixed: a decision boundary, a response surface or a response curve.
/// </summary>
public static class SliceChart
{
    /// <summary>
    /// Answers farther from the training targets, in widths of their range, do not widen the scale of numbers: one learner that
    /// extrapolates steeply would flatten the figures of all others.
    /// </summary>
    const double MostBeyond = 1;

    /// <param name="learner">Title of the learner that gave the answers; empty for the run's main learner.</param>
    /// <param name="bounds">Range of the numbers, as colours or as the vertical axis, so that several figures can share it; null: the range
    /// of this figure.</param>
    public static Figure Of(BoundaryGrid grid, BoundaryRows rows, string learner = "", (double Low, double High)? bounds = null) =>
        grid.IsCurve ? ResponseChart.Of(grid, rows, learner, bounds) : BoundaryChart.Of(grid, rows, learner, bounds);

    /// <summary>"Response curve of LIFT".</summary>
    public static string Title(BoundaryGrid grid, BoundaryRows rows, string learner)
    {
        var name = Name(grid, rows);
        return char.ToUpperInvariant(name[0]) + name[1..] + (learner.Length == 0 ? "" : $" of {learner}");
    }

    /// <summary>"decision boundary", "response surface" or "response curve".</summary>
    public static string Name(BoundaryGrid grid, BoundaryRows rows) =>
        grid.IsCurve ? Target.CurveName
        : rows.Labels.Count > 0 ? new Target.Classes(rows.Labels).SurfaceName
        : new Target.Number(null).SurfaceName;

    /// <summary>
    /// The range of the training targets and of the readable answers that are not far beyond them. Of a surface only answers inside the
    /// training rows count: extrapolation in its corners would take most of the colours.
    /// </summary>
    public static (double Low, double High) Bounds(BoundaryGrid grid, BoundaryRows rows)
    {
        double[] targets = [.. rows.Targets.Where(double.IsFinite)],
            answers = [.. Inside(grid, rows), .. Ends(grid)],
            all = [.. answers, .. targets];
        if (all.Length == 0)
            return (0, 0);
        var (low, high) = (all.Min(), all.Max());
        if (targets.Length == 0 || targets.Max() - targets.Min() is not (> 0 and var width))
            return (low, high);
        return (Math.Max(low, targets.Min() - (MostBeyond * width)), Math.Min(high, targets.Max() + (MostBeyond * width)));
    }

    static IEnumerable<double> Inside(BoundaryGrid grid, BoundaryRows rows)
    {
        var cells = BoundaryChart.CellsOf(grid, rows.Labels);
        var known = cells.OfType<double>();
        if (rows is not { XRange: { } x, YRange: { } y })
            return known;
        double[] inside =
        [
            .. cells
                .Where(
                    (_, i) =>
                        grid.X[i % grid.X.Count] is var across
                        && grid.Y[i / grid.X.Count] is var up
                        && across >= x.Low
                        && across <= x.High
                        && up >= y.Low
                        && up <= y.High
                )
                .OfType<double>(),
        ];
        return inside.Length > 0 ? inside : known;
    }

    static IEnumerable<double> Ends(BoundaryGrid grid) =>
        (grid.Deviations ?? [])
            .SelectMany((deviation, i) => (double?[])[grid.Values[i] - deviation, grid.Values[i] + deviation])
            .OfType<double>();

    /// <summary>The common range of several figures; null for classes and without figures.</summary>
    public static (double Low, double High)? Bounds(IEnumerable<BoundaryGrid> grids, BoundaryRows? rows)
    {
        if (rows is not { Labels.Count: 0 })
            return null;
        var all = grids.Select(g => Bounds(g, rows)).ToArray();
        return all.Length == 0 ? null : (all.Min(b => b.Low), all.Max(b => b.High));
    }
}
