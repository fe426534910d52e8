using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Compare;

/// <summary>Runs beside each other. The address holds which, so that a comparison can be sent on.</summary>
public sealed partial class ComparePage(LabRuns runs, NavigationManager navigation) : IDisposable
{
    const int MostCurves = 8;

    readonly CancellationTokenSource stop = new();
    RunComparison? compared;
    Study? study;
    StudyVerdict? verdict;
    Verdict? rowByRow;
    IReadOnlyList<(string, LossCurve)> curves = [];
    Exception? fault;
    string? read;

    [SupplyParameterFromQuery(Name = "runs")]
    public string? RunIds { get; set; }

    [SupplyParameterFromQuery(Name = "metric")]
    public string? MetricName { get; set; }

    /// <summary>The learner that is compared with the others.</summary>
    [SupplyParameterFromQuery(Name = "of")]
    public string? OfName { get; set; }

    /// <summary>"apart": LIFT with other settings is another learner; "one": it is not.</summary>
    [SupplyParameterFromQuery(Name = "lift")]
    public string? LiftMode { get; set; }

    IReadOnlyList<string> Ids => (RunIds ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    bool Splits => Enumerable.Range(0, study!.Data.Count).Any(d => OverSplits(study, d));
    int Subject => SubjectOf(study!, OfName);
    IReadOnlyList<string> RankedNames => [.. verdict!.Ranked.Select(l => study!.Learners[l])];

    IReadOnlyList<(string, string)> Pictured =>
        [
            .. compared!
                .Runs.Select(r => (r.Row.Id, Learner: compared.LearnerIn(r, study!.Learners[Subject])))
                .Where(r => r.Learner is not null)
                .Select(r => (r.Id, r.Learner!)),
        ];

    internal static int SubjectOf(Study study, string? name) => Math.Max(0, study.Learners.ToList().IndexOf(name ?? ""));

    internal static bool? Apart(string? mode) =>
        mode switch
        {
            "apart" => true,
            "one" => false,
            _ => null,
        };

    protected override async Task OnParametersSetAsync()
    {
        var key = $"{RunIds}|{MetricName}|{OfName}|{LiftMode}";
        if (key == read)
            return;
        read = key;
        await ReadAsync();
    }

    async Task ReadAsync()
    {
        fault = null;
        try
        {
            var now = await RunComparison.ReadAsync(runs, Ids, Apart(LiftMode), stop.Token);
            if (now is not { Runs.Count: > 0 })
            {
                (compared, study, verdict, rowByRow, curves) = (now, null, null, null, []);
                return;
            }
            var next = now.Study(now.Metrics.FirstOrDefault(m => m.Name == MetricName) ?? now.Headline);
            var said = await Task.Run(() => StudyVerdict.Of(next, SubjectOf(next, OfName)), stop.Token);
            var rows = await now.RowByRowAsync(runs, next.Learners[SubjectOf(next, OfName)], stop.Token);
            var drawn = await Task.Run(() => Curves(now), stop.Token);
            (compared, study, verdict, rowByRow, curves) = (now, next, said, rows, drawn);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    List<(string, LossCurve)> Curves(RunComparison of)
    {
        var all = new List<(string, LossCurve)>();
        foreach (var run in of.Runs.Where(r => LiftWays.KindOf(r.Spec.Learner.Name) == LearnerKind.Lift).Take(MostCurves))
        {
            var story = RunStory.Read(runs.Folder(run.Row.Id), run.Spec.Learner.Name);
            if (story.Losses.Steps.Count > 1)
                all.Add(
                    (
                        of.Runs.Count(r => r.Row.Name == run.Row.Name) > 1 ? $"{run.Row.Name}, split {run.Spec.SplitSeed}" : run.Row.Name,
                        story.Losses
                    )
                );
        }
        return all;
    }

    /// <summary>Every learner's score on a data set: mean and spread over splits, or the interval of the only split.</summary>
    internal static Figure Scores(RunComparison compared, Study study, int data, int subject)
    {
        var spread = OverSplits(study, data);
        Figure.Point Of(int learner, double mean)
        {
            var deviation = study.Deviation(data, learner);
            var only = spread ? null : compared.ScoreOf(data, learner, study);
            return new(
                study.Learners[learner],
                mean,
                deviation is null ? only?.Low : mean - deviation,
                deviation is null ? only?.High : mean + deviation,
                Highlight: learner == subject,
                study.Data[data].TestRows
            );
        }
        var figure = ScoreChart.Of(
            study.Metric,
            [
                .. from learner in Enumerable.Range(0, study.Learners.Count)
                let mean = study.Mean(data, learner)
                where mean is not null
                select Of(learner, mean.Value),
            ],
            study.Learners[subject],
            spread ? ScoreChart.SpreadOverSplits : ScoreChart.IntervalsOfOneSplit
        );
        return figure with { Title = $"{study.Metric.Title} on {study.Data[data].Name}" };
    }

    internal static bool OverSplits(Study study, int data) => study.Scores[data].Any(l => l.Count > 1);

    void Show(string? runs = null, string? metric = null, string? of = null, string? lift = null) =>
        navigation.NavigateTo(
            navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?>
                {
                    ["runs"] = (runs ?? RunIds) is { Length: > 0 } ids ? ids : null,
                    ["metric"] = metric ?? MetricName,
                    ["of"] = of ?? OfName,
                    ["lift"] = lift ?? LiftMode,
                }
            ),
            replace: true
        );

    string Download(string file) =>
        navigation.GetUriWithQueryParameters(
            "/compare/" + file,
            new Dictionary<string, object?>
            {
                ["runs"] = RunIds,
                ["metric"] = MetricName,
                ["of"] = OfName,
                ["lift"] = LiftMode,
            }
        );

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }
}
