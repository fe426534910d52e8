using System.Globalization;
using LiftLab.Engine.Figures;
using Plotly.Blazor;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;
using Plotly.Blazor.Traces.ScatterLib.MarkerLib;
using ErrorKind = Plotly.Blazor.Traces.ScatterLib.ErrorXLib.TypeEnum;
using ErrorUpKind = Plotly.Blazor.Traces.ScatterLib.ErrorYLib.TypeEnum;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>The traces of each kind of series.</summary>
sealed class PlotlySeries(Figure figure, ChartTheme theme, bool compact, int mostPoints)
{
    public IEnumerable<ITrace> Traces(Series series) =>
        series switch
        {
            Series.Heat heat => [new PlotlyHeat(figure, theme, compact).Trace(heat)],
            Series.Line line => [Line(line)],
            Series.Band band => Band(band),
            Series.Marks marks => [Marks(marks)],
            Series.Points points => Points(points),
            Series.Bars bars => [Bars(bars)],
            _ => [],
        };

    /// <summary>A trace without points, for a series that is drawn as shapes or as the background.</summary>
    public ITrace LegendOnly(LegendEntry entry) =>
        new Scatter
        {
            Name = PlotlyText.Escape(entry.Name),
            Mode = entry.Sample == LegendSample.Line ? ModeFlag.Lines : ModeFlag.Markers,
            X = [null!],
            Y = [null!],
            Marker = entry.Sample switch
            {
                LegendSample.Shaded => Swatch(PlotlyRegions.Tint(theme)),
                LegendSample.Hatched => new()
                {
                    Symbol = SymbolEnum.LineNEOpen,
                    Size = 8,
                    Color = theme.Ink,
                    Line = new() { Width = 2, Color = theme.Ink },
                },
                _ => Swatch(FigurePalette.Unreadable(theme)),
            },
            Line = new()
            {
                Color = FigurePalette.Of(entry.Hue, theme),
                Width = (decimal)entry.Width,
                Dash = PlotlyLayout.DashOf(entry.Dash),
            },
            HoverInfo = HoverInfoFlag.Skip,
            ShowLegend = true,
        };

    static Marker Swatch(string colour) =>
        new()
        {
            Symbol = SymbolEnum.Square,
            Size = 10,
            Color = colour,
        };

    Scatter Line(Series.Line line)
    {
        var kept = Decimation.Keep(line.Y, mostPoints);
        var colour = FigurePalette.Of(line.Hue, theme);
        return new()
        {
            Name = PlotlyText.Escape(line.Name),
            ShowLegend = line.InLegend,
            Mode = line.Marked ? ModeFlag.Lines | ModeFlag.Markers : ModeFlag.Lines,
            X = [.. kept.Select(i => Number(line.X[i]))],
            Y = [.. kept.Select(i => Number(line.Y[i]))],
            Line = new()
            {
                Color = colour,
                Width = (decimal)line.Width,
                Dash = PlotlyLayout.DashOf(line.Dash),
            },
            Marker = PlotlyMarker.Of(line.Hue, theme, line.Hue.Role == HueRole.Class ? 7 : 6),
            HoverTemplate = "%{y:.4~g}",
        };
    }

    IEnumerable<ITrace> Band(Series.Band band)
    {
        var colour = FigurePalette.Of(band.Hue, theme);
        Scatter Edge(IReadOnlyList<double> y, bool filled) =>
            new()
            {
                Name = PlotlyText.Escape(band.Name),
                ShowLegend = filled && band.InLegend,
                Mode = ModeFlag.Lines,
                X = [.. band.X.Select(v => (object)v)],
                Y = [.. y.Select(Number)],
                Line = new() { Color = colour, Width = 0 },
                Fill = filled ? FillEnum.ToNextY : FillEnum.None,
                FillColor = colour + "40",
                HoverInfo = HoverInfoFlag.Skip,
            };
        return [Edge(band.Low, filled: false), Edge(band.High, filled: true)];
    }

    Scatter Marks(Series.Marks marks)
    {
        var isClass = marks.Hue.Role == HueRole.Class;
        var trace = new Scatter
        {
            Name = PlotlyText.Escape(marks.Name),
            ShowLegend = marks.InLegend,
            Mode = ModeFlag.Markers,
            // A class without a row is in the legend too.
            X = marks.X.Count == 0 && isClass ? [null!] : [.. marks.X.Select(v => (object)v)],
            Y = marks.Y.Count == 0 && isClass ? [null!] : [.. marks.Y.Select(v => (object)v)],
            Marker = marks.Star ? PlotlyMarker.Star(marks.Hue, theme) : PlotlyMarker.Of(marks.Hue, theme, isClass ? 8 : 7),
        };
        if (!isClass && !marks.Star && marks.Texts is null)
            trace.Marker.Opacity = .7m;
        var places = $"{Title(figure.X)} %{{x:.4~g}}<br>{Title(figure.Y)} %{{y:.4~g}}";
        trace.HoverTemplate = $"{PlotlyText.Escape(marks.Name)}<br>{places}<extra></extra>";
        if (marks.Star)
        {
            trace.HoverTemplate = $"{PlotlyText.Escape(marks.Name)}<extra></extra>";
            trace.ClipOnAxis = false; // a loss near zero puts the star on the axis
        }
        if (marks.Values is { } values && figure.Values is { } scale)
            Coloured(trace, values, scale);
        if (marks.Opacities is { Count: > 0 } opacities)
        {
            trace.Marker.Opacity = null; // Plotly takes one opacity or one per mark, not both
            trace.Marker.OpacityArray = [.. opacities.Select(o => (decimal?)o)];
        }
        if (marks.Weights is { Count: > 0 } weights)
        {
            var heaviest = weights.Max();
            trace.ClipOnAxis = false; // draw large marks at the edge of the range in full
            trace.Marker.Size = null; // Plotly takes one size or a size per mark, not both
            trace.Marker.SizeArray = [.. weights.Select(w => (decimal?)MarkSize.Of(w, heaviest))];
            trace.Marker.Line = new() { Width = 1, Color = theme.Paper };
        }
        if (marks.Texts is { } texts)
        {
            trace.HoverTemplate = null;
            trace.HoverTextArray = [.. texts.Select(PlotlyText.Escape)];
            trace.HoverInfo = HoverInfoFlag.Text;
        }
        return trace;
    }

