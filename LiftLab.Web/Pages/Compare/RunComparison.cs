using LiftLab.Engine.Baselines;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Parts;

namespace LiftLab.Web.Pages.Compare;

/// <summary>
/// Several runs beside each other: which learners met on which data sets and splits, and which runs cannot be compared and why.
/// </summary>
/// <param name="LeftOut">A sentence for each run that was asked for and is not in it.</param>
/// <param name="Notes">What a reader has to know about how runs were put together.</param>
/// <param name="Differing">LIFT's settings that differ between its variants: by path, one value a variant.</param>
public sealed record RunComparison(
    TaskKind Task,
    IReadOnlyList<ComparedRun> Runs,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Variants,
    IReadOnlyList<(string Path, IReadOnlyList<string> Values)> Differing,
    bool Apart,
    IReadOnlyList<Metric> Metrics
)
{
    const string Lift = LiftSettings.LearnerName;

    /// <param name="apart">LIFT with other settings is a learner of its own; null: where two met on the same split.</param>
    public static async Task<RunComparison?> ReadAsync(LabRuns door, IReadOnlyList<string> ids, bool? apart, CancellationToken cancel)
    {
        var (read, leftOut) = (new List<ComparedRun>(), new List<string>());
        foreach (var id in ids.Distinct())
        {
            var (run, why) = await ComparedRun.ReadAsync(door, id, cancel);
            if (run is not null)
                read.Add(run);
            else
                leftOut.Add(why! + ".");
        }
        if (read.Count == 0)
            return leftOut.Count == 0 ? null : new(TaskKind.Classification, [], leftOut, [], [], [], false, []);
        return Of(read, leftOut, apart);
    }

    public static RunComparison Of(IReadOnlyList<ComparedRun> read, IReadOnlyList<string> before, bool? apart)
    {
        var leftOut = before.ToList();
        // Accuracies and errors do not mix: the task most runs have, of equals the first's.
        var task = read.GroupBy(r => r.Spec.Schema.Task).OrderByDescending(g => g.Count()).First().Key;
        leftOut.AddRange(
            read.Where(r => r.Spec.Schema.Task != task)
                .Select(r =>
                    $"{r.Row.Name} ({r.Row.Id}): it is {Display.Task(r.Spec.Schema.Task)}, and the others are {Display.Task(task)}."
                )
        );
        ComparedRun[] runs = [.. read.Where(r => r.Spec.Schema.Task == task).OrderBy(r => r.Row.CreatedUtc)];
        string[] variants = [.. runs.Where(r => r.Spec.Learner.Name == Lift).Select(Setting).Distinct()];
        var met = runs.Where(r => r.Spec.Learner.Name == Lift)
            .GroupBy(r => (r.DataKey, r.Draw))
            .Any(g => g.Select(Setting).Distinct().Count() > 1);
        var separate = variants.Length > 1 && (apart ?? met);
        var of = variants.Select(v => runs.First(r => r.Spec.Learner.Name == Lift && Setting(r) == v).Settings).ToArray();
        var differing =
            variants.Length < 2
                ? []
                : of.SelectMany(s => s.Keys)
                    .Distinct()
                    .Order(StringComparer.Ordinal)
                    .Select(path => (path, (IReadOnlyList<string>)[.. of.Select(s => s.GetValueOrDefault(path, "–"))]))
                    .Where(d => d.Item2.Distinct().Count() > 1)
                    .ToArray();

        var notes = new List<string>();
        foreach (var name in runs.GroupBy(r => r.Row.DatasetName).Where(g => g.Select(r => r.DataKey).Distinct().Count() > 1))
            notes.Add(
                name.Select(r => r.RowsKey).Distinct().Count() > 1
                    ? $"Runs on “{name.Key}” have other rows or other test rows than each other: they cannot be compared row by row, and each kind counts as a data set of its own."
                    : $"Runs on “{name.Key}” use other features than each other: each choice of features counts as a data set of its own."
            );
        if (variants.Length > 1 && !separate)
            notes.Add($"LIFT's runs have {variants.Length} different settings and count as one learner.");
        var repeated = runs.SelectMany(r => r.Learners.Select(l => (r.DataKey, r.Draw, Key: Column(r, l, separate, variants))))
            .GroupBy(x => x)
            .Count(g => g.Count() > 1 && g.Key.Key.StartsWith(Lift, StringComparison.Ordinal));
        if (repeated > 0)
            notes.Add("Where LIFT was run more than once on the same split with the same seed, the last run counts.");
        string[] metrics = [.. runs.SelectMany(r => r.Learners).SelectMany(l => l.Scores).Select(s => s.Metric).Distinct()];
        return new(
            task,
            runs,
            leftOut,
            notes,
            [.. variants.Select((_, i) => Title(i, separate, variants.Length))],
            differing,
            separate,
            [.. Engine.Learning.Scores.Metrics.All.Where(m => metrics.Contains(m.Name))]
        );
    }

    /// <summary>Accuracy; over one data set RMSE, over several RAE, which has no unit.</summary>
    public Metric Headline => Target.Of(Task, []) is var target && Data.Count > 1 ? target.HeadlineOverTables : target.Headline;

    /// <summary>The data sets by key, in the order of their first runs.</summary>
    public IReadOnlyList<string> Data => [.. Runs.Select(r => r.DataKey).Distinct()];

    public string DataName(string key)
    {
        var name = Runs.First(r => r.DataKey == key).Row.DatasetName;
        string[] same = [.. Runs.Where(r => r.Row.DatasetName == name).Select(r => r.DataKey).Distinct()];
        return same.Length == 1 ? name : $"{name} ({Array.IndexOf(same, key) + 1})";
    }

    /// <summary>One metric of all learners on all data sets; LIFT first, then in the order in which they were met.</summary>
    public Study Study(Metric metric)
    {
        var all = Runs.SelectMany(r => r.Learners.Select(l => (Run: r, Result: l, Key: Column(r, l)))).ToArray();
        string[] keys =
        [
            .. all.Select(a => a.Key)
                .Distinct()
                .OrderByDescending(k => k.StartsWith(Lift, StringComparison.Ordinal))
                .ThenBy(k => k.StartsWith(Lift, StringComparison.Ordinal) ? k : "", StringComparer.Ordinal),
        ];
        var titles = keys.Select(k => all.First(a => a.Key == k)).Select(a => NameOf(a.Run, a.Result)).ToArray();
        return new(
            metric,
            [
                .. Data.Select(d => Runs.First(r => r.DataKey == d))
                    .Select(r => new StudyData(DataName(r.DataKey), r.Report.Rows.Train, r.Report.Rows.Test)),
            ],
            titles,
            [
                .. Data.Select(d =>
                    (IReadOnlyList<IReadOnlyList<StudyScore>>)
                        [
                            .. keys.Select(k =>
                                (IReadOnlyList<StudyScore>)
                                    [
                                        .. all.Where(a => a.Run.DataKey == d && a.Key == k)
                                            .GroupBy(a => a.Run.Draw)
                                            .Select(g =>
                                                (g.Key, Score: g.Last().Result.Scores.FirstOrDefault(s => s.Metric == metric.Name))
                                            )
                                            .Where(s => s.Score is { } score && double.IsFinite(score.Value))
                                            .Select(s => new StudyScore(s.Key, s.Score!.Value)),
                                    ]
                            ),
                        ]
                ),
            ]
        );
    }

    /// <summary>The score, with its interval, that a learner's only split on a data set gave.</summary>
    public Score? ScoreOf(int data, int learner, Study study) =>
        Runs.Where(r => r.DataKey == Data[data])
            .SelectMany(r => r.Learners.Where(l => NameOf(r, l) == study.Learners[learner]))
            .SelectMany(l => l.Scores)
            .LastOrDefault(s => s.Metric == study.Metric.Name);

    /// <summary>The name that a compared learner has in a run; null where the run has it not.</summary>
    public string? LearnerIn(ComparedRun run, string title) =>
        run.Learners.FirstOrDefault(l => l.Failure is null && NameOf(run, l) == title)?.Learner;

    string NameOf(ComparedRun run, LearnerResult result) =>
        result.Learner == Lift ? Variants[VariantOf(run)] : result.Title + Own(run, result);

    /// <summary>
    /// Where one data set and one split is all there is: the test rows themselves, LIFT's variants and baselines of all runs row by row.
    /// </summary>
    public async Task<Verdict?> RowByRowAsync(LabRuns door, string subject, CancellationToken cancel)
    {
        if (Data.Count != 1 || Runs.Select(r => r.Draw).Distinct().Count() != 1)
            return null;
        var found = await Run.OpenRun.ReadAsync(door, Runs[0].Row.Id, cancel);
        var contenders = new Dictionary<string, Contender>(StringComparer.Ordinal);
        int[]? rows = null;
        foreach (var run in Runs)
        foreach (var result in run.Learners.Where(l => l.Failure is null))
            if (await door.OutcomeAsync(run.Row.Id, result.Learner, cancel) is { Answers.Count: > 0 } outcome)
            {
                rows ??= [.. outcome.Answers.Select(a => a.Row)];
                var title = NameOf(run, result);
                if (outcome.Answers.Select(a => a.Row).SequenceEqual(rows))
                    contenders[title] = new(title, [.. outcome.Answers.Select(a => a.ToPrediction())]);
            }
        if (rows is null || !contenders.TryGetValue(subject, out var own) || contenders.Count < 2)
            return null;
        return await System.Threading.Tasks.Task.Run(
            () => Verdict.Of(found.Task, rows, own, [.. contenders.Values.Where(c => c != own)], Runs[0].Spec.Seed),
            cancel
        );
    }

    int VariantOf(ComparedRun run) =>
        Apart ? Array.IndexOf([.. Runs.Where(r => r.Spec.Learner.Name == Lift).Select(Setting).Distinct()], Setting(run)) : 0;

    string Column(ComparedRun run, LearnerResult result) =>
        result.Learner == Lift ? $"{Lift}-{VariantOf(run):000}" : result.Learner + Own(run, result);

    static string Column(ComparedRun run, LearnerResult result, bool separate, string[] variants) =>
        result.Learner == Lift
            ? separate
                ? $"{Lift}-{Array.IndexOf(variants, Setting(run)):000}"
                : Lift
            : result.Learner + Own(run, result);

    /// <summary>A baseline with a grid of the person's own is another learner.</summary>
    static string Own(ComparedRun run, LearnerResult result) =>
        BaselineList.All.Any(b => b.Name == result.Learner)
        && run.Spec.Baselines.FirstOrDefault(b => b.Name == result.Learner)?.Settings is { Count: > 0 } own
            ? $" {own.ToJsonString()}"
            : "";

    static string Setting(ComparedRun run) => string.Join('\n', run.Settings.Select(s => $"{s.Key}={s.Value}"));

    static string Title(int variant, bool separate, int count) =>
        !separate || count < 2 ? "LIFT" : $"LIFT {(variant < 26 ? (char)('A' + variant) : "no. " + (variant + 1))}";
}
