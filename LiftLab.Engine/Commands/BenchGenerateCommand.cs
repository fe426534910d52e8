using System.CommandLine;
using System.Diagnostics;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.Commands;

/// <summary><c>bench generate</c>: new tokens and rows a second of greedy decoding.</summary>
static class BenchGenerateCommand
{
    public static Command Create()
    {
        Option<string> model = BenchModel.ModelOption(), dtype = BenchModel.DtypeOption(), device = BenchModel.DeviceOption();
        var rows = new Option<int>("--rows") { Description = "Prompts.", DefaultValueFactory = _ => 64 };
        var length = new Option<int>("--length") { Description = "Tokens a prompt.", DefaultValueFactory = _ => 64 };
        var fresh = new Option<int>("--tokens") { Description = "New tokens a row.", DefaultValueFactory = _ => 10 };
        var repeats = new Option<int>("--repeats") { Description = "Times measured.", DefaultValueFactory = _ => 5 };
        var json = JsonOutput.Option();
        var command = new Command("generate", "Decoding speed: rows and new tokens a second.") { model, dtype, device, rows, length, fresh, repeats, json };
        command.SetAction((parse, cancel) => Failures.Answer(() => TorchThread.Run("bench", () =>
        {
            using var made = BenchModel.Open(parse.GetValue(model)!, parse.GetValue(dtype)!, parse.GetValue(device)!);
            var random = new Random(1);
            var (count, tokens) = (parse.GetValue(rows), parse.GetValue(fresh));
            var prompts = Enumerable.Range(0, count).Select(_ => BenchModel.Prompt(random, parse.GetValue(length), made.Config.VocabularySize)).ToArray();
            var generator = new Generator(made, new ByteTokenizer());
            var seconds = new List<double>();
            for (var i = 0; i <= parse.GetValue(repeats); i++)
            {
                var watch = Stopwatch.StartNew();
                generator.Generate(prompts, new(tokens), cancel);
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
                newTokens = tokens,
                rowsPerSecond = count / median,
                newTokensPerSecond = count * tokens / median,
                peakMemory = BenchModel.PeakMemory(),
            });
        })));
        return command;
    }
}
