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
    const int UsualHeight = 320;

    readonly Config config = new()
    {
        Responsive = true,
        DisplayLogo = false,
        ShowSendToCloud = false,
        PlotlyServerUrl = "",
        DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False,
    };
    readonly CancellationTokenSource gone = new();
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

    /// <summary>Gives the figure as it is now.</summary>
    [Parameter, EditorRequired]
    public Func<Figure> Draw { get; set; } = default!;

    /// <summary>
    /// What the figure depends on: another value draws it again. Live charts leave it null and call <see cref="RedrawAsync"/>.
    /// </summary>
    [Parameter]
    public object? Key { get; set; }

    /// <summary>Shown instead of the figure's own caption, which downloads keep.</summary>
    [Parameter]
    public RenderFragment? Caption { get; set; }

    /// <summary>File name of downloads, without its extension.</summary>
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>In pixels; null for the height that the figure needs.</summary>
    [Parameter]
    public int? Height { get; set; }

    /// <summary>Without legend and scale of colours on the page, which shows one for several charts. Downloads have them.</summary>
    [Parameter]
    public bool Compact { get; set; }

    /// <summary>The chart stands in the page and takes new points.</summary>
    [Parameter]
    public EventCallback Ready { get; set; }

    int PlotHeight => Height ?? (int)(figure?.Height ?? UsualHeight);

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
                StateHasChanged(); // it changed, its theme for example, between the asking and now
            await Ready.InvokeAsync();
        });
    }

    /// <summary>Draws the figure that <see cref="Draw"/> gives now. False where the browser was away.</summary>
    public Task<bool> RedrawAsync(CancellationToken cancel = default)
    {
        Paint();
        if (!ready)
        {
            stale = asked;
            return Task.FromResult(true);
        }
        StateHasChanged(); // hands the new traces to the plot
        return TryAsync(token => chart!.React(token), cancel);
    }

    /// <summary>Adds points to lines. False where the browser was away: then the whole figure has to be drawn when it is back.</summary>
    /// <param name="x">Shape (points).</param>
    /// <param name="lines">Places of lines in the figure's series, each with its values. Shape (points).</param>
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

    Task SaveSvgAsync() => Browser.SaveAsync($"{Name}.svg", "image/svg+xml", WholePage());

    Task SavePngAsync() => Browser.CallAsync("saveBitmap", $"{Name}.png", WholePage(), SvgPage.BitmapScale);

    /// <summary>The figure as it is now, for print: in the light theme, with title, legend and caption.</summary>
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
