using System.Globalization;
using System.Text;
using LiftLab.Engine.Tables.Profile;
using static LiftLab.Web.Charts.Svg.SvgCanvas;

namespace LiftLab.Web.Charts.Svg;

/// <summary>The small histogram of a column header: one stacked bar per bin or value, one path per group of the target.</summary>
public static class HeadSpark
{
    /// <summary>In pixels; the style sheet gives the same width to what is clicked.</summary>
    public const int Width = 136;

    const int Height = 34;
    const double Faint = .28;

    /// <summary>The bar at a distance from the left; null beside all bars.</summary>
    public static HeadBar? BarAt(HeadBars bars, double x) =>
        x >= 0 && x < Width ? bars.Bars[Math.Min((int)(x / Width * bars.Bars.Count), bars.Bars.Count - 1)] : null;

    /// <summary>The colour of a group of the target: that of its class, or light to dark for thirds of numbers.</summary>
    public static string Colour(TargetGroups groups, int group, ChartTheme theme) =>
        groups.Classes[group] is { } index ? FigurePalette.Class(index, theme)
        : groups.Classes[0] is not null ? theme.Axis
        : FigurePalette.Mix(theme.Paper, theme.Accent, groups.Labels.Count == 1 ? .75 : .35 + .65 * group / (groups.Labels.Count - 1));

    /// <param name="chosen">Where any is chosen, the bars of other conditions are faint.</param>
    public static string Paint(HeadBars bars, TargetGroups groups, IReadOnlyList<CellCondition> chosen, ChartTheme theme, string summary)
    {
        var most = Math.Max(1, bars.Bars.Max(b => b.Rows));
        var step = (double)Width / bars.Bars.Count;
        var wide = Math.Max(1, Math.Min(step - 1, 18));
        var canvas = new SvgCanvas();
        canvas.Add(
            $"<svg viewBox=\"0 0 {N(Width)} {N(Height)}\" width=\"{N(Width)}\" height=\"{N(Height)}\" role=\"img\" aria-label=\"{E(summary)}\">"
        );
        foreach (var strong in (bool[])[false, true])
            for (var group = 0; group <= groups.Labels.Count; group++)
            {
                var path = new StringBuilder();
                for (var i = 0; i < bars.Bars.Count; i++)
                {
                    var bar = bars.Bars[i];
                    if ((chosen.Count == 0 || chosen.Contains(bar.Condition)) != strong)
                        continue;
                    // Rows without a target are on top of the groups.
                    int below = bar.Counts.Take(group).Sum(),
                        own = group < bar.Counts.Count ? bar.Counts[group] : bar.Rows - below;
                    if (own == 0)
                        continue;
                    double bottom = Height - (double)below * Height / most,
                        tall = Math.Max((double)own * Height / most, below == 0 ? 1 : 0);
                    path.Append(
                        CultureInfo.InvariantCulture,
                        $"M{N(i * step + (step - wide) / 2)} {N(bottom)}v{N(-tall)}h{N(wide)}v{N(tall)}z"
                    );
                }
                if (path.Length > 0)
                    canvas.Add(
                        $"<path d=\"{path}\" fill=\"{(group < groups.Labels.Count ? Colour(groups, group, theme) : theme.Axis)}\"{(strong ? "" : $" fill-opacity=\"{N(Faint)}\"")}/>"
                    );
            }
        canvas.Add("</svg>");
        return canvas.ToString();
    }
}
