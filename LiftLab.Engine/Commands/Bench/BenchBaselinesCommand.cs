using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench baselines</c>: CPU seconds of the paper's grids, compared with scikit-learn in the same run if --python is given; or the
/// default grids on 10,000 rows.
/// </summary>
static class BenchBaselinesCommand
{
    public static Command Create()
    {
        var python = new Option<string?>("--python")
        {
            Description = "A Python with scikit-learn (and xgboost); benchmarks/baselines.py is timed on the same tables.",
        };
        var script = new Option<string>("--script")
        {
            Description = "The reference script.",
            DefaultValueFactory = _ => Path.Combine("benchmarks", "baselines.py"),
        };
        var large = new Option<bool>("--large")
        {
            Description =
                "Measure instead every baseline's default grid on 10,000 rows x 30 columns x 3 classes: wall-clock seconds on all cores.",
        };
        var only = new Option<string?>("--only") { Description = "Names of baselines, separated by commas; all if left out." };
        var json = new Option<bool>("--json") { Description = "Write one JSON document." };
        var command = new Command("baselines", "Measures the speed of the baselines.") { python, script, large, only, json };
        command.SetAction(
            (parsed, cancel) =>
                Failures.Answer(async () =>
                {
                    var names = parsed.GetValue(only)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                    foreach (var name in names ?? [])
                        BaselineList.Find(name);
                    var rows = parsed.GetValue(large)
                        ? await LargeAsync(names, cancel)
                        : await SmallAsync(names, parsed.GetValue(python), parsed.GetValue(script)!, cancel);
                    Write(parsed.InvocationConfiguration.Output, rows, parsed.GetValue(json));
                    return ExitCode.Done;
                })
        );
        return command;
    }

    /// <param name="Seconds">For the whole grid: CPU seconds on one thread, or wall-clock seconds on all cores with --large.</param>
    /// <param name="Reference">CPU seconds of scikit-learn or XGBoost on one thread; null if not measured.</param>
    sealed record Row(string Table, string Name, int Settings, double Seconds, double? Reference)
    {
        public double? Ratio => Reference / Seconds;
    }

    static async Task<List<Row>> SmallAsync(string[]? names, string? python, string script, CancellationToken cancel)
    {
        var random = new Random(3);
        (string Name, TaskKind Kind, double[][] Rows)[] tables =
        [
            ("clouds-150x4x3", TaskKind.Classification, BenchTables.Clouds(150, 4, 3, random)),
            ("clouds-570x30x2", TaskKind.Classification, BenchTables.Clouds(570, 30, 2, random)),
            ("clouds-2000x16x4", TaskKind.Classification, BenchTables.Clouds(2000, 16, 4, random)),
            ("friedman-350x10", TaskKind.Regression, BenchTables.Friedman(350, random)),
        ];
        List<Row> rows = [];
        foreach (var (table, kind, data) in tables)
        {
            var task = BenchTables.Task(data, kind, data.Length * 4 / 5, 0);
            foreach (
                var baseline in BaselineList
                    .For(kind)
                    .Where(b => b.PaperParameters(kind) is not null && (names is null || names.Contains(b.Name)))
            )
            {
                var settings = Hyperparameter.Grid(baseline.PaperParameters(kind)!);
                rows.Add(new(table, baseline.Name, settings.Count, CpuSeconds(task, baseline, settings, cancel), null));
                await Console.Error.WriteLineAsync(
                    $"{table} {baseline.Name}: {rows[^1].Seconds.ToString("F3", CultureInfo.InvariantCulture)} s"
                );
            }
        }
        return python is null ? rows : await BesideAsync(rows, tables, python, script, cancel);
    }

