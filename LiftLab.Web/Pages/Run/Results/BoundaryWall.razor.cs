using System.Globalization;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Parts;
using LiftLab.Web.Parts.Fields;
using LiftLab.Web.Parts.Panels;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Run.Results;

public sealed partial class BoundaryWall(BoundaryJobs jobs) : IDisposable
{
    FeaturePair pair = new("");
    IReadOnlyDictionary<string, string> held = new Dictionary<string, string>();
    BoundaryRequest? opened;
    BoundaryJob? job;
    (double, double)? bounds;
    BoundaryRows? rows;
    string? refused;
    FieldFaults fields = default!;

    [Parameter, EditorRequired]
    public RunFindings Found { get; set; } = default!;

    /// <summary>The features in the address; null for the run's own.</summary>
    [Parameter]
    public BoundaryRequest? Pair { get; set; }

    [Parameter]
    public EventCallback<BoundaryRequest?> PairChanged { get; set; }

    bool AnyUnreadable => Shown.Any(d => d.Grid!.Values.Contains(null));

    /// <summary>What is shown, or would be drawn next.</summary>
    string Name => Shown is [var any, ..] && rows is not null ? SliceChart.Name(any.Grid!, rows) : pair.PictureName(Task.Schema);

    LearningTask Task => Found.Run.Task;
    bool IsOwn => job is null;
    bool Going => job is { IsOver: false };

    IReadOnlyList<DrawnBoundary> Own =>
        [
            .. Found
                .Outcomes.Where(o => o.Result.Boundary is not null)
                .Select(o => new DrawnBoundary(o.Result.Learner, o.Result.Title, o.Result.Boundary)),
        ];
    string[] Undrawn => [.. Found.Outcomes.Where(o => o.Result is { Boundary: null, Failure: null }).Select(o => o.Result.Title)];
    IReadOnlyList<DrawnBoundary> Drawn => job is null ? Own : job.Drawn;
    IReadOnlyList<DrawnBoundary> Shown =>
        [.. SlicePicture.InOrder(Drawn.Where(d => d.Grid is not null), ResultOf, Found.Run.Spec.Learner.Name)];
    IReadOnlyList<SlicePicture> Pictures =>
        [.. Shown.Select(d => new SlicePicture(d.Learner, d.Title, d.Grid!, SlicePicture.ScoreOf(ResultOf(d))))];

    LearnerResult? ResultOf(DrawnBoundary drawn) => Found.Outcomes.FirstOrDefault(o => o.Result.Learner == drawn.Learner)?.Result;

    protected override void OnInitialized() => fields = new(StateHasChanged);

    protected override void OnParametersSet()
    {
        if (Pair?.Key != opened?.Key || opened is null)
        {
            pair = Pair is { } p ? new(p.X, p.Y) : FeaturePicker.First(Task.Schema, Own is [var any, ..] ? any.Grid : null);
            held = Pair?.Held ?? new Dictionary<string, string>();
            refused = null;
            try
            {
                Follow(Pair is null ? null : jobs.Open(Found.Run.Folder.Id, Pair));
            }
            catch (Exception e) when (e is KeyNotFoundException or IOException or UnauthorizedAccessException)
            {
                Follow(null);
                refused = e.Message;
            }
            opened = Pair;
        }
        Scale();
    }

    void Follow(BoundaryJob? next)
    {
        if (job is not null)
            job.Changed -= Changed;
        job = next;
        if (job is not null)
            job.Changed += Changed;
    }

    void Changed() =>
        _ = InvokeAsync(() =>
        {
            Scale();
            StateHasChanged();
        });

    // All figures of a regression share one scale.
    void Scale()
    {
        rows = Shown is [var any, ..] ? BoundaryRows.Of(Task, any.Grid!, IsOwn ? null : job!.Request.Held) : null;
        bounds = SliceChart.Bounds(Shown.Select(d => d.Grid!), rows);
    }

    async Task DrawAsync()
    {
        if (pair.X == pair.Y || fields.Any)
            return;
        var request = HeldFields.Request(pair, held, Task.Schema);
        if ((refused is not null || job is { Failure: not null }) && opened?.Key == request.Key)
            opened = null; // draw it again
        await PairChanged.InvokeAsync(request);
    }

    string Saying =>
        job!.Now switch
        {
            null => jobs.Ahead(job) switch
            {
                0 => "Starting the process that draws",
                1 => "Next in the queue; another drawing is running",
                var ahead => string.Create(CultureInfo.InvariantCulture, $"In the queue; {ahead} drawings run first"),
            },
            { Learner: null } now => $"Reading the run, {now.All} learners",
            { Phase: "load" } now => $"{Words.Learner(now.Learner)}: loading the fitted model ({now.Done} of {now.All} learners done)",
            { Phase: "boundary", Fraction: { } share } now => string.Create(
                CultureInfo.InvariantCulture,
                $"{Words.Learner(now.Learner)}: predicting the points, {share:P0} ({now.Done} of {now.All} learners done)"
            ),
            { } now => $"{Words.Learner(now.Learner)} ({now.Done} of {now.All} learners done)",
        };

    string Percent =>
        job?.Now is { All: > 0 } now
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{100.0 * (now.Done + (now.Phase == "boundary" ? now.Fraction ?? 0 : 0)) / now.All:0.#}%"
            )
            : "0%";

    string Key =>
        rows!.Labels.Count > 0
            ? $"The colour is the predicted {rows.Target}, its intensity the confidence{(AnyUnreadable ? "; grey cells are unreadable answers" : "")}."
        : Shown[0].Grid!.IsCurve
            ? $"Lines are the predicted {rows.Target}, bands ± 1 standard deviation of the answer where the learner gives one, all on the same axes."
        : $"The colour is the predicted {rows.Target}, on one scale for all learners; numbers beyond the scale have the colour of its end.";

    public void Dispose()
    {
        if (job is not null)
            job.Changed -= Changed;
    }
}
