using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;

namespace LiftLab.Web.Pages.Compare;

/// <summary>The query of a comparison's address.</summary>
/// <param name="Runs">Ids of runs, separated by commas.</param>
/// <param name="Metric">A metric's name; the headline where it is absent or unknown.</param>
/// <param name="Of">The learner that is compared with the others; the first where it is absent or unknown.</param>
/// <param name="Lift">"apart": LIFT with other settings is another learner; "one": it is not; else as <see cref="LiftVariants"/>
/// decides.</param>
public sealed record CompareQuery(string? Runs, string? Metric, string? Of, string? Lift)
{
    public IReadOnlyList<string> Ids => (Runs ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public bool? Apart =>
        Lift switch
        {
            "apart" => true,
            "one" => false,
            _ => null,
        };
}

/// <summary>A comparison as it is shown: the runs, one metric, and the tests of one learner against the others.</summary>
/// <param name="Subject">Index of the learner that is compared with the others.</param>
/// <param name="RowByRow">Null where there is more than one data set, or the learner was run on several splits.</param>
public sealed record CompareReading(RunComparison Compared, Study Study, int Subject, StudyVerdict Verdict, Verdict? RowByRow)
{
    /// <summary>The verdict in words: row by row where the learner has one split, else over data sets or splits.</summary>
    public string Words => RowByRow?.Words ?? Verdict.Words;

    /// <summary>Reads the runs from their folders, off the circuit's thread.</summary>
    public static Task<RunComparison> RunsAsync(LabRuns runs, CompareQuery query, CancellationToken cancel) =>
        Task.Run(
            async () =>
            {
                var (read, leftOut) = (new List<ComparedRun>(), new List<string>());
                foreach (var id in query.Ids.Distinct())
                {
                    var (run, why) = await RunAsync(runs, id, cancel);
                    if (run is not null)
                        read.Add(run);
                    else
                        leftOut.Add(why + ".");
                }
                return RunComparison.Of(read, leftOut, query.Apart);
            },
            cancel
        );

    /// <summary>Null where no run can be compared.</summary>
    public static Task<CompareReading?> OfAsync(LabRuns runs, RunComparison compared, CompareQuery query, CancellationToken cancel) =>
        Task.Run(
            async () =>
            {
                if (compared.Runs.Count == 0)
                    return null;
                var study = compared.Study(compared.Metrics.FirstOrDefault(m => m.Name == query.Metric) ?? compared.Headline);
                var subject = study.IndexOf(query.Of);
                var task = compared.HasSameRows ? await runs.Folder(compared.Runs[0].Id).LoadAsync(compared.Runs[0].Spec, cancel) : null;
                return new CompareReading(
                    compared,
                    study,
                    subject,
                    StudyVerdict.Of(study, subject),
                    task is null
                        ? null
                        : compared.RowByRow(task, (run, learner) => runs.Folder(run.Id).ReadOutcome(learner), study.Learners[subject])
                );
            },
            cancel
        );

    static async Task<(ComparedRun? Run, string? Why)> RunAsync(LabRuns runs, string id, CancellationToken cancel)
    {
        try
        {
            var row = await runs.GetAsync(id, cancel);
            if (await runs.ReportAsync(id, cancel) is not { } report)
                return (null, $"{row.Name}: it has not finished");
            return ComparedRun.Read(runs.Folder(id), report, row.DatasetName) is { } run
                ? (run, null)
                : (null, $"{row.Name}: its learner has no answers");
        }
        catch (KeyNotFoundException)
        {
            return (null, $"{id}: there is no such run");
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return (null, $"{id}: {e.Message}");
        }
    }
}
