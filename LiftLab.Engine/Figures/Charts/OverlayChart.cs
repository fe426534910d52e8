using System.Globalization;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>One learner of one run in an overlay.</summary>
/// <param name="Label">The learner's title and the run's name.</param>
public sealed record OverlayItem(string Label, BoundaryGrid Grid);

/// <summary>
/// The answers of several learners or runs over the same features in one figure: response curves as lines, decision boundaries as the lines
/// between classes, response surfaces as the line where the prediction is the median of the training rows.
/// </summary>
public static class OverlayChart
{
    /// <summary>More lines cannot be told apart.</summary>
    public const int Most = 8;

    /// <summary>With more curves, intervals hide each other.</summary>
    const int MostBands = 2;

    const double MarkOpacity = 0.45;

    /// <param name="items">Pictures over the same features; those after the first <see cref="Most"/> are left out and counted.</param>
    /// <param name="line">The category whose line is drawn, of curves with one line per category.</param>
    public static Figure Of(IReadOnlyList<OverlayItem> items, BoundaryRows rows, string? line = null)
    {
        OverlayItem[] drawn = [.. items.Take(Most)];
        var leftOut =
            items.Count > Most ? string.Create(CultureInfo.InvariantCulture, $" {items.Count - Most} further learners are not drawn.") : "";
        var figure = drawn[0].Grid.IsCurve ? Curves(drawn, rows, line) : Planes(drawn, rows);
        return figure with { Caption = (figure.Caption + leftOut).Trim() };
    }

    static Figure Curves(OverlayItem[] items, BoundaryRows rows, string? line)
    {
        var grid = items[0].Grid;
        int LineOf(BoundaryGrid g) => line is null ? 0 : Math.Max(0, g.Lines!.ToList().IndexOf(line));
        var (low, high) = SliceChart.Bounds(items.Select(i => i.Grid), rows)!.Value;
        int[] own = [.. Enumerable.Range(0, rows.X.Count).Where(i => (int)rows.Y[i] == LineOf(grid))];
        var where = grid.YColumn is null ? "" : $" where {grid.YColumn} is {grid.Lines![LineOf(grid)]}";
        IReadOnlyList<Region> outside = rows.XRange is { } range
            ? Region.Outside(range, null, items.Min(i => i.Grid.X[0]), items.Max(i => i.Grid.X[^1]))
            : [];
        return new(
            $"Response curves over {grid.XColumn}{where}",
            ResponseChart.XAxis(grid, rows),
            ResponseChart.YAxis(rows, (low, high)),
            [
                .. items.Length > MostBands ? [] : items.SelectMany((item, i) => Band(item, LineOf(item.Grid), i)),
                Marks([.. own.Select(i => rows.X[i])], [.. own.Select(i => rows.Targets[i])], Opacities(rows, own)),
                .. items.Select(
                    (item, i) =>
                        Line(
                            item.Label,
                            i,
                            0,
                            item.Grid.X,
                            [.. OfLine(item.Grid.Values, item.Grid, LineOf(item.Grid)).Select(v => v ?? double.NaN)]
                        )
                ),
            ],
            TableOf(items, item => LineOf(item.Grid), rows)
        )
        {
            Caption =
                $"Each line is the predicted {rows.Target} of one learner of one run"
                + (items.Length <= MostBands && items.Any(i => i.Grid.Deviations is not null) ? "; bands are ± 1 standard deviation" : "")
                + (outside.Count > 0 ? $"; shaded: {Region.OutsideRows}" : "")
                + $". {rows.Words} {rows.Held}",
            Summary = $"Response curves of {items.Length} learners over {grid.XColumn}{where}",
            Regions = outside,
        };
    }

