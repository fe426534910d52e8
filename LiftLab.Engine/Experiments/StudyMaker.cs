using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments;

/// <summary>What a person chose for a study; null: the question's defaults.</summary>
/// <param name="Levels">Replace the levels of every kind.</param>
public sealed record StudyChoice(
    IReadOnlyList<LearnerSpec>? Learners = null,
    IReadOnlyList<StudyKind>? Kinds = null,
    IReadOnlyList<double>? Levels = null,
    IReadOnlyList<int>? Seeds = null,
    Protocol Protocol = Protocol.Clean,
    string? Name = null
);

/// <summary>Makes the specification of a study from a question, tables and choices.</summary>
public static class StudyMaker
{
    static readonly int[] DefaultSeeds = [0, 1, 2];

    /// <summary>A study with more cells is refused.</summary>
    public const int MostCells = 20_000;

    /// <param name="tables">At least one, with its schema; names may repeat.</param>
    /// <param name="find">Finds a learner by name.</param>
    /// <exception cref="ArgumentException">A choice does not exist, is out of range, or the study is too large.</exception>
    public static StudySpec Make(
        Experiment experiment,
        IReadOnlyList<(string Name, Table Table, Schema Schema, string? Dataset)> tables,
        StudyChoice choice,
        Func<string, LearnerEntry> find,
        TimeProvider clock
    )
    {
        if (tables.Count == 0)
            throw new ArgumentException("a study needs at least one table");
        var tasks = tables.Select(t => t.Schema.Task).Distinct().ToArray();
        var learners = choice.Learners ?? [.. experiment.Learners.Select(n => new LearnerSpec(n))];
        // Of the default learners those that learn no table are left out; a chosen one is kept, and its cells say why they fail.
        if (choice.Learners is null)
            learners = [.. learners.Where(l => find(l.Name).Tasks.Intersect(tasks).Any())];
        if (learners.Count == 0)
            throw new ArgumentException("a study needs at least one learner");
        if (learners.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"the learner '{twice.Key}' is named twice");
        foreach (var learner in learners)
        foreach (var task in tasks)
            find(learner.Name).Complete(learner, task);
        IReadOnlyList<StudyKind> fitting = [.. experiment.Kinds.Where(k => tasks.Any(t => Applies(k, t)))];
        // A question of which no kind fits keeps its kinds: the cells then say why they cannot be answered.
        var kinds = choice.Kinds ?? (fitting.Count > 0 ? fitting : experiment.Kinds);
        kinds = [.. kinds.Select(k => Checked(choice.Levels is { } levels ? k with { Levels = levels } : k))];
        var seeds = choice.Seeds ?? DefaultSeeds;
        if (seeds.Count == 0 || seeds.Any(s => s < 0) || seeds.Distinct().Count() != seeds.Count)
            throw new ArgumentException("seeds are different whole numbers from 0 on, at least one");
        var now = clock.GetUtcNow();
        var spec = new StudySpec(
            RunId.New(now),
            choice.Name ?? $"{experiment.Title}: {string.Join(", ", tables.Select(t => t.Name).Take(3))}{(tables.Count > 3 ? " …" : "")}",
            now,
            experiment.Name,
            Named(tables),
            learners,
            seeds
        )
        {
            Kinds = kinds,
            Protocol = choice.Protocol,
        };
        var cells = experiment.Plan(spec).Count;
        return cells <= MostCells
            ? spec
            : throw new ArgumentException(
                $"this study has {cells} cells; the limit is {MostCells}: choose fewer levels, seeds, learners or tables"
            );
    }

    /// <summary>Kinds that change classes are not offered for numbers; the others apply to both.</summary>
    static bool Applies(StudyKind kind, TaskKind task) =>
        task == TaskKind.Classification || kind.Kind is not ("label-noise" or "imbalance");

    static StudyKind Checked(StudyKind kind)
    {
        var perturbation = PerturbationList.Find(kind.Kind);
        if (kind.Way is { } way && !perturbation.Ways.Contains(way))
            throw new ArgumentException(
                $"'{kind.Kind}' has no way '{way}'; it has {(perturbation.Ways.Count == 0 ? "none" : string.Join(", ", perturbation.Ways))}"
            );
        if (
            kind.Levels.FirstOrDefault(l => !double.IsFinite(l) || !perturbation.Axis.Contains(l), double.NaN) is var wrong
            && !double.IsNaN(wrong)
        )
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"level {wrong} of '{kind.Kind}' is not between {perturbation.Axis.Clean} and {perturbation.Axis.Most} {perturbation.Axis.Unit}"
                )
            );
        return kind with
        {
            Levels = [.. kind.Levels.Where(l => l != perturbation.Axis.Clean).Distinct().OrderBy(perturbation.Axis.Strength)],
        };
    }

    static List<StudyTable> Named(IReadOnlyList<(string Name, Table Table, Schema Schema, string? Dataset)> tables)
    {
        var result = new List<StudyTable>();
        foreach (var (name, table, schema, dataset) in tables)
        {
            var unique = name;
            for (var n = 2; result.Any(t => t.Name == unique); n++)
                unique = FormattableString.Invariant($"{name} {n}");
            result.Add(
                new(unique, FormattableString.Invariant($"{result.Count + 1:00}.csv"), TableKey.Of(table), table.RowCount, schema)
                {
                    Dataset = dataset,
                }
            );
        }
        return result;
    }
}
