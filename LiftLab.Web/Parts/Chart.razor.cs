using LiftLab.Engine.Figures;
using LiftLab.Web.Charts;
using LiftLab.Web.Charts.PlotlyJs;
using LiftLab.Web.Charts.Svg;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using Plotly.Blazor;

namespace LiftLab.Web.Parts;

public sealed partial class Chart(CircuitConnection connection) : IDisposable
{
    const int UsualHeight = 320,
        MostTries = 3;

    readonly Config config = new()
    {
        Responsive = true,
        DisplayLogo = false,
        ShowSendToCloud = false,
        PlotlyServerUrl = "",
        DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False,
    };
    readonly CancellationTokenSource gone = new();
    CancellationToken leaving; // stays readable after the source is disposed
    PlotlyChart? chart;
    Figure? figure;
    Plot? plot;
    ChartTheme? drawnIn;
    object? drawnFor;
    bool loaded,
        asked,
        ready,
        asTable,
        stale;
    string? missing;

    [CascadingParameter(Name = "Dark")]
    public bool Dark { get; set; }

    /// <summary>Returns the current figure.</summary>
    [Parameter, EditorRequired]
    public Func<Figure> Draw { get; set; } = default!;

    /// <summary>
    /// What the figure depends on: the figure is drawn again when it changes. Live charts leave it null and call <see cref="RedrawAsync"/>.
    /// </summary>
    [Parameter]
    public object? Key { get; set; }

    /// <summary>Shown on the page instead of the figure's own caption; downloads have the figure's own.</summary>
    [Parameter]
    public RenderFragment? Caption { get; set; }

    /// <summary>File name of downloads, without extension.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>In pixels; null for the figure's own height.</summary>
    [Parameter]
    public int? Height { get; set; }

    /// <summary>Leaves out legend and colour scale, where the page shows one for several charts. Downloads have them.</summary>
    [Parameter]
    public bool Compact { get; set; }

    /// <summary>Raised when the chart is drawn and can take new points.</summary>
    [Parameter]
    public EventCallback Ready { get; set; }

    int PlotHeight => Height ?? (int)(figure?.Height ?? UsualHeight);

    protected override void OnInitialized() => leaving = gone.Token;

    protected override void OnParametersSet()
    {
        var theme = ChartTheme.Of(Dark);
        if (theme == drawnIn && Equals(Key, drawnFor))
            return;
        (drawnIn, drawnFor) = (theme, Key);
        Paint();
        stale = asked;
    }

    void Paint()
    {
        figure = Draw();
        plot = PlotlyPainter.Paint(figure, drawnIn ?? ChartTheme.Of(Dark), Compact);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await LoadAsync();
        asked = loaded;
        if (!stale || !ready)
            return;
        stale = false;
        await TryAsync(cancel => chart!.React(cancel));
    }

    async Task LoadAsync()
    {
        missing = null;
        for (var tries = 1; !loaded && missing is null; )
            try
            {
                await connection.WaitUpAsync(leaving);
                using var until = CancellationTokenSource.CreateLinkedTokenSource(leaving, connection.Down);
                await Browser.DemandAsync("plots", until.Token, PlotLibrary.Interop, PlotLibrary.Script);
                loaded = true;
            }
            catch (Exception) when (leaving.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException && connection.Down.IsCancellationRequested)
            {
                // the connection was cut while it loaded: again when it is back
            }
            catch (Exception e) when (e is JSException or OperationCanceledException)
            {
                if (tries++ == MostTries)
                    missing = e is JSException ? e.Message.Split('\n')[0] : "it took too long";
            }
        StateHasChanged();
    }

    // Plotly.Blazor calls this when the first plot has been requested; points sent earlier would be drawn twice.
    void Drawn()
    {
        if (ready)
            return;
        ready = true;
        _ = InvokeAsync(async () =>
        {
            StateHasChanged(); // also draws a figure or theme that changed after the plot was requested
            await Ready.InvokeAsync();
        });
    }

    /// <summary>Draws the figure that <see cref="Draw"/> returns. False where the browser is disconnected.</summary>
    public Task<bool> RedrawAsync(CancellationToken cancel = default)
    {
        Paint();
        if (!ready)
        {
            stale = asked;
            return Task.FromResult(true);
        }
        StateHasChanged(); // passes the new traces to the plot
        return TryAsync(token => chart!.React(token), cancel);
    }

    /// <summary>Adds points to lines. False where the browser is disconnected: draw the whole figure when it is connected again.</summary>
    /// <param name="x">Shape (points).</param>
    /// <param name="lines">Index of each line in the figure's series, and its values. Shape (points).</param>
    public Task<bool> ExtendAsync(
        IReadOnlyList<double> x,
        IReadOnlyList<(int Series, IReadOnlyList<double> Y)> lines,
        CancellationToken cancel = default
    )
    {
        if (!ready)
            return Task.FromResult(true);
        object[] at = [.. x];
        return TryAsync(
            token =>
                chart!.ExtendTraces(
                    [.. lines.Select(_ => at)],
                    lines.Select(l => l.Y.Select(v => (object)v)),
                    lines.Select(l => plot!.TraceOf[l.Series]),
                    4 * PlotlyPainter.MostPoints,
                    token
                ),
            cancel
        );
    }

    async Task<bool> TryAsync(Func<CancellationToken, Task> draw, CancellationToken cancel = default)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(leaving, connection.Down, cancel);
        try
        {
            await draw(until.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException)
        {
            stale = true;
            return false;
        }
    }

    Task SaveSvgAsync() => Browser.SaveAsync($"{Name}.svg", "image/svg+xml", WholePage());

    Task SavePngAsync() => Browser.CallAsync("saveBitmap", $"{Name}.png", WholePage(), SvgPage.BitmapScale);

    Task SaveCsvAsync() => Browser.SaveAsync($"{Name}.csv", "text/csv", FigureFile.Csv(Draw()));

    Task SaveJsonAsync() => Browser.SaveAsync($"{Name}.json", "application/json", FigureFile.Json(Draw()));

    /// <summary>The current figure for print: in the light theme, with title, legend and caption.</summary>
    string WholePage()
    {
        var now = Draw();
        return SvgPainter.Paint(now, SvgPage.Whole(now));
    }

    ValueTask<ItemsProviderResult<IReadOnlyList<string>>> RowsAsync(ItemsProviderRequest request)
    {
        var table = figure!.Table;
        var count = Math.Min(request.Count, table.RowCount - request.StartIndex);
        return new(
            new ItemsProviderResult<IReadOnlyList<string>>(
                [.. Enumerable.Range(request.StartIndex, Math.Max(0, count)).Select(table.Row)],
                table.RowCount
            )
        );
    }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
