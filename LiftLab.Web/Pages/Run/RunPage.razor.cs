using LiftLab.Engine;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Parts.Panels;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Run;

/// <summary>The training of a run, live or finished.</summary>
public sealed partial class RunPage(
    LabRuns runs,
    RunFeed feed,
    CircuitConnection connection,
    NavigationManager navigation,
    TimeProvider time
) : IAsyncDisposable
{
    /// <summary>Code of the problem that there is no run of this name.</summary>
    internal const string NoRun = "no-run";

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200),
        RateInterval = TimeSpan.FromSeconds(1),
        SpeakInterval = TimeSpan.FromSeconds(6),
        GonePause = TimeSpan.FromSeconds(1);

    CancellationTokenSource stop = new();
    Task following = Task.CompletedTask;
    string? openId;
    RunRow? row;
    OpenRun? run;
    RunStory story = new(learner: null);
    Exception? fault;
    LossPanel? losses;
    BoundaryPanel? boundary;
    RatePanel? rates;
    RemotePanel? remotePanel;
    string spoken = "";
    long ratesDrawn,
        remoteRead,
        spokenAt;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "log")]
    public string? LogText { get; set; }

    bool Log => AddressValue.Flag(LogText);

    [SupplyParameterFromQuery(Name = "show")]
    public string? Quantity { get; set; }

    BoundaryRows Rows => run is not null && AnyGrid is { } grid ? shownRows ??= BoundaryRows.Of(run.Task, grid) : BoundaryRows.None;
    BoundaryGrid? AnyGrid =>
        story.Boundaries is [.., var last] ? last.Grid
        : Others is [var other, ..] ? other.Grid
        : null;
    BoundaryRows? shownRows;

    string PictureName => run!.Spec.Boundary?.PictureName(run.Spec.Schema) ?? run.Task.Target.SurfaceName;

    /// <summary>The pictures of the learners beside the main one, fastest first.</summary>
    IReadOnlyList<SlicePicture> Others =>
        [
            .. SlicePicture
                .InOrder(story.Results.Where(r => r.Boundary is not null && r.Learner != run!.Spec.Learner.Name), r => r, "")
                .Select(r => new SlicePicture(r.Learner, r.Title, r.Boundary!, SlicePicture.ScoreOf(r))),
        ];

    IReadOnlyList<string> Waiting =>
        row is null || run is null || row.IsOver
            ? []
            :
            [
                .. new[] { run.Spec.Learner }
                    .Concat(run.Spec.Baselines)
                    .Select(l => l.Name)
                    .Where(n => story.Results.All(r => r.Learner != n))
                    .Select(Words.Learner),
            ];

    /// <summary>Number of models that the recipe trains.</summary>
    int Members => run?.Spec.Lift?.Recipe.Members ?? Rates?.Count ?? 1;

    /// <summary>A job of the OpenAI-compatible server has no test rows: its client tests the model.</summary>
    bool IsTested => run?.Task.Split.Test.Count > 0;

    /// <summary>Trained by a provider, which gives no answers during training and no speed; boundaries are not drawn with it.</summary>
    bool IsRemote => run?.Spec.Learner.Name == OpenAiSettings.LearnerName;

    IReadOnlyList<string>? Rates => run is null ? null : Words.Rates(run.Spec);

    string? WaitsFor => row is null ? null : runs.WaitsFor(row);

    string Took => story.Ended is null ? "" : $" in {Display.Seconds(story.Ran.TotalSeconds)}";

    string Verdict =>
        story.Results.FirstOrDefault(r => LiftWays.KindOf(r.Learner) == LearnerKind.Lift) is { } lift
        && run is not null
        && lift.Scores.FirstOrDefault(s => s.Metric == run.Headline.Name) is { } score
            ? $"LIFT: {run.Headline.Title.ToLowerInvariant()} {Display.Value(score.Value, run.Headline)} on {score.Count} test rows."
            : "";

    protected override async Task OnParametersSetAsync()
    {
        if (openId == Id)
            return;
        await CloseAsync();
        (openId, stop, story, row, run, fault, shownRows) = (Id, new(), new(learner: null), null, null, null, null);
        await OpenAsync();
    }

    async Task OpenAsync()
    {
        fault = null;
        try
        {
            row = await runs.GetAsync(Id, stop.Token);
            run = await runs.OpenAsync(Id, stop.Token);
            story = new(run.Spec.Learner.Name);
            runs.Changed -= Changed;
            runs.Changed += Changed;
            following = FollowAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (KeyNotFoundException)
        {
            fault = new BadDataException([
                row is null
                    ? new(Severity.Error, NoRun, $"There is no run '{Id}'", "It may have been deleted.")
                    : new(Severity.Error, "folder-missing", "The run's folder is gone", "Put it back, or delete the run."),
            ]);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    async Task OpenAgainAsync()
    {
        (row, run, story) = (null, null, new(learner: null));
        await OpenAsync();
        StateHasChanged();
    }

    void Changed() =>
        _ = InvokeAsync(async () =>
        {
            try
            {
                row = await runs.GetAsync(Id, stop.Token);
                StateHasChanged();
            }
            catch (Exception e) when (e is OperationCanceledException or KeyNotFoundException or ObjectDisposedException)
            {
                // closed, or the run is deleted in another tab; the page says so when it is opened again
            }
        });

    // The story takes a batch first. Where drawing fails because the browser is disconnected, everything is drawn again from the story
    // when it is connected. Points are sent once, so none is drawn twice.
    async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in feed.WatchAsync(Id, story.Sequence, Interval, cancel))
            {
                await connection.WaitUpAsync(cancel);
                var drawn = false;
                await InvokeAsync(async () => drawn = await TakeAsync(batch, cancel));
                while (!drawn)
                {
                    await connection.WaitUpAsync(cancel);
                    await InvokeAsync(async () => drawn = await RedrawAsync(cancel));
                }
            }
            // the stream ends where the run or files of it are gone
            await Task.Delay(GonePause, time, cancel);
            await InvokeAsync(OpenAgainAsync);
        }
        catch (OperationCanceledException)
        {
            // the page is closed, or the circuit has ended
        }
        catch (Exception e)
        {
            await InvokeAsync(() =>
            {
                fault = e;
                StateHasChanged();
            });
        }
    }

    async Task<bool> TakeAsync(IReadOnlyList<RunEvent> batch, CancellationToken cancel)
    {
        var change = story.Apply(batch);
        Speak();
        if (remotePanel is not null && (change.Ended || change.Results || time.GetElapsedTime(remoteRead) > RateInterval))
        {
            remoteRead = time.GetTimestamp();
            await remotePanel.ReadAsync();
        }
        StateHasChanged();
        var ok = losses is null || await losses.AddAsync(change, cancel);
        if (
            ok
            && rates is not null
            && (change.Validated || change.Redraw || change.Ended || time.GetElapsedTime(ratesDrawn) > RateInterval)
        )
        {
            ratesDrawn = time.GetTimestamp();
            ok = await rates.RedrawAsync(cancel);
        }
        return ok;
    }

    async Task<bool> RedrawAsync(CancellationToken cancel)
    {
        StateHasChanged();
        return (losses is null || await losses.RedrawAsync(cancel))
            && (rates is null || await rates.RedrawAsync(cancel))
            && (boundary is null || await boundary.RedrawAsync(cancel));
    }

    // Announced at most every few seconds, so that a screen reader can follow.
    void Speak()
    {
        if (story.Ended is null && time.GetElapsedTime(spokenAt) < SpeakInterval)
            return;
        spokenAt = time.GetTimestamp();
        spoken = story.Ended is { } ended ? $"Run {Display.State(ended.State)}" : Words.Phase(story);
    }

    void Show(string name, object? value) =>
        navigation.NavigateTo(
            navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [name == nameof(Log) ? "log" : "show"] = value }),
            replace: true
        );

    async Task CloseAsync()
    {
        runs.Changed -= Changed;
        await stop.CancelAsync();
        await following;
        stop.Dispose();
    }

    public async ValueTask DisposeAsync() => await CloseAsync();
}
