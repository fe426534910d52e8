using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>
/// <c>bench base</c>: measures the accuracy of a base model on tables, with classical learners on the same splits for comparison.
/// </summary>
static class BenchBaseCommand
{
    const string SyntheticPrefix = "synth:";
    const int FewTrain = 24,
        FewValid = 12;

    sealed record Row(
        string Table,
        string Task,
        int TrainRows,
        int Split,
        string Learner,
        string Metric,
        double Value,
        int Count,
        int Unreadable,
        double? CalibrationError,
        double? LogLoss,
        double? Rmse,
        double FitSeconds,
        double PredictSeconds
    );

    sealed record Mean(
        string Task,
        string Regime,
        string Learner,
        string Metric,
        double Value,
        int Tables,
        double? CalibrationError,
        double? LogLoss,
        double? Rmse,
        double Seconds
    );

    public static Command Create()
    {
        var tables = new Option<string[]>("--tables")
        {
            Description =
                "Folders, files, names of bundled tables, or the paper's functions (synth:linear, synth:cosine:2); default: the bundled tables",
            AllowMultipleArgumentsPerToken = true,
        };
        var model = new Option<string>("--model") { Description = "Base model", DefaultValueFactory = _ => LiftSettings.BuiltIn };
        var learners = new Option<string>("--learners")
        {
            Description = "Learners, separated by commas; lift:TEMPLATE and lift:TEMPLATE:RECIPE select a variant",
            DefaultValueFactory = _ => "lift,majority,mean,logreg,linear,knn,tree",
        };
        var splits = new Option<int>("--splits") { Description = "Number of splits, with seeds from 0", DefaultValueFactory = _ => 3 };
        var few = new Option<bool>("--few") { Description = "Use only 24 training and 12 validation rows" };
        var json = new Option<bool>("--json") { Description = "Write one JSON document to standard output" };
        var command = new Command("base", "Compares a base model with classical learners on tables.")
        {
            tables,
            model,
            learners,
            splits,
            few,
            json,
        };
        command.SetAction(
            (parsed, cancel) =>
                DoAsync(
                    parsed.GetValue(tables) ?? [],
                    parsed.GetValue(model)!,
                    parsed.GetValue(learners)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                    parsed.GetValue(splits),
                    parsed.GetValue(few),
                    parsed.GetValue(json),
                    cancel
                )
        );
        return command;
    }

