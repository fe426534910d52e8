using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Commands.Tables;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Commands;

/// <summary><c>baselines</c>: runs the classical models with every setting of their grids on given splits.</summary>
static class BaselinesCommand
{
    public static Command Create()
    {
        Option<string[]> Files(string name, string what) =>
            new(name)
            {
                Description = what + " Several files mean several splits.",
                Required = true,
                AllowMultipleArgumentsPerToken = true,
            };
        var train = Files("--train", "Training rows.");
        var valid = Files("--valid", "Validation rows, by which settings are chosen.");
        var test = Files("--test", "Test rows, whose scores are reported.");
        var target = new Option<string>("--target")
        {
            Description = "Column name, position from 1, or 'last'.",
            DefaultValueFactory = _ => "last",
        };
        var task = new Option<string?>("--task") { Description = "What the target is: class or number; default: guessed." };
        task.AcceptOnlyFromAmong(TaskWord.Accepted);
        var only = new Option<string?>("--only") { Description = "Names of baselines, separated by commas." };
        var protocol = new Option<Protocol>("--protocol")
        {
            Description =
                "validation: settings are chosen on each split's validation rows; scores are means over splits. paper: grids, features and choice of settings as in the LIFT paper.",
        };
        var encoding = new Option<FeatureEncoding?>("--encoding")
        {
            Description = "standard, raw (features as in the files; default for files without a header) or paper.",
        };
        var settings = new Option<string?>("--settings")
        {
            Description = "A JSON file with your own grids, for example {\"knn\": {\"k\": [1, 3]}}.",
        };
        var scale = new Option<double>("--target-scale")
        {
            Description = "Factor that converts the target's unit to the reported unit.",
            DefaultValueFactory = _ => 1,
        };
        var seed = new Option<int>("--seed") { Description = "Seed of all random numbers." };
        var json = new Option<bool>("--json") { Description = "One JSON document." };
        var command = new Command("baselines", "Runs classical models with every setting of their grids on given splits.")
        {
            train,
            valid,
            test,
            target,
            task,
            only,
            protocol,
            encoding,
            settings,
            scale,
            seed,
            json,
        };
        var reading = new TableOptions();
        reading.AddFileTo(command, withEncoding: false);
        command.SetAction(
            (parsed, cancel) =>
                RunAsync(
                    new(
                        parsed.GetValue(train)!,
                        parsed.GetValue(valid)!,
                        parsed.GetValue(test)!,
                        parsed.GetValue(target)!,
                        parsed.GetValue(task) is { } word ? TaskWord.Read(word) : null,
                        parsed.GetValue(only),
                        parsed.GetValue(protocol),
                        parsed.GetValue(encoding),
                        parsed.GetValue(settings),
                        parsed.GetValue(scale),
                        parsed.GetValue(seed),
                        parsed.GetValue(json),
                        reading.Reading(parsed)
                    ),
                    parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error,
                    cancel
                )
        );
        return command;
    }

    sealed record Request(
        string[] Train,
        string[] Valid,
        string[] Test,
        string Target,
        TaskKind? Task,
        string? Only,
        Protocol Protocol,
        FeatureEncoding? Encoding,
        string? Settings,
        double Scale,
        int Seed,
        bool Json,
        TableReadOptions Reading
    );