    void Coloured(Scatter trace, IReadOnlyList<double> values, ValueScale scale)
    {
        trace.Marker = new()
        {
            Size = 7,
            ColorArray = [.. values.Select(v => (object)v)],
            CMin = (decimal)scale.Low,
            CMax = (decimal)scale.High,
            ColorScale = PlotlyHeat.Colours(FigurePalette.Ramp(scale, theme)),
            Line = new() { Width = 1, Color = theme.IsDark ? FigurePalette.Outline(theme) : theme.Paper },
        };
        trace.HoverTemplate = $"{trace.Name}, {PlotlyText.Escape(scale.Title)} %{{marker.color:.4~g}}<extra></extra>";
    }

    IEnumerable<ITrace> Points(Series.Points points) =>
        from highlight in (bool[])[false, true]
        let own = points.Items.Where(p => p.Highlight == highlight).ToArray()
        select Points(own, highlight ? points.Highlighted : points.Name, highlight ? Hue.Subject : points.Hue, highlight);

    Scatter Points(Figure.Point[] items, string name, Hue hue, bool highlight)
    {
        var colour = FigurePalette.Of(hue, theme);
        object[] more = [.. items.Select(p => (object)((p.High ?? p.Value) - p.Value))],
            less = [.. items.Select(p => (object)(p.Value - (p.Low ?? p.Value)))];
        var trace = new Scatter
        {
            Name = PlotlyText.Escape(name),
            ShowLegend = items.Length > 0,
            Mode = ModeFlag.Markers,
            X = Across ? Values(items) : Names(items),
            Y = Across ? Names(items) : Values(items),
            Marker = new()
            {
                Size = highlight ? 12 : 9,
                Color = colour,
                Symbol = highlight ? SymbolEnum.Diamond : SymbolEnum.Circle,
            },
            HoverTextArray = [.. items.Select(Said)],
            HoverInfo = HoverInfoFlag.Text,
        };
        if (Across)
            trace.ErrorX = new()
            {
                Type = ErrorKind.Data,
                Symmetric = false,
                Color = colour,
                Thickness = highlight ? 2.5m : 1.5m,
                Width = 5,
                Array = more,
                ArrayMinus = less,
            };
        else
            trace.ErrorY = new()
            {
                Type = ErrorUpKind.Data,
                Symmetric = false,
                Color = colour,
                Thickness = highlight ? 2.5m : 1.5m,
                Width = 5,
                Array = more,
                ArrayMinus = less,
            };
        return trace;
    }

    Bar Bars(Series.Bars bars) =>
        new()
        {
            Name = PlotlyText.Escape(bars.Name),
            ShowLegend = bars.InLegend,
            Orientation = Across ? Plotly.Blazor.Traces.BarLib.OrientationEnum.H : Plotly.Blazor.Traces.BarLib.OrientationEnum.V,
            X = Across ? Values(bars.Items) : Names(bars.Items),
            Y = Across ? Names(bars.Items) : Values(bars.Items),
            Marker = new() { Color = FigurePalette.Of(bars.Hue, theme) },
            HoverTextArray = [.. bars.Items.Select(Said)],
            HoverInfo = Plotly.Blazor.Traces.BarLib.HoverInfoFlag.Text,
        };

    /// <summary>Categories are on the vertical axis, values on the horizontal one.</summary>
    bool Across => figure.Y.Scale == AxisScale.Category;

    string Said(Figure.Point point)
    {
        var unit = (Across ? figure.X : figure.Y).Unit;
        var value = string.Create(CultureInfo.InvariantCulture, $"{point.Title}: {point.Value:G4}{(unit.Length > 0 ? " " + unit : "")}");
        return PlotlyText.Escape(
            point is { Low: { } low, High: { } high }
                ? value + string.Create(CultureInfo.InvariantCulture, $" ({low:G4} to {high:G4})")
                : value
        );
    }

    static IList<object> Values(IEnumerable<Figure.Point> items) => [.. items.Select(p => (object)p.Value)];

    static IList<object> Names(IEnumerable<Figure.Point> items) => [.. items.Select(p => (object)PlotlyText.Escape(p.Title))];

    static string Title(Axis axis) => PlotlyText.Escape(axis.Title);

    static object Number(double value) => double.IsFinite(value) ? value : null!;
}
