using System.Globalization;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// The plane of two features coloured by the answer. Classes, a decision boundary: the hue is the class, the intensity the model's
/// confidence. Numbers, a response surface: a colour scale; the part outside the training rows is hatched. Unreadable answers are empty
/// cells. The training rows are drawn on top.
/// </summary>
static class BoundaryChart
{
    /// <inheritdoc cref="SliceChart.Of"/>
    public static Figure Of(BoundaryGrid grid, BoundaryRows rows, string learner, (double Low, double High)? bounds)
    {
        var cells = CellsOf(grid, rows.Labels);
        var range = bounds ?? SliceChart.Bounds(grid, rows);
        var (x, y) = (AxisOf(grid.XColumn, rows.XUnit, grid.X), AxisOf(grid.YColumn ?? "", rows.YUnit, grid.Y));
        var outside =
            rows.Labels.Count == 0 && rows is { XRange: { } across, YRange: { } up }
                ? Region.Outside(across, up, grid.X[0], grid.X[^1], grid.Y[0], grid.Y[^1])
                : [];
        return new(
            SliceChart.Title(grid, rows, learner),
            x,
            y,
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
                + (outside.Count > 0 ? $"; hatched: {Region.OutsideRows}" : "")
                + (rows.Labels.Count == 0 && IsCut(cells, range) ? "; numbers beyond the scale have the colour of its end" : "")
                + $". {rows.Words} {rows.Held}".TrimEnd(),
            Summary = SummaryOf(grid, cells, rows),
            Values = rows.Labels.Count > 0 ? null : new(rows.Target, range.Low, range.High, rows.TargetUnit),
            Regions = outside,
        };
    }

    static bool IsCut(double?[] cells, (double Low, double High) range) => cells.Any(c => c < range.Low || c > range.High);

    internal static double?[] CellsOf(BoundaryGrid grid, IReadOnlyList<string> labels) =>
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
            [grid.XColumn, grid.YColumn ?? "", "answer", "confidence"],
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

    static string SummaryOf(BoundaryGrid grid, double?[] cells, BoundaryRows rows)
    {
        var labels = rows.Labels;
        var over = $"{SliceChart.Title(grid, rows, "")} over {grid.XColumn} and {grid.YColumn}";
        if (cells.Length == 0)
            return over;
        if (labels.Count == 0)
            return cells.OfType<double>().ToArray() is { Length: > 0 } known
                ? string.Create(CultureInfo.InvariantCulture, $"{over}: {rows.Target} from {known.Min():G3} to {known.Max():G3}")
                : $"{over}: no readable answer";
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
