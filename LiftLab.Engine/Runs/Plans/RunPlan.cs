using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Plans;

/// <summary>
/// What a run will do and what it takes, computed before it starts; each learner plans itself and this adds up. Nothing is trained,
/// nothing is written.
/// </summary>
/// <param name="Rows">Rows of the split; null where the table has errors.</param>
/// <param name="Learners">The trained learner first, then the others in the run's order; empty where the table has errors.</param>
/// <param name="Boundary">The feature pair whose decision boundary the run draws; null for none.</param>
/// <param name="DefaultBoundary">The feature pair that is suggested; null below two numeric features.</param>
/// <param name="Problems">Errors first. A run with errors is refused, or would fail before it has learned anything.</param>
public sealed record RunPlan(
    TaskKind Task,
    SplitSizes? Rows,
    IReadOnlyList<LearnerPlan> Learners,
    FeaturePair? Boundary,
    FeaturePair? DefaultBoundary,
    IReadOnlyList<Problem> Problems
)
{
    /// <summary>What stands in the place of <see cref="Seconds"/> where they are not known.</summary>
    public const string NoEstimate = "No estimate yet: needs one finished run on this machine";

    /// <summary>The run's main learner; null where the table has errors.</summary>
    [JsonIgnore]
    public LearnerPlan? Main => Learners.Count == 0 ? null : Learners[0];

    /// <summary>Optimiser steps of all learners together; null where no learner counts steps.</summary>
    public long? Steps => Learners.Any(l => l.Steps is not null) ? Learners.Sum(l => l.Steps ?? 0) : null;

    /// <summary>Tokens that all steps train on; null where no learner counts tokens.</summary>
    public long? Tokens => Learners.Any(l => l.Tokens is not null) ? Learners.Sum(l => l.Tokens ?? 0) : null;

    /// <summary>
    /// Wall seconds of the main learner's training at the pace that was measured on this machine; the others are fitted beside it and
    /// after it and do not count. Null: no finished run has measured it.
    /// </summary>
    public double? Seconds => Main?.Seconds;

    /// <summary>Of the learner that needs most of the device's memory; null where none says.</summary>
    public MemoryPlan? Memory => Learners.Select(l => l.Memory).OfType<MemoryPlan>().MaxBy(m => m.Need);

    /// <summary>US dollars for paid providers; null where every learner computes on this machine.</summary>
    public decimal? Money => Learners.Any(l => l.Money is not null) ? Learners.Sum(l => l.Money ?? 0) : null;

    /// <summary>Whether the plan has no errors.</summary>
    public bool CanStart => Problems.All(p => p.Severity != Severity.Error);

    /// <summary>What the learners are given; null where the table has errors.</summary>
    [JsonIgnore]
    public LearningTask? Given { get; init; }

    /// <param name="spec">The draft; its id, time and table file do not count.</param>
    /// <param name="find">The learners there are; throws ArgumentException for a name that it does not know.</param>
    public static RunPlan Of(RunSpec spec, Table table, Func<string, LearnerEntry> find, MachineFacts machine)
    {
        var check = RunCheck.Of(spec, table, find);
        if (check.Task is not { } task)
            return new(spec.Schema.Task, null, [], spec.Boundary, null, InOrder(check.Problems));
        var problems = check.Problems.ToList();
        var learners = new List<LearnerPlan>();
        foreach (var learner in (LearnerSpec[])[spec.Learner, .. spec.Baselines])
            try
            {
                var plan = find(learner.Name).Plan(learner, task, machine);
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
