namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>Escapes text for Plotly, which interprets some HTML in titles and labels.</summary>
static class PlotlyText
{
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
