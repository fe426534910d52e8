namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>
/// The addresses of Plotly.Blazor's scripts. Pages use the same addresses as the component, so that each script is loaded once.
/// </summary>
public static class PlotLibrary
{
    public const string Interop = "./_content/Plotly.Blazor/plotly-interop-7.2.0.js";
    public const string Script = "./_content/Plotly.Blazor/plotly-3.7.0.min.js";
}
