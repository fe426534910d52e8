using System.CommandLine;
using System.Diagnostics;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;

namespace LiftLab.Engine.Commands;

/// <summary><c>bench train</c>: tokens a second and memory of the training loop as it is used, on made-up rows.</summary>
static class BenchTrainCommand
{
    const int Warmup = 5;

    public static Command Create()
    {
        Option<string> model = BenchModel.ModelOption(), dtype = BenchModel.DtypeOption(), device = BenchModel.DeviceOption();
        var method = new Option<string>("--method") { Description = "full or lora.", DefaultValueFactory = _ => "full" };
        var batch = new Option<int>("--batch") { Description = "Rows a step.", DefaultValueFactory = _ => 16 };
        var length = new Option<int>("--length") { Description = "Tokens a row, prompt and completion.", DefaultValueFactory = _ => 64 };
        var completion = new Option<int>("--completion") { Description = "Tokens of the completion. As many as --length less one: a loss on every token.", DefaultValueFactory = _ => 3 };
        var steps = new Option<int>("--steps") { Description = "Steps measured.", DefaultValueFactory = _ => 30 };
        var rank = new Option<int>("--rank") { Description = "Rank of LoRA.", DefaultValueFactory = _ => 16 };
        var checkpointing = new Option<bool>("--checkpointing") { Description = "Recompute blocks on the way back." };
        var json = JsonOutput.Option();
        var command = new Command("train", "Training speed: tokens a second, milliseconds a step, peak memory.") { model, dtype, device, method, batch, length, completion, steps, rank, checkpointing, json };
        command.SetAction((parse, cancel) => Failures.Answer(() => TorchThread.Run("bench", () =>
        {
            using var made = BenchModel.Open(parse.GetValue(model)!, parse.GetValue(dtype)!, parse.GetValue(device)!);
            if (parse.GetValue(method) == "full") made.SetTrainable(true);
            else LoraAdapter.Attach(made, new(new(parse.GetValue(rank))), 1);
            made.Checkpointing = parse.GetValue(checkpointing);
            var random = new Random(1);
            var (rows, tokens, answer, count) = (parse.GetValue(batch), parse.GetValue(length), parse.GetValue(completion), parse.GetValue(steps));
            var data = Enumerable.Range(0, rows * 8).Select(_ => TrainingRow.Completion(
                BenchModel.Prompt(random, tokens - answer, made.Config.VocabularySize), BenchModel.Prompt(random, answer, made.Config.VocabularySize))).ToArray();
            var walls = new List<double>();
            var watch = Stopwatch.StartNew();
            var used = TimeSpan.Zero;
            new Trainer(made, new() { Steps = count + Warmup, LearningRate = 1e-3, ClipNorm = 1 }, TimeProvider.System).Run(new ShuffledRows(data, rows, 1), new()
            {
                AfterStep = _ =>
                {
                    walls.Add(watch.Elapsed.TotalSeconds);
                    if (walls.Count == Warmup) used = Process.GetCurrentProcess().TotalProcessorTime;
                    watch.Restart();
                },
            }, cancel);
            var wall = BenchModel.Median(walls.Skip(Warmup));
            var cpu = (Process.GetCurrentProcess().TotalProcessorTime - used).TotalSeconds / count;
            return JsonOutput.Write(parse.GetValue(json), new
            {
                model = parse.GetValue(model),
                parameters = made.Weights.Sum(w => w.Value.numel()),
                trainable = made.Trainable.Sum(w => w.Value.numel()),
                method = parse.GetValue(method),
                dtype = parse.GetValue(dtype),
                device = made.Device.ToString(),
                threads = TorchRuntime.Threads,
                batch = rows,
                length = tokens,
                completion = answer,
                tokensPerSecond = rows * tokens / wall,
                tokensPerSecondBest = rows * tokens / walls.Skip(Warmup).Min(),
                millisecondsPerStep = wall * 1000,
                processorMillisecondsPerStep = cpu * 1000,
                peakMemory = BenchModel.PeakMemory(),
            });
        })));
        return command;
    }
}