    static async Task<int> DoAsync(
        string[] places,
        string model,
        string[] learners,
        int splits,
        bool few,
        bool json,
        CancellationToken cancel
    )
    {
        var rows = new List<Row>();
        try
        {
            await foreach (var (name, table, schema, given) in Tables(places, cancel))
                for (var split = 0; split < splits; split++)
                {
                    // the paper's synthetic regression tables have a given split: their test targets are without noise
                    var whole = given ?? SplitMaker.Make(table, schema, split);
                    var task = new LearningTask(
                        table,
                        schema,
                        few ? new([.. whole.Train.Take(FewTrain)], [.. whole.Valid.Take(FewValid)], whole.Test) : whole
                    );
                    using var fitted = new FittedLift();
                    foreach (var learner in learners)
                        if (await MeasureAsync(name, task, split, learner, model, fitted, cancel) is { } row)
                        {
                            rows.Add(row);
                            Console.Error.WriteLine(
                                string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"{row.Table, -24} split {row.Split}  {row.Learner, -28} {row.Metric} {row.Value:f4}  fit {row.FitSeconds:f1} s  predict {row.PredictSeconds:f2} s"
                                )
                            );
                        }
                }
        }
        catch (Exception e) when (e is BadDataException or IOException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.BadData;
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (LearningFailedException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.LearningFailed;
        }
        var means = rows.GroupBy(r => (r.Task, r.Learner, r.Metric))
            .Select(g => new Mean(
                g.Key.Task,
                few ? "24 rows" : "64 %",
                g.Key.Learner,
                g.Key.Metric,
                g.GroupBy(r => r.Table).Average(t => t.Average(r => r.Value)),
                g.Select(r => r.Table).Distinct().Count(),
                g.Average(r => r.CalibrationError),
                g.Average(r => r.LogLoss),
                g.Average(r => r.Rmse),
                g.Average(r => r.FitSeconds + r.PredictSeconds)
            ))
            .ToArray();
        if (json)
            Console.Out.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        model,
                        splits,
                        few,
                        rows,
                        means,
                    },
                    RunJson.Pretty
                )
            );
        else
            foreach (var mean in means)
                Console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{mean.Task}\t{mean.Regime}\t{mean.Learner}\t{mean.Metric}\t{mean.Value:f4}\t{mean.Tables} tables\tece {mean.CalibrationError:f3}\tlog loss {mean.LogLoss:f3}\trmse {mean.Rmse:g4}\t{mean.Seconds:f1} s"
                    )
                );
        return ExitCode.Done;
    }

    static async Task<Row?> MeasureAsync(
        string name,
        LearningTask task,
        int split,
        string learner,
        string model,
        FittedLift fitted,
        CancellationToken cancel
    )
    {
        var parts = learner.Split(':');
        var entry = Engine.Find(parts[0]);
        if (!entry.Tasks.Contains(task.Kind))
            return null;
        LearnerSpec spec = new(parts[0]);
        if (parts[0] == LiftSettings.LearnerName)
        {
            var settings = LiftSettings.Default(task.Kind) with { Model = model };
            if (parts.Length > 1)
                settings = settings with { Template = PromptPresets.Named(parts[1], task.Kind) };
            if (parts.Length > 2)
                settings = settings with
                {
                    Recipe = File.Exists(parts[2])
                        ? LiftSettings
                            .Parse(new() { ["recipe"] = JsonNode.Parse(await File.ReadAllTextAsync(parts[2], cancel)) }, task.Kind)
                            .Recipe
                        : FineTunePresets.Named(parts[2], task.Kind),
                };
            spec = settings.ToSpec();
        }
        if (parts[0] == InContextSettings.LearnerName && parts.Length > 1)
            spec = new(parts[0], JsonNode.Parse(await File.ReadAllTextAsync(parts[1], cancel)) as JsonObject);
        var watch = Stopwatch.StartNew();
        var context =
            learner == LiftSettings.LearnerName
                ? new RunContext(Path.Combine(fitted.Folder, "checkpoints"))
                : new RunContext("") { MainFolder = fitted.Kept };
        using var predictor = await entry.Create(spec, task.Kind, context).FitAsync(task, split, null, cancel);
        var fit = watch.Elapsed.TotalSeconds;
        if (learner == LiftSettings.LearnerName)
        {
            fitted.Seconds = fit;
            await predictor.KeepAsync(fitted.Kept, cancel);
        }
        else if (entry.BuildsOnMain)
            fit += fitted.Seconds;
        watch.Restart();
        var answers = await predictor.PredictAsync(task.Table, task.Split.Test, cancel);
        var predict = watch.Elapsed.TotalSeconds;
        var metric = task.Target.HeadlineOverTables;
        var scores = ScoreSheet.Of(task, task.Split.Test, answers, 0);
        var score = scores.First(s => s.Metric == metric.Name);
        double? Of(Metric wanted) => scores.FirstOrDefault(s => s.Metric == wanted.Name)?.Value;
        return new(
            name,
            task.Kind.ToString().ToLowerInvariant(),
            task.Split.Train.Count,
            split,
            learner,
            metric.Name,
            score.Value,
            score.Count,
            score.Unreadable,
            Of(Metrics.Ece),
            Of(Metrics.LogLoss),
            Of(Metrics.Rmse),
            fit,
            predict
        );
    }

    /// <summary>Folder of the LIFT model fitted on one split, which the average reuses as in a run.</summary>
    sealed class FittedLift : IDisposable
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("liftlab-bench").FullName;

        public string Kept => Path.Combine(Folder, LiftSettings.LearnerName);

        public double Seconds { get; set; }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    static async IAsyncEnumerable<(string Name, Table Table, Schema Schema, Split? Parts)> Tables(
        string[] places,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        if (places.Length == 0)
            foreach (var bundled in BundledTables.All)
            {
                var (table, schema) = await bundled.ReadAsync(cancel);
                yield return (bundled.Name, table, schema, null);
            }
        foreach (var place in places.Where(p => p.StartsWith(SyntheticPrefix, StringComparison.Ordinal)))
        {
            var parts = place.Split(':');
            var made = SyntheticTables.Make(
                new(parts[1]) { Dimensions = parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 1 }
            );
            yield return (place, made.Table, made.Schema, SyntheticRegression.Functions.Contains(parts[1]) ? made.Split : null);
        }
        foreach (var place in places.Where(p => !p.StartsWith(SyntheticPrefix, StringComparison.Ordinal)))
        foreach (var file in Directory.Exists(place) ? Directory.GetFiles(place, "*.csv").Order(StringComparer.Ordinal).ToArray() : [place])
        {
            if (BundledTables.All.FirstOrDefault(b => b.Name == file) is { } bundled)
            {
                var (known, schema) = await bundled.ReadAsync(cancel);
                yield return (file, known, schema, null);
                continue;
            }
            var reading = await TableReader.ReadAsync(file, null, cancel);
            yield return (Path.GetFileNameWithoutExtension(file), reading.Table, SchemaGuess.Guess(reading.Table), null);
        }
    }
}
