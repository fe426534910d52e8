using System.CommandLine;
using System.Diagnostics;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Models;

namespace LiftLab.Engine.Commands;

/// <summary><c>bench score</c>: rows a second whose every label gets its exact probability.</summary>
static class BenchScoreCommand
{
    public static Command Create()
    {
        Option<string> model = BenchModel.ModelOption(), dtype = BenchModel.DtypeOption(), device = BenchModel.DeviceOption();
        var rows = new Option<int>("--rows") { Description = "Prompts.", DefaultValueFactory = _ => 512 };
        var length = new Option<int>("--length") { Description = "Tokens a prompt.", DefaultValueFactory = _ => 64 };
        var labels = new Option<int>("--labels") { Description = "Labels of two tokens each.", DefaultValueFactory = _ => 3 };
        var repeats = new Option<int>("--repeats") { Description = "Times measured.", DefaultValueFactory = _ => 5 };
        var json = JsonOutput.Option();
        var command = new Command("score", "Scoring speed: rows a second, every label scored.") { model, dtype, device, rows, length, labels, repeats, json };
        command.SetAction((parse, cancel) => Failures.Answer(() => TorchThread.Run("bench", () =>
        {
            using var made = BenchModel.Open(parse.GetValue(model)!, parse.GetValue(dtype)!, parse.GetValue(device)!);
            var random = new Random(1);
            var count = parse.GetValue(rows);
            var prompts = Enumerable.Range(0, count).Select(_ => BenchModel.Prompt(random, parse.GetValue(length), made.Config.VocabularySize)).ToArray();
            var scorer = new LabelScorer(made, [.. Enumerable.Range(0, parse.GetValue(labels)).Select(l => new[] { 48 + l, 64 })]);
            var seconds = new List<double>();
            for (var i = 0; i <= parse.GetValue(repeats); i++)
            {
                var watch = Stopwatch.StartNew();
                scorer.Score(prompts, cancel);
                if (i > 0) seconds.Add(watch.Elapsed.TotalSeconds);
            }
            var median = BenchModel.Median(seconds);
            return JsonOutput.Write(parse.GetValue(json), new
            {
                model = parse.GetValue(model),
                dtype = parse.GetValue(dtype),
                device = made.Device.ToString(),
                threads = TorchRuntime.Threads,
                rows = count,
                promptTokens = parse.GetValue(length),
                labels = parse.GetValue(labels),
                rowsPerSecond = count / median,
                promptTokensPerSecond = count * parse.GetValue(length) / median,
                peakMemory = BenchModel.PeakMemory(),
            });
        })));
        return command;
    }
}
