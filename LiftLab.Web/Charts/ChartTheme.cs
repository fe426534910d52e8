namespace LiftLab.Web.Charts;

/// <summary>
/// Background, text and line colours of charts in one theme; the values of the custom properties in <c>css/colours.css</c>.
/// </summary>
public sealed record ChartTheme(bool IsDark, string Paper, string Ink, string SoftInk, string Grid, string Axis, string Accent)
{
    public static readonly ChartTheme Light = new(false, "#ffffff", "#17212b", "#4a5763", "#e8ebea", "#b4bdbf", "#0d5561");
    public static readonly ChartTheme Dark = new(true, "#161d24", "#e8edf1", "#b3bec8", "#25303a", "#46545f", "#7ccbd3");

    public static ChartTheme Of(bool dark) => dark ? Dark : Light;
}
