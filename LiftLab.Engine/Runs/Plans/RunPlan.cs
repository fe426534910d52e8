using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Plans;

/// <summary>
/// The work and resources of a run, computed before it starts, as the sum of the learners' own plans. Nothing is trained and nothing is
/// written.
/// </summary>
/// <param name="Rows">Rows of the split; null if the table has errors.</param>
/// <param name="Learners">The main learner first, then the others in the run's order; empty if the table has errors.</param>
/// <param name="Boundary">The features over which the run draws its answers; null for none.</param>
/// <param name="DefaultBoundary">The suggested features; null without enough numeric features.</param>
/// <param name="Problems">Errors first. A run with errors is rejected, or would fail before training.</param>
public sealed record RunPlan(
    TaskKind Task,
    SplitSizes? Rows,
    IReadOnlyList<LearnerPlan> Learners,
    FeaturePair? Boundary,
    FeaturePair? DefaultBoundary,
    IReadOnlyList<Problem> Problems
)
{
    /// <summary>The text instead of <see cref="Seconds"/> if they are not known.</summary>
    public const string NoEstimate = "No estimate yet: needs one finished run on this machine";

    /// <summary>The run's main learner; null if the table has errors.</summary>
    [JsonIgnore]
    public LearnerPlan? Main => Learners.Count == 0 ? null : Learners[0];

    /// <summary>Optimiser steps of all learners together; null if no learner counts steps.</summary>
    public long? Steps => Learners.Any(l => l.Steps is not null) ? Learners.Sum(l => l.Steps ?? 0) : null;

    /// <summary>Training tokens of all steps; null if no learner counts tokens.</summary>
    public long? Tokens => Learners.Any(l => l.Tokens is not null) ? Learners.Sum(l => l.Tokens ?? 0) : null;

    /// <summary>
    /// Wall seconds of the main learner's training at the pace measured on this machine, without the other learners, which are fitted in
    /// parallel and afterwards. Null if no finished run has measured the pace.
    /// </summary>
    public double? Seconds => Main?.Seconds;

    /// <summary>Memory of the learner that needs most of the device's memory; null if no learner gives it.</summary>
    public MemoryPlan? Memory => Learners.Select(l => l.Memory).OfType<MemoryPlan>().MaxBy(m => m.Need);

    /// <summary>US dollars for paid providers; null if every learner computes on this machine.</summary>
    public decimal? Money => Learners.Any(l => l.Money is not null) ? Learners.Sum(l => l.Money ?? 0) : null;

    /// <summary>Whether the plan has no errors.</summary>
    public bool CanStart => Problems.All(p => p.Severity != Severity.Error);

    /// <summary>The learners' input; null if the table has errors.</summary>
    [JsonIgnore]
    public LearningTask? Given { get; init; }

    /// <param name="spec">The draft; its id, time and table file are ignored.</param>
    /// <param name="find">Finds a learner by name; throws ArgumentException for an unknown name.</param>
    public static RunPlan Of(
        RunSpec spec,
        Table table,
        Func<string, LearnerEntry> find,
        MachineFacts machine,
        CancellationToken cancel = default
    )
    {
        var check = RunCheck.BeforePlans(spec, table, find);
        if (check.Task is not { } task)
            return new(spec.Schema.Task, null, [], spec.Boundary, null, InOrder(check.Problems));
        var problems = check.Problems.ToList();
        var learners = new List<LearnerPlan>();
        foreach (var learner in (LearnerSpec[])[spec.Learner, .. spec.Baselines])
            try
            {
                var plan = find(learner.Name).Plan(learner, task, machine, cancel);
                learners.Add(plan);
                problems.AddRange(plan.Problems);
            }
            catch (ArgumentException e)
            {
                learners.Add(new(learner.Name, learner.Name));
                problems.Add(RunCheck.BadSetting(e));
            }
        return new(
            task.Kind,
            new(task.Split.Train.Count, task.Split.Valid.Count, task.Split.Test.Count),
            learners,
            spec.Boundary,
            BoundaryChoice.Of(table, spec.Schema),
            InOrder(problems)
        )
        {
            Given = task,
        };
    }

    static IReadOnlyList<Problem> InOrder(IEnumerable<Problem> problems) => [.. problems.Distinct().OrderByDescending(p => p.Severity)];
}
