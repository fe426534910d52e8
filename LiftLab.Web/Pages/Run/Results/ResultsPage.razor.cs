using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Run.Results;

/// <summary>A run's results, or its results so far.</summary>
public sealed partial class ResultsPage(LabRuns runs, RunFeed feed, NavigationManager navigation) : IAsyncDisposable
{
    CancellationTokenSource stop = new();
    Task following = Task.CompletedTask;
    string? openId;
    RunRow? row;
    RunFindings? found;
    Exception? fault;
    bool allMetrics;

    [Parameter]
    public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "metric")]
    public string? MetricName { get; set; }

    /// <summary>The learner whose answers the confusion matrix and the reliability diagram show.</summary>
    [SupplyParameterFromQuery(Name = "of")]
    public string? OfName { get; set; }

    [SupplyParameterFromQuery(Name = "rows")]
    public string? Rows { get; set; }

    /// <summary>The class whose precision and recall are shown.</summary>
    [SupplyParameterFromQuery(Name = "class")]
    public string? ClassName { get; set; }

    /// <summary>Features other than the run's own, and a JSON object of the cells at which the rest are held.</summary>
    [SupplyParameterFromQuery(Name = "x")]
    public string? X { get; set; }

    [SupplyParameterFromQuery(Name = "y")]
    public string? Y { get; set; }

    [SupplyParameterFromQuery(Name = "hold")]
    public string? Held { get; set; }

    IReadOnlyList<LearnerResult> Results => [.. found!.Outcomes.Select(o => o.Result)];
    bool CanDraw => Results.Any(r => r.Failure is null) && BoundarySurface.CanDraw(found!.Run.Task.Schema);
    BoundaryRequest? Pair => X is null ? null : BoundaryRequest.Of(new(X, Y), HeldCells, found!.Run.Task.Schema);
    Metric Metric => found!.Metrics.FirstOrDefault(m => m.Name == MetricName) ?? found.Run.Headline;
    string Of =>
        found!.Answered.Any(o => o.Result.Learner == OfName) ? OfName!
        : found.Answered is [var first, ..] ? first.Result.Learner
        : "";
    IReadOnlyList<string> Waiting =>
        row!.IsOver
            ? []
            :
            [
                .. new[] { found!.Run.Spec.Learner }
                    .Concat(found.Run.Spec.Baselines)
                    .Select(l => l.Name)
                    .Except(Results.Select(r => r.Learner))
                    .Select(Words.Learner),
            ];

    string NothingScored =>
        row!.IsOver
            ? "This run ended before any learner was scored."
            : "The scores of LIFT and of every baseline are shown here when they are done.";

    protected override async Task OnParametersSetAsync()
    {
        if (openId == Id)
            return;
        await CloseAsync();
        (openId, stop, row, found, fault) = (Id, new(), null, null, null);
        await OpenAsync();
    }

    async Task OpenAsync()
    {
        fault = null;
        try
        {
            row = await runs.GetAsync(Id, stop.Token);
            found = await runs.FindingsAsync(Id, stop.Token);
            runs.Changed -= Changed;
            runs.Changed += Changed;
            if (!row.IsOver)
                following = FollowAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (KeyNotFoundException)
        {
            fault = new BadDataException([
                row is null
                    ? new(Severity.Error, RunPage.NoRun, $"There is no run '{Id}'", "It may have been deleted.")
                    : new(Severity.Error, "folder-missing", "The run's folder is gone", "Put it back, or delete the run."),
            ]);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    // The results are read again when a learner is done.
    async Task FollowAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var batch in feed.WatchAsync(Id, 0, TimeSpan.FromSeconds(1), cancel))
                if (batch.Any(e => e.Body is LearnerFinished or RunEnded))
                    await ReadAgainAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // the page is closed
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

    async Task ReadAgainAsync(CancellationToken cancel)
    {
        var (now, state) = (await runs.FindingsAsync(Id, cancel), await runs.GetAsync(Id, cancel));
        await InvokeAsync(() =>
        {
            (found, row) = (now, state);
            StateHasChanged();
        });
    }

    void Changed() =>
        _ = InvokeAsync(async () =>
        {
            try
            {
                await ReadAgainAsync(stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or KeyNotFoundException or ObjectDisposedException)
            {
                // closed, or the run is deleted in another tab
            }
            catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
            {
                fault = e;
                StateHasChanged();
            }
        });

    void Show(string? metric = null, string? of = null, string? rows = null, string? label = null) =>
        navigation.NavigateTo(
            navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>
                {
                    ["metric"] = metric ?? MetricName,
                    ["of"] = of ?? OfName,
                    ["rows"] = rows ?? Rows,
                    ["class"] = label ?? ClassName,
                }
            ),
            replace: true
        );

    Dictionary<string, string> HeldCells
    {
        get
        {
            try
            {
                return Held is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(Held) ?? [];
            }
            catch (JsonException)
            {
                return [];
            } // a truncated address
        }
    }

    void Show(BoundaryRequest? pair) =>
        navigation.NavigateTo(
            navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>
                {
                    ["x"] = pair?.X,
                    ["y"] = pair?.Y,
                    ["hold"] = pair is { Held.Count: > 0 } ? JsonSerializer.Serialize(pair.Held) : null,
                }
            ),
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
