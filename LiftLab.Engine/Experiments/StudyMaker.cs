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

    /// <summary>A curve over more levels than a page has pixels for shows nothing more.</summary>
    public const int MostLevels = 200;

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
        DemandKinds(experiment, choice);
        var tasks = tables.Select(t => t.Schema.Task).Distinct().ToArray();
        // A chosen learner that learns no table is kept, and its cells say why they fail.
        var learners = choice.Learners ?? Learners(experiment, tasks, find);
        if (learners.Count == 0)
            throw new ArgumentException("a study needs at least one learner");
        if (learners.GroupBy(l => l.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"the learner '{twice.Key}' is named twice");
        foreach (var learner in learners)
        foreach (var task in tasks)
            find(learner.Name).Complete(learner, task);
        var kinds = choice.Kinds ?? Kinds(experiment, tasks);
        kinds = [.. kinds.Select(k => Checked(choice.Levels is { } levels ? k with { Levels = levels } : k))];
        var seeds = choice.Seeds ?? DefaultSeeds;
        if (seeds.Count == 0 || seeds.Any(s => s < 0) || seeds.Distinct().Count() != seeds.Count)
            throw new ArgumentException("seeds are different whole numbers from 0 on, at least one");
        // Counted before the plan is made: a list of a million levels must not be planned in order to be refused.
        var most = (long)tables.Count * learners.Count * seeds.Count * Math.Max(1, kinds.Sum(k => k.Levels.Count + 1));
        if (most > 10L * MostCells)
            throw TooLarge(most);
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
        return cells <= MostCells ? spec : throw TooLarge(cells);
    }

    static ArgumentException TooLarge(long cells) =>
        new($"this study has {cells} cells; the limit is {MostCells}: choose fewer levels, seeds, learners or tables");

    static void DemandKinds(Experiment experiment, StudyChoice choice)
    {
        if (experiment.Kinds.Count == 0)
        {
            if (choice.Kinds is { Count: > 0 } || choice.Levels is { Count: > 0 })
                throw new ArgumentException($"'{experiment.Name}' has no kinds and no levels: leave them out");
            return;
        }
        if (choice.Kinds is { Count: 0 })
            throw new ArgumentException(
                $"a study of '{experiment.Name}' needs at least one kind, for example {string.Join(", ", experiment.Kinds.Select(k => k.Name))}"
            );
        if (choice.Kinds?.GroupBy(k => k.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"the kind '{twice.Key}' is named twice");
    }

    /// <summary>The learners of a question that learn at least one of the tasks.</summary>
    /// <param name="tasks">Empty: those of both tasks.</param>
    public static IReadOnlyList<LearnerSpec> Learners(
        Experiment experiment,
        IReadOnlyCollection<TaskKind> tasks,
        Func<string, LearnerEntry> find
    ) => [.. experiment.Learners.Where(n => tasks.Count == 0 || find(n).Tasks.Intersect(tasks).Any()).Select(n => new LearnerSpec(n))];

    /// <summary>
    /// The kinds of a question that fit at least one of the tasks; all of them where none fits: the cells then say why they cannot be
    /// answered.
    /// </summary>
    /// <param name="tasks">Empty: those of both tasks.</param>
    public static IReadOnlyList<StudyKind> Kinds(Experiment experiment, IReadOnlyCollection<TaskKind> tasks)
    {
        IReadOnlyList<StudyKind> fitting =
        [
            .. experiment.Kinds.Where(k => FitsNumbers(k.Kind) || tasks.Count == 0 || tasks.Contains(TaskKind.Classification)),
        ];
        return fitting.Count > 0 ? fitting : experiment.Kinds;
    }

    /// <summary>False for kinds that change classes; the others apply to numbers too.</summary>
    public static bool FitsNumbers(string kind) => kind is not ("label-noise" or "imbalance");

    static StudyKind Checked(StudyKind kind)
    {
        var perturbation = PerturbationList.Find(kind.Kind);
        if (kind.Way is { } way && !perturbation.Ways.Contains(way))
            throw new ArgumentException(
                $"'{kind.Kind}' has no way '{way}'; it has {(perturbation.Ways.Count == 0 ? "none" : string.Join(", ", perturbation.Ways))}"
            );
        if (kind.Levels.Count > MostLevels)
            throw new ArgumentException($"'{kind.Name}' has {kind.Levels.Count} levels; the limit is {MostLevels}");
        foreach (var level in kind.Levels)
            if (perturbation.Axis.Fault(level) is { } fault)
                throw new ArgumentException($"'{kind.Kind}': {fault}");
        if (kind.Levels.All(l => l == perturbation.Axis.Clean))
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"'{kind.Name}' needs at least one level other than {perturbation.Axis.Clean}, which changes nothing"
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
