using Plotly.Blazor;

namespace LiftLab.Web.Charts;

/// <summary>A drawn chart: Plotly's traces and layout, and the same facts as a table for whoever reads numbers rather than marks.</summary>
/// <param name="Summary">One sentence that says what the chart shows, for a screen reader.</param>
public sealed record Picture(IList<ITrace> Traces, Layout Layout, DataTable Behind, string Summary);

/// <summary>Rows of text under headings, read on demand: a long curve's table is only formatted where it is looked at.</summary>
public sealed record DataTable(IReadOnlyList<string> Headings, int RowCount, Func<int, IReadOnlyList<string>> Row)
{
    public static readonly DataTable Empty = new([], 0, _ => []);
}
