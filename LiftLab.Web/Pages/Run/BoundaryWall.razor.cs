using System.Globalization;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using LiftLab.Web.Parts.Fields;
using LiftLab.Web.Parts.Panels;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Run;

public sealed partial class BoundaryWall(BoundaryJobs jobs) : IDisposable
{
    FeaturePair pair = new("");
    Dictionary<string, string> held = [],
        typical = [];
    BoundaryRequest? opened;
    BoundaryJob? job;
    (double, double)? bounds;
    bool prepared;
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
    string Name => Shown is [var any, ..] && Rows is not null ? SliceChart.Name(any.Grid!, Rows) : pair.PictureName(Task.Schema);

    LearningTask Task => Found.Run.Task;
    bool IsOwn => job is null;
    bool Going => job is { IsOver: false };
    IReadOnlyList<ColumnSchema> Others => [.. Task.Schema.Features.Where(f => f.Name != pair.X && f.Name != pair.Y)];

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
    BoundaryRows? Rows => Shown is [var any, ..] ? BoundaryRows.Of(Task, any.Grid!, IsOwn ? null : job!.Request.Held) : null;

    LearnerResult? ResultOf(DrawnBoundary drawn) => Found.Outcomes.FirstOrDefault(o => o.Result.Learner == drawn.Learner)?.Result;

    protected override void OnInitialized() => fields = new(StateHasChanged);

    protected override void OnParametersSet()
    {
        if (!prepared)
        {
            typical = Task.Schema.Features.ToDictionary(f => f.Name, f => BoundarySurface.Typical(Task, f), StringComparer.Ordinal);
            prepared = true;
        }
        if (Pair?.Key != opened?.Key || opened is null)
        {
            pair = Pair is { } p ? new(p.X, p.Y) : FeaturePicker.First(Task.Schema, Own is [var any, ..] ? any.Grid : null);
            held = Pair is null ? [] : Pair.Held.ToDictionary(StringComparer.Ordinal);
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
    void Scale() => bounds = SliceChart.Bounds(Shown.Select(d => d.Grid!), Rows);

    async Task DrawAsync()
    {
        if (pair.X == pair.Y || fields.Any)
            return;
        var others = Others.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var request = BoundaryRequest.Of(pair, held.Where(h => others.Contains(h.Key)).ToDictionary(StringComparer.Ordinal), Task.Schema);
        if ((refused is not null || job is { Failure: not null }) && opened?.Key == request.Key)
            opened = null; // draw it again
        await PairChanged.InvokeAsync(request);
    }

    void Hold(string feature, string? cell)
    {
        if (string.IsNullOrWhiteSpace(cell))
            held.Remove(feature);
        else
            held[feature] = cell.Trim();
    }

    static bool IsNumber(ColumnSchema feature) => feature.Kind.IsNumeric();

    IReadOnlyList<string> Cells(string feature) =>
        [
            .. Task
                .Split.Train.Select(r => Task.Table[feature].Cells[r])
                .Where(c => c.Length > 0)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Take(200),
        ];

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
        Rows!.Labels.Count > 0
            ? $"The colour is the predicted {Rows.Target}, its intensity the confidence{(AnyUnreadable ? "; grey cells are unreadable answers" : "")}."
        : Shown[0].Grid!.IsCurve
            ? $"Lines are the predicted {Rows.Target}, bands ± 1 standard deviation of the answer where the learner gives one, all on the same axes."
        : $"The colour is the predicted {Rows.Target}, on one scale for all learners; numbers beyond the scale have the colour of its end.";

    string OthersHeld =>
        $"The other {(Others.Count == 1 ? "feature is" : $"{Others.Count} features are")} held at "
        + (held.Count == 0 ? "the median or the most frequent value" : "values that you chose");

    public void Dispose()
    {
        if (job is not null)
            job.Changed -= Changed;
    }
}
