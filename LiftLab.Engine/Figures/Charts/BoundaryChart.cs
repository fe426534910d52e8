using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// A decision boundary: the plane of two features coloured by the answer. Classes: the hue is the class, the intensity the model's
/// confidence. Numbers: a colour scale. Unreadable answers are empty cells. The training rows are drawn on top.
/// </summary>
public static class BoundaryChart
{
    public const string HeldAtTypical = "All other features are held at their median or most frequent value.";

    /// <param name="learner">Title of the learner that gave the answers; empty for the run's main learner.</param>
    /// <param name="bounds">Range of the colour scale of numbers, so that several figures can share one scale; null: range of this
    /// grid.</param>
    /// <param name="held">The values of the features that are not axes, as a sentence.</param>
    public static Figure Of(
        BoundaryGrid grid,
        BoundaryRows rows,
        string learner = "",
        (double Low, double High)? bounds = null,
        string held = HeldAtTypical
    )
    {
        var cells = CellsOf(grid, rows.Labels);
        var range = bounds ?? Bounds(grid, rows);
        return new(
            learner.Length == 0 ? "Decision boundary" : $"Decision boundary of {learner}",
            AxisOf(grid.XColumn, rows.XUnit, grid.X),
            AxisOf(grid.YColumn, rows.YUnit, grid.Y),
            [
                new Series.Heat("answer", grid.X, grid.Y, cells) { Classes = rows.Labels, Confidence = grid.Confidence },
                .. rows.Labels.Count > 0
                    ? rows.Labels.Select((label, k) => Own(rows, label, k))
                    : [new Series.Marks("training row", Hue.Text, rows.X, rows.Y) { Values = rows.Targets, Opacities = rows.Opacities }],
            ],
            TableOf(grid, cells, rows)
        )
        {
            Caption =
                (
                    rows.Labels.Count > 0
                        ? $"The colour is the predicted {rows.Target}, its intensity the confidence"
                        : $"The colour is the predicted {rows.Target}"
                )
                + (cells.Contains(null) ? "; grey cells are unreadable answers" : "")
                + $". {rows.Words} {held}",
            Summary = SummaryOf(grid, cells, rows.Labels),
            Values = rows.Labels.Count > 0 ? null : new(rows.Target, range.Low, range.High, rows.TargetUnit),
        };
    }

    /// <summary>The range of all readable answers and training targets.</summary>
    public static (double Low, double High) Bounds(BoundaryGrid grid, BoundaryRows rows)
    {
        var values = CellsOf(grid, rows.Labels).OfType<double>().Concat(rows.Targets).Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        return (values.Min(), values.Max());
    }

    static double?[] CellsOf(BoundaryGrid grid, IReadOnlyList<string> labels) =>
        [.. grid.Values.Select(v => v is { } value && double.IsFinite(value) && (labels.Count == 0 || value >= 0) ? value : (double?)null)];

    static Series.Marks Own(BoundaryRows rows, string label, int index)
    {
        int[] own = [.. Enumerable.Range(0, rows.X.Count).Where(i => (int)rows.Targets[i] == index)];
        var opacities = rows.Opacities;
        return new(label, Hue.Class(index), [.. own.Select(i => rows.X[i])], [.. own.Select(i => rows.Y[i])])
        {
            Opacities = opacities is null ? null : [.. own.Select(i => opacities[i])],
        };
    }

    // Cells are centred on the coordinates: the plane extends half a cell beyond the outer ones.
    static Axis AxisOf(string column, string unit, IReadOnlyList<double> at)
    {
        var half = at.Count > 1 ? (at[1] - at[0]) / 2 : .5;
        return new(column, unit) { Low = at[0] - half, High = at[^1] + half };
    }

    static DataTable TableOf(BoundaryGrid grid, double?[] cells, BoundaryRows rows) =>
        DataTable.Of(
            [grid.XColumn, grid.YColumn, "answer", "confidence"],
            cells.Length,
            i =>
                [
                    grid.X[i % grid.X.Count].ToString("G5", CultureInfo.InvariantCulture),
                    grid.Y[i / grid.X.Count].ToString("G5", CultureInfo.InvariantCulture),
                    cells[i] is not { } value ? "unreadable"
                    : rows.Labels.Count == 0 ? value.ToString("G5", CultureInfo.InvariantCulture)
                    : rows.Labels[(int)value],
                    grid.Confidence?[i]?.ToString("F3", CultureInfo.InvariantCulture) ?? "",
                ]
        );

    static string SummaryOf(BoundaryGrid grid, double?[] cells, IReadOnlyList<string> labels)
    {
        var over = $"Decision boundary over {grid.XColumn} and {grid.YColumn}";
        if (labels.Count == 0 || cells.Length == 0)
            return over;
        var shares = cells
            .GroupBy(v => v)
            .OrderByDescending(g => g.Count())
            .Select(g =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(g.Key is { } label ? labels[(int)label] : "unreadable")} {(double)g.Count() / cells.Length:P0}"
                )
            );
        return over + ": " + string.Join(", ", shares) + " of the plane";
    }
}
