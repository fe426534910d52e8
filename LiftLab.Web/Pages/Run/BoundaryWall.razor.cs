using System.Globalization;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Charts;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Run;

public sealed partial class BoundaryWall(BoundaryJobs jobs) : IDisposable
{
    string x = "",
        y = "";
    Dictionary<string, string> held = [],
        typical = [];
    BoundaryRequest? opened;
    BoundaryJob? job;
    (double, double)? bounds;
    bool prepared;

    [Parameter, EditorRequired]
    public RunFindings Found { get; set; } = default!;

    /// <summary>The pair of features in the address; null for the run's own.</summary>
    [Parameter]
    public BoundaryRequest? Pair { get; set; }

    [Parameter]
    public EventCallback<BoundaryRequest?> PairChanged { get; set; }

    [CascadingParameter(Name = "Dark")]
    public bool Dark { get; set; }

    string GreySwatch => $"background:{FigurePalette.Unreadable(ChartTheme.Of(Dark))}";

    bool AnyUnreadable => Shown.Any(d => d.Grid!.Values.Contains(null));

    LearningTask Task => Found.Run.Task;
    bool IsOwn => job is null;
    bool Going => job is { IsOver: false };
    IReadOnlyList<string> Features => BoundarySurface.Numeric(Task.Schema);
    IReadOnlyList<ColumnSchema> Others => [.. Task.Schema.Features.Where(f => f.Name != x && f.Name != y)];

    IReadOnlyList<DrawnBoundary> Own =>
        [
            .. Found
                .Outcomes.Where(o => o.Result.Boundary is not null)
                .Select(o => new DrawnBoundary(o.Result.Learner, o.Result.Title, o.Result.Boundary)),
        ];
    string[] Undrawn => [.. Found.Outcomes.Where(o => o.Result is { Boundary: null, Failure: null }).Select(o => o.Result.Title)];
    IReadOnlyList<DrawnBoundary> Drawn => job is null ? Own : job.Drawn;
    IReadOnlyList<DrawnBoundary> Shown => [.. Drawn.Where(d => d.Grid is not null)];
    BoundaryRows? Rows =>
        Shown is [var any, ..] ? BoundaryRows.Of(Task, any.Grid!.XColumn, any.Grid.YColumn, IsOwn ? null : job!.Request.Held) : null;

    protected override void OnParametersSet()
    {
        if (!prepared)
        {
            typical = Task.Schema.Features.ToDictionary(f => f.Name, f => BoundarySurface.Typical(Task, f), StringComparer.Ordinal);
            prepared = true;
        }
        if (Pair?.Key != opened?.Key || opened is null)
        {
            var pair =
                Pair is { } p ? (p.X, p.Y)
                : Own is [var own, ..] ? (own.Grid!.XColumn, own.Grid.YColumn)
                : Features is [var a, var b, ..] ? (a, b)
                : ("", "");
            (x, y) = pair;
            held = Pair is null ? [] : Pair.Held.ToDictionary(StringComparer.Ordinal);
            Follow(Pair is null ? null : jobs.Open(Found.Run.Folder.Id, Pair));
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

    // All boundaries of a regression share one colour scale.
    void Scale()
    {
        if (Rows is not { Labels.Count: 0 } rows)
        {
            bounds = null;
            return;
        }
        var all = Shown.Select(d => BoundaryChart.Bounds(d.Grid!, rows)).ToArray();
        bounds = (all.Min(b => b.Low), all.Max(b => b.High));
    }

    async Task DrawAsync()
    {
        if (x == y)
            return;
        var others = Others.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var request = new BoundaryRequest(x, y, held.Where(h => others.Contains(h.Key)).ToDictionary(StringComparer.Ordinal));
        if (job is { Failure: not null } && opened?.Key == request.Key)
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
                $"{Words.Learner(now.Learner)}: predicting the grid of points, {share:P0} ({now.Done} of {now.All} learners done)"
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
            : $"The colour is the predicted {Rows.Target}, on one scale for all learners.";

    string OthersHeld =>
        $"The other {(Others.Count == 1 ? "feature is" : $"{Others.Count} features are")} held at "
        + (held.Count == 0 ? "the median or the most frequent value" : "values that you chose");

    string HeldWords
    {
        get
        {
            string[] said = IsOwn ? [] : [.. job!.Request.Held.Select(h => $"{h.Key} = {h.Value}")];
            return said.Length == 0
                ? BoundaryChart.HeldAtTypical
                : $"Held at chosen values: {string.Join(", ", said)}{(said.Length < Others.Count ? "; the rest at their median or most frequent value." : ".")}";
        }
    }

    string Score(DrawnBoundary one) =>
        Found.Outcomes.FirstOrDefault(o => o.Result.Learner == one.Learner)?.Result.Scores is [var s, ..]
            ? $"{Metrics.Named(s.Metric).Title} {Display.Value(s.Value, Metrics.Named(s.Metric))}"
            : "";

    public void Dispose()
    {
        if (job is not null)
            job.Changed -= Changed;
    }
}
