using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>
/// A comparison of several runs: the learners by data set and split, and the runs that cannot be compared, with the reason.
/// </summary>
/// <param name="Runs">Runs of one kind of task, oldest first.</param>
/// <param name="LeftOut">A sentence for each requested run that is not compared.</param>
/// <param name="Notes">Notes for the reader on how runs were grouped.</param>
/// <param name="Metrics">The metrics that any learner has.</param>
public sealed record RunComparison(
    TaskKind Task,
    IReadOnlyList<ComparedRun> Runs,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<string> Notes,
    LiftVariants Lift,
    IReadOnlyList<Metric> Metrics
)
{
    /// <param name="leftOut">A sentence for each run that could not be read.</param>
    /// <param name="apart">Whether LIFT with other settings counts as a separate learner; null: only if two variants ran on the same data
    /// set.</param>
    public static RunComparison Of(IReadOnlyList<ComparedRun> read, IReadOnlyList<string> leftOut, bool? apart)
    {
        if (read.Count == 0)
            return new(TaskKind.Classification, [], leftOut, [], LiftVariants.Of([], apart), []);
        // accuracies and errors cannot be compared, so the most frequent task is used; ties go to the first run's
        var task = read.GroupBy(r => r.Spec.Schema.Task).OrderByDescending(g => g.Count()).First().Key;
        string[] others =
        [
            .. read.Where(r => r.Spec.Schema.Task != task)
                .Select(r => $"{r.Name} ({r.Id}): it is {Word(r.Spec.Schema.Task)}, but the others are {Word(task)}."),
        ];
        ComparedRun[] runs = [.. read.Where(r => r.Spec.Schema.Task == task).OrderBy(r => r.Spec.Created)];
        var lift = LiftVariants.Of(runs, apart);
        var metrics = runs.SelectMany(r => r.Learners).SelectMany(l => l.Scores).Select(s => s.Metric).ToHashSet(StringComparer.Ordinal);
        return new(
            task,
            runs,
            [.. leftOut, .. others],
            NotesOn(runs, lift),
            lift,
            [.. Learning.Scores.Metrics.All.Where(m => metrics.Contains(m.Name))]
        );
    }

    /// <summary>Accuracy for classification; for regression RMSE on one data set and RAE, which has no unit, on several.</summary>
    public Metric Headline => Target.Of(Task, []) is var target && Data.Count > 1 ? target.HeadlineOverTables : target.Headline;

    /// <summary>The data sets by key, in the order of their first runs.</summary>
    public IReadOnlyList<string> Data => [.. Runs.Select(r => r.DataKey).Distinct()];

    /// <summary>Whether all runs have the same data set, split and seed.</summary>
    public bool IsOneSplit => Runs.Select(r => (r.DataKey, r.Draw)).Distinct().Count() == 1;

    /// <summary>
    /// Whether all runs predicted the same test rows of one data set, so that learners can be compared row by row. The test rows are the
    /// same for every split of a table.
    /// </summary>
    public bool HasSameRows => Data.Count == 1;

    /// <summary>The label of a run in figures and tables: its name, unique among the runs.</summary>
    public string LabelOf(ComparedRun run) => new RunLabels(Runs).Of(run);

    /// <summary>The table's name, numbered if several data sets have it.</summary>
    public string DataName(string key)
    {
        var name = Runs.First(r => r.DataKey == key).DataName;
        string[] same = [.. Runs.Where(r => r.DataName == name).Select(r => r.DataKey).Distinct()];
        return same.Length == 1 ? name : FormattableString.Invariant($"{name} ({Array.IndexOf(same, key) + 1})");
    }

    /// <summary>One metric of all learners on all data sets; LIFT first, then in the order of their first results.</summary>
    public Study Study(Metric metric)
    {
        var all = Runs.SelectMany(r => r.Learners.Select(l => (Run: r, Result: l, Key: Lift.KeyOf(r, l)))).ToArray();
        string[] met = [.. all.Select(a => a.Key).Distinct()];
        string[] keys = [.. met.Where(LiftVariants.IsLiftKey).Order(StringComparer.Ordinal), .. met.Where(k => !LiftVariants.IsLiftKey(k))];

        IReadOnlyList<StudyScore> Scores(string data, string key) =>
            [
                .. all.Where(a => a.Run.DataKey == data && a.Key == key)
                    .GroupBy(a => a.Run.Draw)
                    .Select(g => (g.Key, Score: g.Last().Result.Scores.FirstOrDefault(s => s.Metric == metric.Name)))
                    .Where(s => s.Score is { } score && double.IsFinite(score.Value))
                    .Select(s => new StudyScore(s.Key, s.Score!.Value)),
            ];

        return new(
            metric,
            [
                .. Data.Select(d => Runs.First(r => r.DataKey == d))
                    .Select(r => new StudyData(DataName(r.DataKey), r.Report.Rows.Train, r.Report.Rows.Test)),
            ],
            [.. keys.Select(k => all.First(a => a.Key == k)).Select(a => Lift.TitleOf(a.Run, a.Result))],
            [.. Data.Select(d => (IReadOnlyList<IReadOnlyList<StudyScore>>)[.. keys.Select(k => Scores(d, k))])]
        );
    }

    /// <summary>
    /// The scores of one data set, without learners that have none there: over several splits the mean ± one standard deviation, else the
    /// single score with its 95 % interval.
    /// </summary>
    public IReadOnlyList<StudyPoint> Points(Study study, int data)
    {
        var points = new List<StudyPoint>();
        for (var learner = 0; learner < study.Learners.Count; learner++)
        {
            if (study.Mean(data, learner) is not { } mean)
                continue;
            var only = study.HasSplits(data) ? null : ScoreOf(study, data, learner);
            points.Add(
                study.Deviation(data, learner) is { } deviation
                    ? new(learner, study.Learners[learner], mean, mean - deviation, mean + deviation)
                    : new(learner, study.Learners[learner], mean, only?.Low, only?.High)
            );
        }
        return points;
    }

    /// <summary>
    /// What each learner of a study has cost at a provider, in the study's order; null for one that computes on this machine. Empty where
    /// no learner has a bill.
    /// </summary>
    public IReadOnlyList<ComparedCost?> Costs(Study study)
    {
        ComparedCost?[] costs =
        [
            .. study.Learners.Select(title =>
                ComparedCost.Of([
                    .. Runs.SelectMany(r => r.Learners.Where(l => Lift.TitleOf(r, l) == title))
                        .Select(l => LearnerBill.Of(l.Settings))
                        .OfType<LearnerBill>(),
                ])
            ),
        ];
        return costs.Any(c => c is not null) ? costs : [];
    }

    /// <summary>The name of a compared learner in the run's specification; null if the run does not have it or it failed.</summary>
    public string? LearnerIn(ComparedRun run, string title) =>
        run.Learners.FirstOrDefault(l => l.Failure is null && Lift.TitleOf(run, l) == title)?.Learner;

    /// <summary>
    /// Compares one learner with all others on the same test rows: LIFT's variants and the learners of all runs. Of a learner in several
    /// runs, the last run on the subject's split counts, else the last run. Null if the runs have several data sets, if the subject was run
    /// on several splits, or if fewer than two learners predicted the same rows.
    /// </summary>
    /// <param name="task">The task of any of the runs.</param>
    /// <param name="outcomeOf">A run's outcome of a learner by its name in the specification; null if there is none.</param>
    public Verdict? RowByRow(LearningTask task, Func<ComparedRun, string, LearnerOutcome?> outcomeOf, string subject)
    {
        if (!HasSameRows)
            return null;
        var all = Runs.SelectMany(r => r.Learners.Where(l => l.Failure is null).Select(l => (Run: r, l.Learner, Title: Lift.TitleOf(r, l))))
            .ToArray();
        string[] draws = [.. all.Where(a => a.Title == subject).Select(a => a.Run.Draw).Distinct()];
        if (draws.Length != 1)
            return null;
        var contenders = new List<Contender>();
        int[]? rows = null;
        foreach (var same in all.GroupBy(a => a.Title).OrderByDescending(g => g.Key == subject))
        {
            var chosen = same.LastOrDefault(a => a.Run.Draw == draws[0]) is { Run: not null } own ? own : same.Last();
            if (outcomeOf(chosen.Run, chosen.Learner) is not { Answers: { Count: > 0 } answers })
                continue;
            rows ??= [.. answers.Select(a => a.Row)];
            if (!answers.Select(a => a.Row).SequenceEqual(rows))
                continue;
            var label =
                IsOneSplit || Lift.Apart && LiftVariants.IsLiftKey(KeyOf(chosen.Run, chosen.Learner)) ? "" : $" ({LabelOf(chosen.Run)})";
            contenders.Add(new(same.Key + label, [.. answers.Select(a => a.ToPrediction())]));
            if (contenders.Count == 1 && same.Key != subject)
                return null; // the subject has no answers
        }
        return rows is null || contenders.Count < 2 ? null : Verdict.Of(task, rows, contenders[0], contenders[1..], Runs[0].Spec.Seed);
    }

    string KeyOf(ComparedRun run, string learner) => Lift.KeyOf(run, run.Learners.First(l => l.Learner == learner));

    Score? ScoreOf(Study study, int data, int learner) =>
        Runs.Where(r => r.DataKey == Data[data])
            .SelectMany(r => r.Learners.Where(l => Lift.TitleOf(r, l) == study.Learners[learner]))
            .SelectMany(l => l.Scores)
            .LastOrDefault(s => s.Metric == study.Metric.Name);

    static List<string> NotesOn(ComparedRun[] runs, LiftVariants lift)
    {
        var notes = new List<string>();
        foreach (var name in runs.GroupBy(r => r.DataName).Where(g => g.Select(r => r.DataKey).Distinct().Count() > 1))
            notes.Add(
                name.Select(r => r.RowsKey).Distinct().Count() > 1
                    ? $"Runs on “{name.Key}” have different rows or different test rows: they cannot be compared row by row, "
                        + "and each kind counts as a separate data set."
                    : $"Runs on “{name.Key}” use different features: each choice of features counts as a separate data set."
            );
        var labels = new RunLabels(runs);
        foreach (var data in runs.GroupBy(r => r.DataKey).Where(g => g.Select(r => r.Draw).Distinct().Count() > 1))
            notes.Add(
                $"The runs on “{data.First().DataName}” have different splits or seeds: "
                    + string.Join(
                        "; ",
                        data.GroupBy(r => r.Draw)
                            .Select(g =>
                                FormattableString.Invariant($"split {g.First().Spec.SplitSeed}, seed {g.First().Spec.Seed}: ")
                                + string.Join(", ", g.Select(labels.Of))
                            )
                    )
                    + ". Their test rows are the same; their training rows differ."
            );
        if (lift.Titles.Count > 1 && !lift.Apart)
            notes.Add(FormattableString.Invariant($"LIFT's runs have {lift.Titles.Count} different settings and count as one learner."));
        var repeated = runs.SelectMany(r => r.Learners.Select(l => (r.DataKey, r.Draw, Key: lift.KeyOf(r, l))))
            .GroupBy(x => x)
            .Any(g => g.Count() > 1 && LiftVariants.IsLiftKey(g.Key.Key));
        if (repeated)
            notes.Add("If LIFT was run more than once on the same split with the same seed, the last run counts.");
        return notes;
    }

    static string Word(TaskKind task) => task.ToString().ToLowerInvariant();
}

/// <summary>One learner's score on a data set, for a chart.</summary>
/// <param name="Learner">Index in the study's learners.</param>
/// <param name="Low">Lower end of the bar; null without one.</param>
/// <param name="High">Upper end of the bar; null without one.</param>
public sealed record StudyPoint(int Learner, string Title, double Value, double? Low, double? High);