    static async Task<int> RunAsync(Request request, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        try
        {
            if (request.Train.Length != request.Valid.Length || request.Train.Length != request.Test.Length)
                throw new ArgumentException("--train, --valid and --test name different numbers of files");
            var files = new List<BaselineFiles>();
            for (var i = 0; i < request.Train.Length; i++)
                files.Add(
                    await BaselineFiles.ReadAsync(
                        request.Train[i],
                        request.Valid[i],
                        request.Test[i],
                        request.Target,
                        request.Task,
                        request.Reading,
                        cancel
                    )
                );
            var target = files[0].Task.Target;
            var scale = target is Target.Number ? request.Scale : 1;
            var encoding =
                request.Encoding
                ?? (
                    !files[0].HasHeader ? FeatureEncoding.Raw
                    : request.Protocol == Protocol.Paper ? FeatureEncoding.Paper
                    : FeatureEncoding.Standard
                );
            var own = request.Settings is null
                ? []
                : JsonNode.Parse(await File.ReadAllTextAsync(request.Settings, cancel)) as JsonObject
                    ?? throw new ArgumentException("--settings: expected a JSON object of baselines");
            if (own.FirstOrDefault(o => BaselineList.All.All(b => b.Name != o.Key)).Key is { } unknown)
                BaselineList.Find(unknown);
            var run = new ProtocolRun([.. files.Select(f => f.Task)], request.Protocol, request.Seed, TimeProvider.System);
            List<GridRow> rows = [];
            List<GridChoice> choices = [];
            foreach (var baseline in Chosen(request, target.Kind))
            {
                var asked = own[baseline.Name]?.DeepClone() as JsonObject ?? [];
                asked["encoding"] = encoding.ToString().ToLowerInvariant();
                if (request.Protocol == Protocol.Paper)
                    asked["grid"] ??= "paper";
                var (more, choice) = await Task.Run(
                    () => run.Run(baseline, BaselineOptions.Parse(asked), new Lines(baseline.Name, error), cancel),
                    cancel
                );
                rows.AddRange(more.Select(r => r with { Valid = r.Valid * scale, Test = r.Test * scale }));
                choices.Add(choice with { Valid = choice.Valid * scale, Test = choice.Test * scale, Deviation = choice.Deviation * scale });
            }
            var leaks = ProtocolRun.Leaks(request.Protocol, target.Kind, encoding);
            if (request.Json)
                await output.WriteLineAsync(
                    JsonSerializer.Serialize(
                        new
                        {
                            task = target.Kind,
                            metric = target.Headline.Name,
                            request.Protocol,
                            encoding,
                            rows,
                            chosen = choices,
                            leaks,
                        },
                        RunJson.Pretty
                    )
                );
            else
                Write(output, rows, choices, leaks, target.Headline);
            return choices.Any(c => c.Failure is null) ? ExitCode.Done : ExitCode.LearningFailed;
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.BadData;
        }
        catch (Exception e) when (e is ArgumentException or JsonException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (LearningFailedException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.LearningFailed;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
    }

    static IEnumerable<Baseline> Chosen(Request request, TaskKind kind)
    {
        if (request.Only is { } only)
            return only.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(BaselineList.Find)
                .Select(b =>
                    b.Learns(kind)
                        ? b
                        : throw new ArgumentException(
                            $"{b.Name} does not support this target ({kind}); these do: {string.Join(", ", BaselineList.For(kind).Select(x => x.Name))}"
                        )
                );
        var all = BaselineList.For(kind).Where(b => b.NeedsFile is false);
        return request.Protocol == Protocol.Paper ? all.Where(b => b.PaperParameters(kind) is not null) : all;
    }

    static void Write(TextWriter output, List<GridRow> rows, List<GridChoice> choices, IReadOnlyList<string> leaks, Metric metric)
    {
        string Text(double? v) =>
            v is not { } x ? "-"
            : metric.Unit == "%" ? x.ToString("0.0000", CultureInfo.InvariantCulture)
            : x.ToString("G6", CultureInfo.InvariantCulture);
        string[][] lines =
        [
            ["name", "split", "setting", "valid", "test", "seconds", ""],
            .. rows.Select(r =>
                (string[])
                    [
                        r.Name,
                        r.Split.ToString(CultureInfo.InvariantCulture),
                        r.Setting,
                        Text(r.Valid),
                        Text(r.Test),
                        r.Seconds.ToString("0.000", CultureInfo.InvariantCulture),
                        r.Failure ?? (r.Chosen ? "chosen" : ""),
                    ]
            ),
            ["", "", "", "", "", "", ""],
            .. choices.Select(c =>
                (string[])
                    [
                        c.Name,
                        "all",
                        c.Setting,
                        Text(c.Valid),
                        Text(c.Test) + (c.Deviation is { } d ? " ± " + Text(d) : ""),
                        c.Seconds.ToString("0.000", CultureInfo.InvariantCulture),
                        c.Failure ?? "",
                    ]
            ),
        ];
        int[] widths = [.. Enumerable.Range(0, 6).Select(c => lines.Max(l => l[c].Length))];
        foreach (var line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, c) => c == 6 ? cell : cell.PadRight(widths[c]))).TrimEnd());
        foreach (var leak in leaks)
            output.WriteLine("Leak: " + leak);
    }

    /// <summary>Progress as plain lines, one per fitted setting.</summary>
    sealed class Lines(string name, TextWriter error) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            if (value is PhaseEntered { Detail: { } detail })
                lock (error)
                    error.WriteLine($"{name}: {detail}");
        }
    }
}
