using LiftLab.Engine.Experiments;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage.Queue;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Studies;

/// <summary>A study, live or finished: board or figures, verdicts, cells.</summary>
public sealed partial class StudyPage(
    LabStudies studies,
    RunFeed feed,
    CircuitConnection connection,
    NavigationManager navigation,
    TimeProvider time
) : IAsyncDisposable
{
    /// <summary>The shortest time between two looks at the answers; a look that took long is followed by a longer pause.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1),
        SpeakInterval = TimeSpan.FromSeconds(6),
        EstimateInterval = TimeSpan.FromSeconds(5);

    CancellationTokenSource stop = new();
    Task following = Task.CompletedTask;
    string? openId;
    StudyEntry? entry;
    StudyReading? reading;
    Exception? fault,
        refused;
    bool adding,
        focusDetail;
    string spoken = "";
    long spokenAt,
        estimatedAt;
    CurveDetail? detail;
    StudyBoard? board;
    CountDown countDown = new(time);

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "table")]
    public string? Table { get; set; }

    /// <summary>The kind whose curves are shown.</summary>
    [SupplyParameterFromQuery(Name = "kind")]
    public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "learner")]
    public string? Learner { get; set; }

    /// <summary>Which cells the grid shows.</summary>
    [SupplyParameterFromQuery(Name = "cells")]
    public string? Shown { get; set; }

    StudyView View => reading!.View;

    string ShownTable =>
        View.Spec.Tables.Any(t => t.Name == Table) ? Table!
        : View.Spec.Tables.Count > 0 ? View.Spec.Tables[0].Name
        : "";

    StudyKind? ShownKind => View.Board is null ? null : View.Spec.Kinds.FirstOrDefault(k => k.Name == Kind);

    /// <summary>The robustness board has its curves behind its cells; other questions show their figures at once.</summary>
    bool FiguresFirst => View.Experiment.Name != "robustness";

    protected override async Task OnParametersSetAsync()
    {
        if (openId == Id)
            return;
        await CloseAsync();
        (openId, stop, entry, reading, fault, adding, countDown) = (Id, new(), null, null, null, false, new(time));
        await OpenAsync();
    }

    async Task OpenAsync()
    {
        fault = null;
        try
        {
            entry = studies.Get(Id);
            reading = await StudyReading.OpenAsync(studies, Id, stop.Token);
            Count();
            studies.Changed -= Changed;
            studies.Changed += Changed;
            following = FollowAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (KeyNotFoundException)
        {
            fault = new BadDataException([
                entry is not null || studies.HasFolder(Id)
                    ? new(
                        Severity.Error,
                        "folder-missing",
                        "The study's folder is gone or has no study.json",
                        "Put it back, or delete the study."
                    )
                    : new(
                        Severity.Error,
                        "no-study",
                        $"There is no study '{Id}'",
                        "It may have been deleted. Open the list of experiments."
                    ),
            ]);
        }
        catch (ArgumentException e)
        {
            fault = new BadDataException([
                new(Severity.Error, "study-unknown", e.Message, "Open this study with the LiftLab that made it, or delete it."),
            ]);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    void Changed() =>
        _ = InvokeAsync(() =>
        {
            try
            {
                entry = studies.Get(Id);
                StateHasChanged();
            }
            catch (KeyNotFoundException)
            {
                // deleted in another tab; the feed ends and the page says so
            }
        });

    async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in feed.WatchAsync(Id, reading!.Story.Sequence, Interval, cancel))
            {
                var began = time.GetTimestamp();
                await reading.TakeAsync(batch, cancel);
                await EstimateAsync(cancel);
                await connection.WaitUpAsync(cancel);
                await InvokeAsync(() =>
                {
                    Count();
                    Speak();
                    StateHasChanged();
                });
                var took = time.GetElapsedTime(began);
                if (took > Interval / 2)
                    await Task.Delay(2 * took, time, cancel);
            }
            if (!studies.HasFolder(Id))
                throw new KeyNotFoundException();
        }
        catch (OperationCanceledException)
        {
            // the page is closed, or the circuit has ended
        }
        catch (Exception e)
        {
            await InvokeAsync(() =>
            {
                fault = e is KeyNotFoundException or DirectoryNotFoundException
                    ? new BadDataException([
                        new(Severity.Error, "study-deleted", "This study has been deleted", "Open the list of experiments."),
                    ])
                    : e;
                StateHasChanged();
            });
        }
    }

    async Task EstimateAsync(CancellationToken cancel)
    {
        if (reading!.Story.Ended is not null || (estimatedAt != 0 && time.GetElapsedTime(estimatedAt) < EstimateInterval))
            return;
        estimatedAt = time.GetTimestamp();
        try
        {
            var failed = reading.Story.Failed.Keys.ToHashSet(StringComparer.Ordinal);
            countDown.Look(reading.Story.Attempt, 0);
            countDown.Estimate(await studies.SecondsLeftAsync(reading.Cells, failed, cancel));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the time left stays unknown
        }
    }

    void Count() => countDown.Look(reading!.Story.Attempt, View.Planned == 0 ? 0 : (double)(View.Answered + View.Failed) / View.Planned);

    // Announced at most every few seconds, so that a screen reader can follow.
    void Speak()
    {
        if (reading!.Story.Ended is null && time.GetElapsedTime(spokenAt) < SpeakInterval)
            return;
        spokenAt = time.GetTimestamp();
        spoken = reading.Story.Ended is { } ended
            ? $"Study {Display.State(ended.State)}"
            : $"{View.Answered} of {View.Planned} cells answered, {View.Failed} failed";
    }

    void Show(string kind, string learner)
    {
        focusDetail = true;
        Go(("kind", kind), ("learner", learner));
    }

    async Task HideAsync()
    {
        var (kind, learner) = (Kind ?? "", Learner ?? "");
        Go(("kind", null), ("learner", null));
        if (board is not null)
            await board.FocusAsync(kind, learner);
    }

    void Go(params ReadOnlySpan<(string Name, string? Value)> changes)
    {
        var query = new Dictionary<string, object?>();
        foreach (var (name, value) in changes)
            query[name] = value;
        navigation.NavigateTo(navigation.GetUriWithQueryParameters(query), replace: true);
    }

    async Task RetryAsync()
    {
        refused = null;
        try
        {
            await studies.RetryAsync(Id, stop.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or KeyNotFoundException)
        {
            refused = e;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!focusDetail || detail is null)
            return;
        focusDetail = false;
        await detail.FocusAsync();
    }

    async Task CloseAsync()
    {
        studies.Changed -= Changed;
        await stop.CancelAsync();
        await following;
        stop.Dispose();
    }

    public async ValueTask DisposeAsync() => await CloseAsync();
}
