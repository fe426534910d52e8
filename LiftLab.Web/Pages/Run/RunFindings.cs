using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;

namespace LiftLab.Web.Pages.Run;

/// <summary>The results of a run: the learners that are done, with their answers for the same test rows.</summary>
/// <param name="Report">Null until the run is finished.</param>
/// <param name="Outcomes">LIFT first, then the baselines in the run's order; failed learners have no answers.</param>
/// <param name="Verdict">Null until two learners can be compared.</param>
public sealed record RunFindings(OpenRun Run, RunReport? Report, IReadOnlyList<LearnerOutcome> Outcomes, Verdict? Verdict)
{
    public static async Task<RunFindings> ReadAsync(LabRuns runs, string id, CancellationToken cancel)
    {
        var run = await OpenRun.ReadAsync(runs, id, cancel);
        var report = await runs.ReportAsync(id, cancel);
        var outcomes = new List<LearnerOutcome>();
        foreach (var learner in new[] { run.Spec.Learner }.Concat(run.Spec.Baselines))
            if (await runs.OutcomeAsync(id, learner.Name, cancel) is { } outcome)
                outcomes.Add(outcome);
        return new(run, report, outcomes, report?.Verdict ?? await Task.Run(() => Judge(run, outcomes), cancel));
    }

    public LearnerOutcome? Lift => Outcomes.FirstOrDefault(o => o.Result.Learner == Run.Spec.Learner.Name);

    /// <summary>Learners with answers for all test rows.</summary>
    public IReadOnlyList<LearnerOutcome> Answered => [.. Outcomes.Where(o => o.Answers.Count > 0 && o.Result.Failure is null)];

    /// <summary>Metrics that any learner was scored with, in display order.</summary>
    public IReadOnlyList<Metric> Metrics =>
        [.. Outcomes.SelectMany(o => o.Result.Scores).Select(s => s.Metric).Distinct().Select(Words.Metric)];

    /// <summary>LIFT's answers that could not be read.</summary>
    public IReadOnlyList<RowAnswer> Unreadable => Lift is null ? [] : [.. Lift.Answers.Where(a => a.Value is null)];

    /// <summary>Whether an answer is correct; null for a number.</summary>
    public bool? IsRight(RowAnswer answer) => Run.Task.Target.IsRight(answer.ToPrediction(), Run.Task.Targets[answer.Row]);

    /// <summary>Precision, recall and F1 of one learner for each class.</summary>
    public IReadOnlyList<ClassReport> Classes(LearnerOutcome outcome) =>
        ClassReport.Of(Run.Task, [.. outcome.Answers.Select(a => a.Row)], [.. outcome.Answers.Select(a => a.ToPrediction())]);

    /// <summary>The bins of one learner's reliability diagram.</summary>
    public IReadOnlyList<ReliabilityBin> Bins(LearnerOutcome outcome) =>
        Reliability.Of(Run.Task, [.. outcome.Answers.Select(a => a.Row)], [.. outcome.Answers.Select(a => a.ToPrediction())]);

    static Verdict? Judge(OpenRun run, IReadOnlyList<LearnerOutcome> outcomes)
    {
        if (outcomes.FirstOrDefault(o => o.Result.Learner == run.Spec.Learner.Name) is not { Answers.Count: > 0 } lift)
            return null;
        int[] rows = [.. lift.Answers.Select(a => a.Row)];
        var others = outcomes
            .Where(o =>
                !LiftWays.Has(o.Result.Learner) && o.Answers.Count == rows.Length && o.Answers.Select(a => a.Row).SequenceEqual(rows)
            )
            .ToArray();
        Contender Of(LearnerOutcome o) => new(o.Result.Title, [.. o.Answers.Select(a => a.ToPrediction())]);
        return others.Length == 0
            ? null
            : Engine.Learning.Evidence.Verdict.Of(run.Task, rows, Of(lift), [.. others.Select(Of)], run.Spec.Seed);
    }
}
