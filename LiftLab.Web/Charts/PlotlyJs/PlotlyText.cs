namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>Plotly reads a little HTML in titles and labels; names from a person's table must stay what they are.</summary>
static class PlotlyText
{
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
