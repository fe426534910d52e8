using System.Globalization;
using LiftLab.Engine.Learning;
using Plotly.Blazor;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.HeatMapLib;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// A decision boundary: the plane of two features coloured by the answer. Classes: hue is the class, lightness the model's
/// confidence; an unreadable answer stays grey. Numbers: one scale of colours. The training rows lie on top.
/// </summary>
public static class BoundaryChart
{
    /// <param name="bounds">Range of a number answer's colours, so that several charts can share one scale; null takes the grid's
    /// own.</param>
    public static Picture Draw(BoundaryGrid grid, BoundaryRows rows, ChartTheme theme, (double Low, double High)? bounds = null)
    {
        var layout = Frame.Of(theme, grid.XColumn, grid.YColumn);
        layout.PlotBgColor = theme.Grid;
        layout.XAxis[0].ShowGrid = layout.YAxis[0].ShowGrid = false;
        layout.XAxis[0].Range = [Edge(grid.X, first: true), Edge(grid.X, first: false)];
        layout.YAxis[0].Range = [Edge(grid.Y, first: true), Edge(grid.Y, first: false)];
        var traces = new List<ITrace> { rows.Labels.Count > 0 ? Classes(grid, rows.Labels, theme) : Numbers(grid, rows, theme, bounds) };
        traces.AddRange(Rows(rows, theme, bounds ?? Bounds(grid, rows)));
        return new(traces, layout, Behind(grid, rows.Labels), Summary(grid, rows.Labels));
    }

    /// <summary>The range that holds every answer and every training target.</summary>
    public static (double Low, double High) Bounds(BoundaryGrid grid, BoundaryRows rows)
    {
        var values = grid.Values.OfType<double>().Concat(rows.Targets).Where(double.IsFinite).DefaultIfEmpty(0);
        return (values.Min(), values.Max());
    }

    static HeatMap Classes(BoundaryGrid grid, IReadOnlyList<string> labels, ChartTheme theme)
    {
        var count = labels.Count;
        var chance = 1.0 / count;
        // Class k fills the band [k, k+1) of z; within it, further up is more certain. Each band has its own two colours.
        object? Code(int i)
        {
            if (grid.Values[i] is not { } label)
                return null;
            var certain = grid.Confidence?[i] is { } c ? Math.Clamp((c - chance) / (1 - chance), 0, 1) : 1;
            return label + .02 + .96 * certain;
        }
        var scale = new List<object>();
        for (var k = 0; k < count; k++)
        {
            var hue = ClassPalette.Hue(k, theme);
            scale.Add(new object[] { (double)k / count, ClassPalette.Mix(theme.Paper, hue, .10) });
            scale.Add(
                new object[]
                {
                    k + 1 == count ? 1.0 : (k + 1.0) / count - 1e-9,
                    ClassPalette.Mix(theme.Paper, hue, theme.IsDark ? .62 : .58),
                }
            );
        }
        return new()
        {
            X = [.. grid.X.Cast<object>()],
            Y = [.. grid.Y.Cast<object>()],
            Z = Matrix(grid, Code),
            ZMin = 0,
            ZMax = count,
            ColorScale = scale,
            ShowScale = false,
            ZSmooth = ZSmoothEnum.False,
            HoverOnGaps = true,
            Text = Matrix(grid, i => Answer(grid, labels, i)),
            HoverTemplate = $"{Frame.Text(grid.XColumn)} %{{x:.4~g}}<br>{Frame.Text(grid.YColumn)} %{{y:.4~g}}<br>%{{text}}<extra></extra>",
        };
    }

    static HeatMap Numbers(BoundaryGrid grid, BoundaryRows rows, ChartTheme theme, (double Low, double High)? bounds)
    {
        var (low, high) = bounds ?? Bounds(grid, rows);
        return new()
        {
            X = [.. grid.X.Cast<object>()],
            Y = [.. grid.Y.Cast<object>()],
            Z = Matrix(grid, i => grid.Values[i] is { } value && double.IsFinite(value) ? value : null),
            ZMin = (decimal)low,
            ZMax = (decimal)high,
            ColorScale = "Cividis",
            ShowScale = true,
            ColorBar = new()
            {
                Title = new()
                {
                    Text = Frame.Text(rows.Target),
                    Font = new() { Color = theme.SoftInk, Size = 12 },
                },
                Thickness = 12,
                OutlineWidth = 0,
                TickFont = new() { Color = theme.SoftInk, Size = 12 },
            },
            HoverOnGaps = true,
            Text = Matrix(grid, i => Number(grid.Values[i], rows.Target)),
            HoverTemplate = $"{Frame.Text(grid.XColumn)} %{{x:.4~g}}<br>{Frame.Text(grid.YColumn)} %{{y:.4~g}}<br>%{{text}}<extra></extra>",
        };
    }

