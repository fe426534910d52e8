using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Runs;

/// <summary>The results of a run: the learners that are done, with their answers for the same test rows.</summary>
/// <param name="Report">Null until the run is finished.</param>
/// <param name="Outcomes">LIFT first, then the baselines in the run's order; failed learners have no answers.</param>
/// <param name="Verdict">Null until two learners can be compared.</param>
/// <param name="Notes">What limits the comparison, such as uneven classes, as sentences.</param>
public sealed record RunFindings(
    OpenRun Run,
    RunReport? Report,
    IReadOnlyList<LearnerOutcome> Outcomes,
    Verdict? Verdict,
    IReadOnlyList<string> Notes
)
{
    /// <param name="isWayOfLift">Whether a learner, by name, is one of LIFT's ways: the verdict does not compare these with each
    /// other.</param>
    /// <exception cref="Tables.BadDataException">The folder cannot be read.</exception>
    public static async Task<RunFindings> ReadAsync(RunFolder folder, Func<string, bool> isWayOfLift, CancellationToken cancel)
    {
        var run = await OpenRun.ReadAsync(folder, cancel);
        var report = folder.ReadReport();
        LearnerOutcome[] outcomes =
        [
            .. new[] { run.Spec.Learner }.Concat(run.Spec.Baselines).Select(l => folder.ReadOutcome(l.Name)).OfType<LearnerOutcome>(),
        ];
        return new(
            run,
            report,
            outcomes,
            report?.Verdict ?? Judge(run, outcomes, isWayOfLift),
            report?.Notes ?? TestLimits.Of(run.Task, run.Task.Split.Test, [.. Complete(outcomes).Select(ContenderOf)])
        );
    }

    public LearnerOutcome? Lift => Outcomes.FirstOrDefault(o => o.Result.Learner == Run.Spec.Learner.Name);

    /// <summary>Learners with answers for all test rows.</summary>
    public IReadOnlyList<LearnerOutcome> Answered => [.. Complete(Outcomes)];

    /// <summary>Metrics that any learner was scored with, in display order.</summary>
    public IReadOnlyList<Metric> Metrics =>
        [.. Outcomes.SelectMany(o => o.Result.Scores).Select(s => s.Metric).Distinct().Select(Learning.Scores.Metrics.Named)];

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

    static IEnumerable<LearnerOutcome> Complete(IEnumerable<LearnerOutcome> outcomes) =>
        outcomes.Where(o => o.Answers.Count > 0 && o.Result.Failure is null);

    static Contender ContenderOf(LearnerOutcome outcome) => new(outcome.Result.Title, [.. outcome.Answers.Select(a => a.ToPrediction())]);

    static Verdict? Judge(OpenRun run, IReadOnlyList<LearnerOutcome> outcomes, Func<string, bool> isWayOfLift)
    {
        if (outcomes.FirstOrDefault(o => o.Result.Learner == run.Spec.Learner.Name) is not { Answers.Count: > 0 } lift)
            return null;
        int[] rows = [.. lift.Answers.Select(a => a.Row)];
        var others = outcomes
            .Where(o =>
                !isWayOfLift(o.Result.Learner)
                && o.Result.Learner != run.Spec.Learner.Name
                && o.Answers.Count == rows.Length
                && o.Answers.Select(a => a.Row).SequenceEqual(rows)
            )
            .ToArray();
        return others.Length == 0 ? null : Verdict.Of(run.Task, rows, ContenderOf(lift), [.. others.Select(ContenderOf)], run.Spec.Seed);
    }
}