    static Figure Planes(OverlayItem[] items, BoundaryRows rows)
    {
        var grid = items[0].Grid;
        var classes = rows.Labels.Count > 0;
        double[] sorted = [.. rows.Targets.Where(double.IsFinite).Order()];
        var median = sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
        var unit = rows.TargetUnit.Length == 0 ? "" : " " + rows.TargetUnit;
        var level = string.Create(CultureInfo.InvariantCulture, $"{median:G5}{unit}");
        return new(
            classes ? $"Decision boundaries over {grid.Features}" : $"Response surfaces over {grid.Features}",
            new(grid.XColumn, rows.XUnit) { Low = grid.X[0], High = grid.X[^1] },
            new(grid.YColumn ?? "", rows.YUnit) { Low = grid.Y[0], High = grid.Y[^1] },
            [
                .. classes
                    ? rows.Labels.Select((label, k) => OfClass(rows, label, k))
                    : [Marks(rows.X, rows.Y, Opacities(rows, [.. Enumerable.Range(0, rows.X.Count)]))],
                .. items.Select(
                    (item, i) =>
                    {
                        var g = item.Grid;
                        var cells = BoundaryChart.CellsOf(g, rows.Labels);
                        var (xs, ys) = Contours.Of(g.X, g.Y, classes ? Contours.Between(cells) : Contours.At(cells, median));
                        return Line(item.Label, i, rows.Labels.Count, xs, ys);
                    }
                ),
            ],
            TableOf(items, _ => null, rows)
        )
        {
            Caption =
                (
                    classes
                        ? "Each line is where the predicted class of one learner of one run changes"
                        : $"Each line is where the {rows.Target} that one learner of one run predicts is {level}, the median of the training rows"
                )
                + (!classes && rows.XRange is not null ? $"; shaded: {Region.OutsideRows}" : "")
                + $". {rows.Words} {rows.Held}",
            Summary = $"{(classes ? "Decision boundaries" : "Response surfaces")} of {items.Length} learners over {grid.Features}",
            Regions =
                !classes && rows is { XRange: { } across, YRange: { } up }
                    ? Region.Outside(across, up, grid.X[0], grid.X[^1], grid.Y[0], grid.Y[^1])
                    : [],
        };
    }

    /// <param name="after">Number of hues that are taken by classes.</param>
    static Series.Line Line(string name, int index, int after, IReadOnlyList<double> xs, IReadOnlyList<double> ys) =>
        new(name, Hue.Class(after + index), xs, ys) { Width = 2.2, Dash = ResponseChart.DashOf(index) };

    static IEnumerable<Series> Band(OverlayItem item, int line, int index)
    {
        if (item.Grid.Deviations is not { } deviations)
            return [];
        var parts = OfLine(item.Grid.Values, item.Grid, line).Zip(OfLine(deviations, item.Grid, line)).ToArray();
        return
        [
            new Series.Band(
                item.Label + ", ± 1 standard deviation",
                Hue.Class(index),
                item.Grid.X,
                [.. parts.Select(p => p.First - p.Second ?? double.NaN)],
                [.. parts.Select(p => p.First + p.Second ?? double.NaN)]
            )
            {
                InLegend = false,
            },
        ];
    }

    static Series.Marks Marks(IReadOnlyList<double> xs, IReadOnlyList<double> ys, IReadOnlyList<double> opacities) =>
        new("training row", Hue.Text, xs, ys) { Opacities = opacities };

    /// <summary>Fainter than in the figure of one learner: the lines are the subject.</summary>
    static double[] Opacities(BoundaryRows rows, int[] own) => [.. own.Select(i => MarkOpacity * (rows.Opacities?[i] ?? 1))];

    static Series.Marks OfClass(BoundaryRows rows, string label, int index)
    {
        int[] own = [.. Enumerable.Range(0, rows.X.Count).Where(i => (int)rows.Targets[i] == index)];
        return new(label, Hue.Class(index), [.. own.Select(i => rows.X[i])], [.. own.Select(i => rows.Y[i])])
        {
            Opacities = Opacities(rows, own),
        };
    }

    static IEnumerable<double?> OfLine(IReadOnlyList<double?> values, BoundaryGrid grid, int line) =>
        values.Skip(line * grid.X.Count).Take(grid.X.Count);

    /// <param name="lineOf">The line of a curve; null for all points of a plane.</param>
    static DataTable TableOf(OverlayItem[] items, Func<OverlayItem, int?> lineOf, BoundaryRows rows)
    {
        var points = items
            .SelectMany(item =>
                Enumerable
                    .Range(0, item.Grid.Values.Count)
                    .Where(i => lineOf(item) is not { } line || i / item.Grid.X.Count == line)
                    .Select(i => (Item: item, At: i))
            )
            .ToArray();
        string[] up = items[0].Grid.IsCurve ? [] : [items[0].Grid.YColumn!];
        return DataTable.Of(
            ["learner", items[0].Grid.XColumn, .. up, $"predicted {rows.Target}"],
            points.Length,
            i =>
            {
                var (item, at) = points[i];
                var g = item.Grid;
                return
                [
                    item.Label,
                    g.X[at % g.X.Count].ToString("G6", CultureInfo.InvariantCulture),
                    .. up.Select(_ => g.Y[at / g.X.Count].ToString("G6", CultureInfo.InvariantCulture)),
                    g.Values[at] is not { } value ? "unreadable"
                    : rows.Labels.Count > 0 ? rows.Labels[(int)value]
                    : value.ToString("G6", CultureInfo.InvariantCulture),
                ];
            }
        );
    }
}
