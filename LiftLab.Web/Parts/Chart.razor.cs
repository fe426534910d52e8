using LiftLab.Web.Charts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using Plotly.Blazor;

namespace LiftLab.Web.Parts;

public sealed partial class Chart(CircuitConnection connection) : IDisposable
{
    readonly Config config = new()
    {
        Responsive = true,
        DisplayLogo = false,
        ShowSendToCloud = false,
        PlotlyServerUrl = "",
        DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False,
    };
    readonly CancellationTokenSource gone = new();
    ElementReference figure;
    PlotlyChart? plot;
    Picture? picture;
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

    /// <summary>Draws the chart for a theme.</summary>
    [Parameter, EditorRequired]
    public Func<ChartTheme, Picture> Draw { get; set; } = default!;

    /// <summary>
    /// What the picture depends on; another value draws it anew. Live charts leave it null and call <see cref="RedrawAsync"/>.
    /// </summary>
    [Parameter]
    public object? Key { get; set; }

    [Parameter, EditorRequired]
    public RenderFragment Caption { get; set; } = default!;

    /// <summary>File name of downloads, without its ending.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>Said instead of the picture's own summary.</summary>
    [Parameter]
    public string? Title { get; set; }

    [Parameter]
    public int Height { get; set; } = 320;

    /// <summary>The chart stands in the page and takes new points.</summary>
    [Parameter]
    public EventCallback Ready { get; set; }

    protected override void OnParametersSet()
    {
        var theme = ChartTheme.Of(Dark);
        if (theme == drawnIn && Equals(Key, drawnFor))
            return;
        (drawnIn, drawnFor) = (theme, Key);
        picture = Draw(theme);
        stale = asked;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await LoadAsync();
        asked = loaded;
        if (!stale || !ready)
            return;
        stale = false;
        await TryAsync(cancel => plot!.React(cancel));
    }

    async Task LoadAsync()
    {
        try
        {
            await Browser.CallAsync("plots", PlotLibrary.Interop, PlotLibrary.Script);
            loaded = true;
        }
        catch (JSException e)
        {
            missing = e.Message.Split('\n')[0];
        }
        StateHasChanged();
    }

    // Plotly.Blazor calls this when the first plot has been asked for; points sent before would be drawn twice.
    void Drawn()
    {
        if (ready)
            return;
        ready = true;
        _ = InvokeAsync(async () =>
        {
            if (stale)
                StateHasChanged(); // it changed, its theme say, between the asking and now
            await Ready.InvokeAsync();
        });
    }

    /// <summary>Draws the whole picture anew from what <see cref="Draw"/> sees now. False where the browser was away.</summary>
    public Task<bool> RedrawAsync(CancellationToken cancel = default)
    {
        picture = Draw(drawnIn ?? ChartTheme.Of(Dark));
        if (!ready)
        {
            stale = asked;
            return Task.FromResult(true);
        }
        StateHasChanged(); // hands the new traces to the plot
        return TryAsync(token => plot!.React(token), cancel);
    }

    /// <summary>Adds points to traces. False where the browser was away: the points are in the model, draw anew when it is back.</summary>
    public Task<bool> ExtendAsync(
        IEnumerable<IEnumerable<object>> x,
        IEnumerable<IEnumerable<object>> y,
        IEnumerable<int> traces,
        CancellationToken cancel = default
    ) => ready ? TryAsync(token => plot!.ExtendTraces(x, y, traces, 4 * LossChart.MostPoints, token), cancel) : Task.FromResult(true);

    async Task<bool> TryAsync(Func<CancellationToken, Task> draw, CancellationToken cancel = default)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(gone.Token, connection.Down, cancel);
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

    ValueTask<ItemsProviderResult<IReadOnlyList<string>>> RowsAsync(ItemsProviderRequest request)
    {
        var behind = picture!.Behind;
        var count = Math.Min(request.Count, behind.RowCount - request.StartIndex);
        return new(
            new ItemsProviderResult<IReadOnlyList<string>>(
                [.. Enumerable.Range(request.StartIndex, Math.Max(0, count)).Select(behind.Row)],
                behind.RowCount
            )
        );
    }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
