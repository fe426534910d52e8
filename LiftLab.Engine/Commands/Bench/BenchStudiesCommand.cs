using System.CommandLine;
using System.Diagnostics;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench studies</c>: the time of a study beside its fits: planning 10,000 cells, opening a finished study of 1,000 cells, and the
/// work per cell beyond fit and predict.
/// </summary>
static class BenchStudiesCommand
{
    static readonly string[] Learners = ["lift", "logreg", "knn", "rf", "xgboost", "majority"];

    /// <summary>Cells of one seed of the robustness board with <see cref="Learners"/>: 4 kinds of 5 levels.</summary>
    const int CellsPerSeed = 4 * 5 * 6;

    public static Command Create()
    {
        var table = new Option<string>("--table") { Description = "A bundled table.", DefaultValueFactory = _ => "iris" };
        var json = JsonOutput.Option();
        var command = new Command("studies", "Measures planning, opening and the work per cell of studies.") { table, json };
        command.SetAction((parsed, cancel) => Failures.Answer(() => RunAsync(parsed.GetValue(table)!, parsed.GetValue(json), cancel)));
        return command;
    }

    static async Task<int> RunAsync(string name, bool json, CancellationToken cancel)
    {
        var (table, schema) = await BundledTables.Get(name).ReadAsync(cancel);
        var root = Directory.CreateTempSubdirectory("liftlab-bench-").FullName;
        try
        {
            var board = ExperimentList.Find("robustness");
            StudySpec Spec(Experiment experiment, string[] learners, int seeds, IReadOnlyList<StudyKind>? kinds = null) =>
                StudyMaker.Make(
                    experiment,
                    [(name, table, schema, null)],
                    new([.. learners.Select(l => new LearnerSpec(l))], kinds, Seeds: [.. Enumerable.Range(0, seeds)]),
                    Engine.Find,
                    TimeProvider.System
                );

            var large = Spec(board, Learners, 10_000 / CellsPerSeed + 1);
            var (cold, coldUsed, planned) = Timed(() => StudyCells.Of(large, Engine.Find));
            var (warm, warmUsed, _) = Timed(() => StudyCells.Of(large, Engine.Find));

            var folder = Finished(root, Spec(board, Learners, 1_000 / CellsPerSeed + 1), table);
            var (first, firstUsed, opened) = Timed(() => Open(folder));
            var (second, secondUsed, _) = Timed(() => Open(folder));

            var kinds = PerturbationList
                .All.SelectMany(p => p.Ways.DefaultIfEmpty(null).Select(w => new StudyKind(p.Name, w, p.Axis.Levels)))
                .ToArray();
            var overhead = new Dictionary<string, Cost>();
            foreach (var kind in kinds)
                if (await OverheadAsync(root, Spec(board, ["majority", "knn"], 3, [kind]), table, cancel) is { } cost)
                    overhead[kind.Name] = cost;
            return JsonOutput.Write(
                json,
                new
                {
                    PlannedCells = planned.All.Count,
                    PlanSecondsFirst = cold,
                    PlanProcessorSecondsFirst = coldUsed,
                    PlanSecondsAgain = warm,
                    PlanProcessorSecondsAgain = warmUsed,
                    OpenedCells = opened.Cells.All.Count,
                    OpenSecondsFirst = first,
                    OpenProcessorSecondsFirst = firstUsed,
                    OpenSecondsAgain = second,
                    OpenProcessorSecondsAgain = secondUsed,
                    MillisecondsPerCellMean = overhead.Values.Average(c => c.Milliseconds),
                    MillisecondsPerCellMost = overhead.Values.Max(c => c.Milliseconds),
                    ProcessorMillisecondsPerCellMean = overhead.Values.Average(c => c.ProcessorMilliseconds),
                    ProcessorMillisecondsPerCellMost = overhead.Values.Max(c => c.ProcessorMilliseconds),
                    MillisecondsPerCell = overhead,
                }
            );
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Per cell.</summary>
    /// <param name="Milliseconds">Beyond fit and predict.</param>
    /// <param name="ProcessorMilliseconds">Of all processors, fit and predict included.</param>
    sealed record Cost(double Milliseconds, double ProcessorMilliseconds);

    static (double Seconds, double ProcessorSeconds, T Result) Timed<T>(Func<T> work)
    {
        var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var result = work();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds, result);
    }

    /// <summary>What the page of a study and its command do first: the state, the scores, the figures and the sentences.</summary>
    static OpenStudy Open(StudyFolder folder)
    {
        StudyStory.Read(folder);
        var study = OpenStudy.Read(StudyFolder.Open(folder.Path), Engine.Find);
        _ = (study.Figures, study.Verdicts);
        return study;
    }

    /// <summary>A study whose answers are made up: as many rows as the table has test rows, with probabilities.</summary>
    static StudyFolder Finished(string root, StudySpec spec, Table table)
    {
        var folder = StudyFolder.Create(root, spec, [table]);
        var cells = StudyCells.Of(spec, Engine.Find);
        var random = new Random(1);
        string[] labels = ["a", "b", "c"];
        double[] truth = [.. Enumerable.Range(0, table.RowCount / 5).Select(i => i % 3.0)];
        using var log = AttemptLog.Claim(folder, TimeProvider.System);
        log.Write("run", new StudyPlanned(cells.All.Count, cells.Fits.Count, cells.Probes));
        foreach (var (_, key) in cells.Fits.SelectMany(f => f.Probes))
        {
            RowAnswer[] answers =
            [
                .. truth.Select((t, i) => new RowAnswer(i, random.Next(8) == 0 ? random.Next(3) : t, [.3, .3, .4], null, "a")),
            ];
            folder.Answers.Put(key, new(key.Json, labels, truth, answers, null, 3, .1, .1), []);
            log.Write("run", new CellAnswered(key.Hash, false, .1, .1));
        }
        log.Write("run", new RunEnded(RunState.Succeeded));
        return folder;
    }

    /// <returns>Null where the perturbation does not apply to the table.</returns>
    static async Task<Cost?> OverheadAsync(string root, StudySpec spec, Table table, CancellationToken cancel)
    {
        var folder = StudyFolder.Create(root, spec with { Id = $"{spec.Id}-{Directory.GetDirectories(root).Length}" }, [table]);
        var (watch, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        await new StudyWorker(folder, Engine.Find, "cpu", TimeProvider.System).RunAsync(cancel);
        var wall = watch.Elapsed.TotalSeconds;
        used = Environment.CpuUsage.TotalTime - used;
        var answered = RunTail.All(folder).Select(e => e.Body).OfType<CellAnswered>().ToArray();
        return StudyStory.Read(folder).Failed.Count > 0 || answered.Length == 0
            ? null
            : new(
                1000 * (wall - answered.Sum(a => a.FitSeconds + a.PredictSeconds)) / answered.Length,
                used.TotalMilliseconds / answered.Length
            );
    }
}
