using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Components;

namespace LiftLab.Web.Pages.Compare;

/// <summary>Several runs compared. The address contains their ids, so that a comparison can be shared.</summary>
public sealed partial class ComparePage(LabRuns runs, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource stop = new();
    RunComparison? compared;
    CompareReading? read;
    Exception? fault;
    CompareQuery? asked;

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

    const string Hint =
        "Choose finished runs above: of several data sets for ranks and a critical-difference plot, of several splits of one table "
        + "for a corrected t-test, or with other settings on the same split.";

    bool Splits => Enumerable.Range(0, read!.Study.Data.Count).Any(read.Study.HasSplits);
    IReadOnlyList<ComparedCost?> Costs => read!.Compared.Costs(read.Study);
    string SubjectTitle => read!.Study.Learners[read.Subject];
    IReadOnlyList<string> RankedNames => [.. read!.Verdict.Ranked.Select(l => read.Study.Learners[l])];

    CompareQuery Query => new(RunIds, MetricName, OfName, LiftMode);
    IReadOnlyList<string> Ids => Query.Ids;

    IReadOnlyList<(string, string, string)> Pictured =>
        [
            .. read!
                .Compared.Runs.Select(r => (r.Id, Label: read.Compared.LabelOf(r), Learner: read.Compared.LearnerIn(r, SubjectTitle)))
                .Where(r => r.Learner is not null)
                .Select(r => (r.Id, r.Label, r.Learner!)),
        ];

    protected override async Task OnParametersSetAsync()
    {
        if (asked == Query)
            return;
        asked = Query;
        await ReadAsync();
    }

    async Task ReadAsync()
    {
        fault = null;
        try
        {
            var query = Query;
            var now = await CompareReading.RunsAsync(runs, query, stop.Token);
            var next = await CompareReading.OfAsync(runs, now, query, stop.Token);
            if (query == asked)
                (compared, read) = (now, next);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            fault = e;
        }
    }

    /// <summary>Every learner's score on a data set: mean and spread over splits, or the interval of the only split.</summary>
    internal static Figure Scores(CompareReading read, int data)
    {
        var study = read.Study;
        var figure = ScoreChart.Of(
            study.Metric,
            [
                .. read
                    .Compared.Points(study, data)
                    .Select(p => new Figure.Point(
                        p.Title,
                        p.Value,
                        p.Low,
                        p.High,
                        Highlight: p.Learner == read.Subject,
                        study.Data[data].TestRows
                    )),
            ],
            study.Learners[read.Subject],
            study.HasSplits(data) ? ScoreChart.SpreadOverSplits : ScoreChart.IntervalsOfOneSplit
        );
        return figure with { Title = $"{study.Metric.Title} on {study.Data[data].Name}" };
    }

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
