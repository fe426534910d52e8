using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.LayoutLib.LegendLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// The ground every chart stands on: margins, axes with titles and units, legend above, hover labels in the theme's colours.
/// </summary>
public static class Frame
{
    const string Family = "Roboto, system-ui, sans-serif";

    public static Layout Of(ChartTheme theme, string x, string y, bool logarithmic = false) =>
        new()
        {
            PaperBgColor = theme.Paper,
            PlotBgColor = theme.Paper,
            Font = new()
            {
                Family = Family,
                Size = 13,
                Color = theme.Ink,
            },
            Margin = new()
            {
                L = 62,
                R = 14,
                T = 34,
                B = 50,
                Pad = 0,
            },
            UiRevision = "keep", // zoom and hidden curves survive new data
            HoverMode = HoverModeEnum.Closest,
            HoverLabel = new()
            {
                BgColor = theme.Paper,
                BorderColor = theme.Axis,
                Font = new()
                {
                    Family = Family,
                    Size = 13,
                    Color = theme.Ink,
                },
            },
            Legend =
            [
                new()
                {
                    Orientation = OrientationEnum.H,
                    X = 0,
                    Y = 1.02m,
                    XAnchor = Plotly.Blazor.LayoutLib.LegendLib.XAnchorEnum.Left,
                    YAnchor = Plotly.Blazor.LayoutLib.LegendLib.YAnchorEnum.Bottom,
                    BgColor = "rgba(0,0,0,0)",
                    Font = new() { Color = theme.Ink, Size = 12 },
                },
            ],
            XAxis = [XAxis(theme, x)],
            YAxis = [YAxis(theme, y, logarithmic)],
        };

    /// <summary>A chart that has no point yet: axes without numbers, and what it waits for.</summary>
    public static void Wait(Layout layout, ChartTheme theme, string text)
    {
        layout.XAxis[0].Range = layout.YAxis[0].Range = [0, 1];
        layout.XAxis[0].ShowTickLabels = layout.YAxis[0].ShowTickLabels = false;
        layout.YAxis[0].Type = Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Linear;
        layout.ShowLegend = false;
        layout.Annotations =
        [
            new()
            {
                Text = Text(text),
                XRef = "paper",
                YRef = "paper",
                X = .5,
                Y = .5,
                ShowArrow = false,
                Font = new() { Size = 14, Color = theme.SoftInk },
            },
        ];
    }

    static XAxis XAxis(ChartTheme theme, string title) =>
        new()
        {
            Title = new()
            {
                Text = Text(title),
                Standoff = 10,
                Font = new() { Size = 13, Color = theme.SoftInk },
            },
            GridColor = theme.Grid,
            LineColor = theme.Axis,
            ShowLine = true,
            ZeroLine = false,
            TickColor = theme.Axis,
            Ticks = Plotly.Blazor.LayoutLib.XAxisLib.TicksEnum.Outside,
            TickLen = 4,
            TickFont = new() { Size = 12, Color = theme.SoftInk },
            AutoMargin = Plotly.Blazor.LayoutLib.XAxisLib.AutoMarginFlag.True,
        };

    static YAxis YAxis(ChartTheme theme, string title, bool logarithmic) =>
        new()
        {
            Title = new()
            {
                Text = Text(title),
                Standoff = 8,
                Font = new() { Size = 13, Color = theme.SoftInk },
            },
            GridColor = theme.Grid,
            LineColor = theme.Axis,
            ShowLine = true,
            ZeroLine = false,
            TickColor = theme.Axis,
            Ticks = Plotly.Blazor.LayoutLib.YAxisLib.TicksEnum.Outside,
            TickLen = 4,
            TickFont = new() { Size = 12, Color = theme.SoftInk },
            Type = logarithmic ? Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Log : Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Linear,
            AutoMargin = Plotly.Blazor.LayoutLib.YAxisLib.AutoMarginFlag.True,
        };

    /// <summary>Plotly reads a little HTML in titles and labels; names from a person's table must stay what they are.</summary>
    public static string Text(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
