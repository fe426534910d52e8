namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>
/// Where Plotly.Blazor serves its scripts. A page loads them by the same addresses as the component, so that each comes once.
/// </summary>
public static class PlotLibrary
{
    public const string Interop = "./_content/Plotly.Blazor/plotly-interop-7.2.0.js";
    public const string Script = "./_content/Plotly.Blazor/plotly-3.7.0.min.js";
}