    /// <summary>
    /// Fits and predicts with every setting on one thread. Measures the second of two passes, which excludes JIT compilation.
    /// </summary>
    static double CpuSeconds(LearningTask task, Baseline baseline, IReadOnlyList<Setting> settings, CancellationToken cancel)
    {
        var encoder = FeatureEncoder.Fit(task, FeatureEncoding.Raw);
        var coding = new TargetCoding(task, FeatureEncoding.Raw);
        var train = new TrainingSet(encoder.Encode(task.Table, task.Split.Train), coding.Encode(task, task.Split.Train), coding.Classes);
        var test = encoder.Encode(task.Table, task.Split.Test);
        var seconds = 0.0;
        for (var pass = 0; pass < 2; pass++)
        {
            var before = Environment.CpuUsage.TotalTime;
            foreach (var setting in settings)
            {
                using var model = GridFit.Fit(baseline, train, setting, 0, cancel);
                model.Predict(test, cancel);
            }
            seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        }
        return seconds;
    }

    static async Task<List<Row>> BesideAsync(
        List<Row> rows,
        (string Name, TaskKind Kind, double[][] Rows)[] tables,
        string python,
        string script,
        CancellationToken cancel
    )
    {
        if (!File.Exists(script))
            throw new FileNotFoundException($"there is no script '{script}'; run this from the repository's root or set --script");
        var folder = Directory.CreateTempSubdirectory("liftlab-bench");
        try
        {
            foreach (var (name, kind, data) in tables)
                BenchTables.Write(folder.FullName, name, kind, data);
            var start = new ProcessStartInfo(python, [script, folder.FullName]) { RedirectStandardOutput = true };
            foreach (var variable in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
                start.Environment[variable] = "1";
            using var process = Process.Start(start)!;
            var text = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
                throw new ArgumentException($"{python} {script} ended with exit code {process.ExitCode}");
            var reference = JsonDocument
                .Parse(text)
                .RootElement.GetProperty("rows")
                .EnumerateArray()
                .GroupBy(r => (r.GetProperty("table").GetString(), r.GetProperty("name").GetString()))
                .ToDictionary(g => g.Key, g => g.Sum(r => r.GetProperty("seconds").GetDouble()));
            return [.. rows.Select(r => reference.TryGetValue((r.Table, r.Name), out var s) ? r with { Reference = s } : r)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<List<Row>> LargeAsync(string[]? names, CancellationToken cancel)
    {
        var task = BenchTables.Task(BenchTables.Clouds(10_000, 30, 3, new Random(4)), TaskKind.Classification, 6400, 1600);
        List<Row> rows = [];
        foreach (
            var baseline in BaselineList.For(TaskKind.Classification).Where(b => !b.NeedsFile && (names is null || names.Contains(b.Name)))
        )
        {
            var watch = Stopwatch.StartNew();
            using var predictor = await BaselineList.Create(new(baseline.Name)).FitAsync(task, 0, null, cancel);
            await predictor.PredictAsync(task.Table, task.Split.Test, cancel);
            rows.Add(
                new(
                    "clouds-10000x30x3",
                    baseline.Name,
                    baseline.DefaultGrid(TaskKind.Classification).Count,
                    watch.Elapsed.TotalSeconds,
                    null
                )
            );
            await Console.Error.WriteLineAsync($"{baseline.Name}: {rows[^1].Seconds.ToString("F1", CultureInfo.InvariantCulture)} s");
        }
        return rows;
    }

    static void Write(TextWriter output, List<Row> rows, bool json)
    {
        double[] compared = [rows.Where(r => r.Reference is not null).Sum(r => r.Seconds), rows.Sum(r => r.Reference ?? 0)];
        double? total = compared[0] > 0 ? compared[1] / compared[0] : null;
        if (json)
        {
            output.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        rows,
                        seconds = compared[0],
                        reference = compared[1],
                        ratio = total,
                        cores = Environment.ProcessorCount,
                    },
                    RunJson.Pretty
                )
            );
            return;
        }
        output.WriteLine("| table | baseline | settings | seconds | reference | ratio |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var r in rows)
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {r.Table} | {r.Name} | {r.Settings} | {r.Seconds:F3} | {r.Reference:F3} | {r.Ratio:F1} |"
                )
            );
        if (total is { } ratio)
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| all | | | {compared[0]:F1} | {compared[1]:F1} | {ratio:F1} |")
            );
    }
}
