using Plotly.Blazor;

namespace LiftLab.Web.Charts.PlotlyJs;

/// <summary>A figure as Plotly takes it.</summary>
/// <param name="TraceOf">The first trace of each series, in the order of the figure's series.</param>
public sealed record Plot(IList<ITrace> Traces, Layout Layout, IReadOnlyList<int> TraceOf);
