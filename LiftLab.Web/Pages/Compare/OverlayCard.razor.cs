using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Pages.Run.Results;
using LiftLab.Web.Parts;
using LiftLab.Web.Parts.Fields;
using LiftLab.Web.Parts.Panels;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Compare;

public sealed partial class OverlayCard(LabRuns runs, BoundaryJobs jobs) : IDisposable
{
    /// <summary>Learners that are ticked at first: of each run LIFT, then the best others.</summary>
    const int TickedFirst = 4;

    readonly CancellationTokenSource stop = new();
    IReadOnlyList<OverlayGroup> groups = [];
    OverlayGroup? group;
    List<(string Label, RunFindings Run)>? found;
    IReadOnlyList<(string, LossCurve)> curves = [];
    IReadOnlyList<(string Label, RunFindings Run, BoundaryJob Job)> drawings = [];
    FeaturePair pair = new("");
    IReadOnlyDictionary<string, string> held = new Dictionary<string, string>();
    (BoundaryGrid Grid, BoundaryRows Rows)? placed;
    Dictionary<string, bool> ticks = [];
    Exception? fault;
    RunComparison? read;
    string? line;
    View view;
    string? refused;
    FieldFaults fields = default!;

    enum View
    {
        Overlay,
        SideBySide,
        Losses,
    }

    /// <param name="Score">Its rank by the run's headline metric: lower is better; infinite without a score.</param>
    sealed record Item(string Label, string Run, bool IsMain, double Score, BoundaryGrid Grid);

    [Parameter, EditorRequired]
    public RunComparison Compared { get; set; } = default!;

    string Why => OverlayGroup.WhyApart(groups, Compared);
    Schema Schema => found is [var first, ..] ? first.Run.Run.Spec.Schema : group!.Runs[0].Spec.Schema;
    string Name =>
        All is [var any, ..] && Rows is { } rows ? SliceChart.Name(any.Grid, rows)
        : group is null ? Target.Of(Compared.Task, []).SurfaceName
        : pair.PictureName(Schema);
    bool Going => drawings.Any(d => !d.Job.IsOver);
    string Saying => $"Drawing: {drawings.Count(d => d.Job.IsOver)} of {drawings.Count} runs done";
    IEnumerable<string> Failures => drawings.Where(d => d.Job.Failure is not null).Select(d => $"{d.Label}: {d.Job.Failure}");

    /// <summary>The pictures of all learners of all runs: those that were asked for, else those of the runs.</summary>
    IReadOnlyList<Item> Every =>
        drawings.Count > 0
            ? [.. drawings.SelectMany(d => Items(d.Label, d.Run, d.Job.Drawn.Select(o => (o.Learner, o.Title, o.Grid))))]
            :
            [
                .. (found ?? []).SelectMany(f =>
                    Items(f.Label, f.Run, f.Run.Outcomes.Select(o => (o.Result.Learner, o.Result.Title, o.Result.Boundary)))
                ),
            ];

    /// <summary>The pictures over the same features as the first.</summary>
    IReadOnlyList<Item> All => Every is [var first, ..] every ? [.. every.Where(e => IsLike(e.Grid, first.Grid))] : [];

    IReadOnlyList<OverlayItem> Drawn => [.. All.Where(i => IsOn(i.Label)).Select(i => new OverlayItem(i.Label, i.Grid))];
    IReadOnlyList<SlicePicture> Pictures => [.. Drawn.Select(d => new SlicePicture(d.Label, d.Label, d.Grid))];
    IReadOnlyList<string>? Lines => All is [var any, ..] ? any.Grid.Lines : null;

    /// <summary>The training rows are those of any of the runs: table and split are the same.</summary>
    BoundaryRows? Rows
    {
        get
        {
            if (All is not [var any, ..] || found is not [var first, ..])
                return null;
            if (!ReferenceEquals(placed?.Grid, any.Grid))
                placed = (
                    any.Grid,
                    BoundaryRows.Of(first.Run.Run.Task, any.Grid, drawings is [var drawing, ..] ? drawing.Job.Request.Held : null)
                );
            return placed.Value.Rows;
        }
    }

    object Key => (string.Join('|', Drawn.Select(d => d.Label)), All.Count, All[0].Grid, line);

    /// <summary>Runs whose own pictures are over other features.</summary>
    IEnumerable<string> Elsewhere =>
        from run in drawings.Count > 0 || All.Count == 0 ? [] : found!
        let own = run.Run.Outcomes.Select(o => o.Result.Boundary).FirstOrDefault(b => b is not null)
        where own is null || !IsLike(own, All[0].Grid)
        select own is null
            ? $"{run.Label} drew no {Name}. Press Draw to draw all runs."
            : $"{run.Label} drew {own.Features} instead. Press Draw to draw all runs over the same features.";

