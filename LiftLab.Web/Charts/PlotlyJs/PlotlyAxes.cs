using LiftLab.Engine.Figures;
using Plotly.Blazor.LayoutLib;
using XKind = Plotly.Blazor.LayoutLib.XAxisLib;
using YKind = Plotly.Blazor.LayoutLib.YAxisLib;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>Plotly's axes with title, unit, range and scale.</summary>
static class PlotlyAxes
{
    public static XAxis X(Axis axis, ChartTheme theme, bool withGrid, bool waits)
    {
        var drawn = new XAxis
        {
            Title = new()
            {
                Text = PlotlyText.Escape(axis.Title),
                Standoff = 10,
                Font = new() { Size = 13, Color = theme.SoftInk },
            },
            Visible = !axis.Hidden,
            ShowGrid = withGrid && axis.Scale != AxisScale.Category,
            GridColor = theme.Grid,
            LineColor = theme.Axis,
            ShowLine = true,
            ZeroLine = false,
            TickColor = theme.Axis,
            Ticks = XKind.TicksEnum.Outside,
            TickLen = 4,
            TickFont = new() { Size = 12, Color = theme.SoftInk },
            AutoMargin = XKind.AutoMarginFlag.True,
            ShowTickLabels = !waits,
            Range = Range(axis, waits),
            Type =
                waits ? XKind.TypeEnum.Linear
                : axis.Scale == AxisScale.Logarithmic ? XKind.TypeEnum.Log
                : axis.Scale == AxisScale.Category ? XKind.TypeEnum.Category
                : XKind.TypeEnum.Linear,
        };
        if (axis.FromZero)
            drawn.RangeMode = XKind.RangeModeEnum.ToZero;
        if (axis.Reversed && drawn.Range is null)
            drawn.AutoRange = XKind.AutoRangeEnum.Reversed;
        if (axis.Categories.Count > 0)
            (drawn.CategoryOrder, drawn.CategoryArray) = (XKind.CategoryOrderEnum.Array, Categories(axis));
        return drawn;
    }

    public static YAxis Y(Axis axis, ChartTheme theme, bool withGrid, bool waits)
    {
        var categories = axis.Scale == AxisScale.Category;
        var drawn = new YAxis
        {
            Title = new()
            {
                Text = PlotlyText.Escape(axis.Title),
                Standoff = 8,
                Font = new() { Size = 13, Color = theme.SoftInk },
            },
            Visible = !axis.Hidden,
            ShowGrid = withGrid && !categories,
            GridColor = theme.Grid,
            LineColor = theme.Axis,
            ShowLine = true,
            ZeroLine = false,
            TickColor = theme.Axis,
            Ticks = YKind.TicksEnum.Outside,
            TickLen = 4,
            TickFont = new() { Size = categories ? 13 : 12, Color = categories ? theme.Ink : theme.SoftInk },
            AutoMargin = YKind.AutoMarginFlag.True,
            ShowTickLabels = !waits,
            Range = Range(axis, waits),
            Type =
                waits ? YKind.TypeEnum.Linear
                : axis.Scale == AxisScale.Logarithmic ? YKind.TypeEnum.Log
                : categories ? YKind.TypeEnum.Category
                : YKind.TypeEnum.Linear,
        };
        if (axis.FromZero)
            drawn.RangeMode = YKind.RangeModeEnum.ToZero;
        if (axis.Reversed && drawn.Range is null)
            drawn.AutoRange = YKind.AutoRangeEnum.Reversed;
        if (axis.Categories.Count > 0)
            (drawn.CategoryOrder, drawn.CategoryArray) = (YKind.CategoryOrderEnum.Array, Categories(axis));
        return drawn;
    }

    static IList<object>? Range(Axis axis, bool waits)
    {
        if (waits)
            return [0, 1];
        if (axis is not { Low: { } low, High: { } high })
            return null;
        if (axis.Scale == AxisScale.Logarithmic)
            (low, high) = (Math.Log10(low), Math.Log10(high));
        return axis.Reversed ? [high, low] : [low, high];
    }

    static IList<object> Categories(Axis axis) => [.. axis.Categories.Select(c => (object)PlotlyText.Escape(c))];
}