    static IEnumerable<ITrace> Rows(BoundaryRows rows, ChartTheme theme, (double Low, double High) bounds)
    {
        if (rows.Labels.Count == 0)
        {
            yield return new Scatter
            {
                Name = "training rows",
                Mode = ModeFlag.Markers,
                X = [.. rows.X.Cast<object>()],
                Y = [.. rows.Y.Cast<object>()],
                Marker = new()
                {
                    Size = 7,
                    ColorArray = [.. rows.Targets.Cast<object>()],
                    CMin = (decimal)bounds.Low,
                    CMax = (decimal)bounds.High,
                    ColorScale = "Cividis",
                    Line = new() { Width = 1, Color = theme.IsDark ? "#0f1419" : "#ffffff" },
                },
                HoverTemplate = "training row, " + Frame.Text(rows.Target) + " %{marker.color:.4~g}<extra></extra>",
            };
            yield break;
        }
        for (var k = 0; k < rows.Labels.Count; k++)
        {
            int[] own = [.. Enumerable.Range(0, rows.X.Count).Where(i => (int)rows.Targets[i] == k)];
            yield return new Scatter
            {
                Name = Frame.Text(rows.Labels[k]),
                Mode = ModeFlag.Markers,
                X = [.. own.Select(i => (object)rows.X[i])],
                Y = [.. own.Select(i => (object)rows.Y[i])],
                Marker = Marks.Class(k, theme, 8),
                HoverTemplate = $"training row: {Frame.Text(rows.Labels[k])}<extra></extra>",
                ShowLegend = true,
            };
        }
    }

    static List<object> Matrix(BoundaryGrid grid, Func<int, object?> cell)
    {
        var width = grid.X.Count;
        return [.. Enumerable.Range(0, grid.Y.Count).Select(r => (object)Enumerable.Range(r * width, width).Select(cell).ToArray())];
    }

    static string Answer(BoundaryGrid grid, IReadOnlyList<string> labels, int i) =>
        grid.Values[i] is not { } label ? "unreadable answer"
        : grid.Confidence?[i] is { } c ? string.Create(CultureInfo.InvariantCulture, $"{Frame.Text(labels[(int)label])}, {c:P0}")
        : Frame.Text(labels[(int)label]);

    static string Number(double? value, string target) =>
        value is { } answer ? string.Create(CultureInfo.InvariantCulture, $"{Frame.Text(target)} {answer:G4}") : "unreadable answer";

    // Cells are centred on the coordinates: the plane ends half a cell further out.
    static double Edge(IReadOnlyList<double> at, bool first)
    {
        var half = at.Count > 1 ? (at[1] - at[0]) / 2 : .5;
        return first ? at[0] - half : at[^1] + half;
    }

    static DataTable Behind(BoundaryGrid grid, IReadOnlyList<string> labels) =>
        new(
            [grid.XColumn, grid.YColumn, "answer", "confidence"],
            grid.Values.Count,
            i =>
                [
                    grid.X[i % grid.X.Count].ToString("G5", CultureInfo.InvariantCulture),
                    grid.Y[i / grid.X.Count].ToString("G5", CultureInfo.InvariantCulture),
                    grid.Values[i] is not { } value ? "unreadable"
                    : labels.Count == 0 ? value.ToString("G5", CultureInfo.InvariantCulture)
                    : labels[(int)value],
                    grid.Confidence?[i]?.ToString("F3", CultureInfo.InvariantCulture) ?? "",
                ]
        );

    static string Summary(BoundaryGrid grid, IReadOnlyList<string> labels)
    {
        var over = $"Decision boundary over {grid.XColumn} and {grid.YColumn}";
        if (labels.Count == 0 || grid.Values.Count == 0)
            return over;
        var shares = grid
            .Values.GroupBy(v => v)
            .OrderByDescending(g => g.Count())
            .Select(g =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(g.Key is { } label ? labels[(int)label] : "unreadable")} {(double)g.Count() / grid.Values.Count:P0}"
                )
            );
        return over + ": " + string.Join(", ", shares) + " of the plane";
    }
}