    static bool IsLike(BoundaryGrid a, BoundaryGrid b) => a.XColumn == b.XColumn && a.YColumn == b.YColumn && a.IsCurve == b.IsCurve;

    /// <summary>The run's name is in every label; LIFT first, then the fastest.</summary>
    static IEnumerable<Item> Items(string label, RunFindings run, IEnumerable<(string Learner, string Title, BoundaryGrid? Grid)> all)
    {
        LearnerResult? ResultOf(string learner) => run.Outcomes.FirstOrDefault(r => r.Result.Learner == learner)?.Result;
        double Rank(string learner) =>
            ResultOf(learner)?.Scores is not [var score, ..] ? double.PositiveInfinity
            : run.Run.Headline.HigherIsBetter ? -score.Value
            : score.Value;
        var main = run.Run.Spec.Learner.Name;
        return SlicePicture
            .InOrder(all.Where(o => o.Grid is not null), o => ResultOf(o.Learner), main)
            .Select(o => new Item($"{o.Title} · {label}", label, o.Learner == main, Rank(o.Learner), o.Grid!));
    }

    bool IsOn(string label) => ticks.GetValueOrDefault(label, FirstTicked.Contains(label));

    /// <summary>One learner of each run in turn, so that every run is in the figure.</summary>
    IEnumerable<string> FirstTicked =>
        All.GroupBy(i => i.Run)
            .SelectMany(run => run.OrderByDescending(i => i.IsMain).ThenBy(i => i.Score).Select((item, turn) => (item, turn)))
            .OrderBy(i => i.turn)
            .Take(TickedFirst)
            .Select(i => i.item.Label);

    string Named(View v) =>
        v switch
        {
            View.Losses => "loss curves",
            View.SideBySide => "side by side",
            _ => SliceTitle.Plural(Name).ToLowerInvariant(),
        };

    void Tick(string label, bool on) => ticks[label] = on;

    protected override void OnInitialized() => fields = new(StateHasChanged);

    protected override async Task OnParametersSetAsync()
    {
        if (ReferenceEquals(read, Compared))
            return;
        read = Compared;
        groups = OverlayGroup.Of(Compared);
        await OpenAsync(groups.FirstOrDefault(g => g.Title == group?.Title) ?? (groups is [var first, ..] ? first : null));
    }

    Task ChooseAsync(string title) => OpenAsync(groups.First(g => g.Title == title));

    async Task OpenAsync(OverlayGroup? next)
    {
        Follow([]);
        (group, found, curves, ticks, fault, line, held) = (next, null, [], [], null, null, new Dictionary<string, string>());
        if (next is null)
            return;
        try
        {
            var all = new List<(string, RunFindings)>();
            foreach (var run in next.Runs)
                all.Add((Compared.LabelOf(run), await runs.FindingsAsync(run.Id, stop.Token)));
            var drawn = await Task.Run(() => Curves(next), stop.Token);
            if (group != next)
                return;
            (found, curves) = (all, drawn);
            pair = FeaturePicker.First(Schema, Every is [var any, ..] ? any.Grid : null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException or KeyNotFoundException)
        {
            fault = e;
        }
    }

    List<(string, LossCurve)> Curves(OverlayGroup of)
    {
        var all = new List<(string, LossCurve)>();
        foreach (var run in of.Runs.Where(r => LiftWays.KindOf(r.Spec.Learner.Name) == LearnerKind.Lift).Take(OverlayChart.Most))
        {
            var story = RunStory.Read(runs.Folder(run.Id), run.Spec.Learner.Name);
            if (story.Losses.Steps.Count > 1)
                all.Add((Compared.LabelOf(run), story.Losses));
        }
        return all;
    }

    void DrawAll()
    {
        if (pair.X == pair.Y || fields.Any)
            return;
        (ticks, line, refused) = ([], null, null);
        var request = HeldFields.Request(pair, held, Schema);
        try
        {
            Follow([.. found!.Select(f => (f.Label, f.Run, jobs.Open(f.Run.Run.Folder.Id, request)))]);
        }
        catch (Exception e) when (e is KeyNotFoundException or IOException or UnauthorizedAccessException)
        {
            refused = e.Message;
        }
    }

    void Follow(IReadOnlyList<(string, RunFindings, BoundaryJob Job)> next)
    {
        foreach (var (_, _, job) in drawings)
            job.Changed -= Changed;
        drawings = next;
        foreach (var (_, _, job) in drawings)
            job.Changed += Changed;
    }

    void Changed() => _ = InvokeAsync(StateHasChanged);

    public void Dispose()
    {
        Follow([]);
        stop.Cancel();
        stop.Dispose();
    }
}
