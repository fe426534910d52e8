using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Runs.Plans;

/// <summary>Problems that prevent a run from starting, found without prompts, time and memory.</summary>
/// <param name="Task">The input of the run's learners; null if the table has errors.</param>
/// <param name="Problems">Errors and warnings of the table, then errors of learners and of the decision boundary.</param>
public sealed record RunCheck(LearningTask? Task, IReadOnlyList<Problem> Problems)
{
    public IReadOnlyList<Problem> Errors => [.. Problems.Where(p => p.Severity == Severity.Error)];

    /// <param name="find">Finds a learner by name; throws ArgumentException for an unknown name.</param>
    public static RunCheck Of(RunSpec spec, Table table, Func<string, LearnerEntry> find, CancellationToken cancel = default) =>
        Of(spec, table, find, (entry, learner, task) => entry.Check(learner, task, cancel));

    /// <summary>Without <see cref="LearnerEntry.Check"/>, whose problems are also those of <see cref="LearnerEntry.Plan"/>.</summary>
    internal static RunCheck BeforePlans(RunSpec spec, Table table, Func<string, LearnerEntry> find) =>
        Of(spec, table, find, (_, _, _) => []);

    static RunCheck Of(
        RunSpec spec,
        Table table,
        Func<string, LearnerEntry> find,
        Func<LearnerEntry, LearnerSpec, LearningTask, IReadOnlyList<Problem>> check
    )
    {
        var problems = TableCheck.Problems(table, spec.Schema).ToList();
        if (problems.Any(p => p.Severity == Severity.Error))
            return new(null, problems);
        LearningTask task;
        try
        {
            task = new(table, spec.Schema, SplitMaker.Make(table, spec.Schema, spec.SplitSeed));
        }
        catch (BadDataException e)
        {
            return new(null, [.. problems, .. e.Problems]);
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var learner in (LearnerSpec[])[spec.Learner, .. spec.Baselines])
        {
            if (!names.Add(learner.Name))
                problems.Add(Wrong("learner-twice", $"the run names {learner.Name} twice", "Name each learner once."));
            problems.AddRange(Check(learner, task, find, check));
        }
        problems.AddRange(Check(spec.Boundary, task));
        return new(task, problems);
    }

    static IReadOnlyList<Problem> Check(
        LearnerSpec learner,
        LearningTask task,
        Func<string, LearnerEntry> find,
        Func<LearnerEntry, LearnerSpec, LearningTask, IReadOnlyList<Problem>> check
    )
    {
        try
        {
            var entry = find(learner.Name);
            if (!entry.Tasks.Contains(task.Kind))
                return [Wrong("wrong-task", $"{entry.Title} does not learn {task.Target.Plural}", "Remove it, or change the task.")];
            entry.Create(learner, task.Kind, new(""));
            return check(entry, learner, task);
        }
        catch (ArgumentException e)
        {
            return [BadSetting(e)];
        }
    }

    static IReadOnlyList<Problem> Check(FeaturePair? boundary, LearningTask task)
    {
        if (boundary is null)
            return [];
        try
        {
            _ = new BoundarySurface(task, boundary.X, boundary.Y, 2);
            return [];
        }
        catch (BadDataException e)
        {
            return e.Problems;
        }
    }

    internal static Problem BadSetting(ArgumentException e) => Wrong("bad-setting", e.Message, "Correct the settings.");

    static Problem Wrong(string code, string what, string whatToDo) => new(Severity.Error, code, what, whatToDo);
}
