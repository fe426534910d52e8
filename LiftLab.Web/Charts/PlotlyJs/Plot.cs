using Plotly.Blazor;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>A figure as Plotly's traces and layout.</summary>
/// <param name="TraceOf">Index of the first trace of each series, in the order of the figure's series.</param>
public sealed record Plot(IList<ITrace> Traces, Layout Layout, IReadOnlyList<int> TraceOf);
