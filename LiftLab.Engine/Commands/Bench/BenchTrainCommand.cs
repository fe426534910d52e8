using System.CommandLine;
using System.Diagnostics;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Quantised;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.Commands.Bench;

/// <summary><c>bench train</c>: tokens per second and memory of the training loop on random rows.</summary>
static class BenchTrainCommand
{
    const int Warmup = 5;

    public static Command Create()
    {
        Option<string> model = BenchModel.ModelOption(),
            dtype = BenchModel.DtypeOption();
        var method = new Option<string>("--method") { Description = "full or lora.", DefaultValueFactory = _ => "full" };
        var batch = new Option<int>("--batch") { Description = "Rows per step.", DefaultValueFactory = _ => 16 };
        var data = new BenchRows();
        var packing = new Option<Packing>("--packing")
        {
            Description = "Rows in one line without padding: always, never, or where it is faster (auto).",
            DefaultValueFactory = _ => Packing.Auto,
        };
        var steps = new Option<int>("--steps") { Description = "Number of measured steps.", DefaultValueFactory = _ => 30 };
        var rank = new Option<int>("--rank") { Description = "Rank of LoRA.", DefaultValueFactory = _ => 16 };
        var precision = new Option<Precision>("--precision")
        {
            Description = "Storage of frozen weights (LoRA): float32, bfloat16, int8 or nf4; auto uses --dtype.",
            DefaultValueFactory = _ => Precision.Auto,
        };
        var moments = new Option<OptimizerMemory>("--moments")
        {
            Description = "Optimiser state: adam (float32) or adam8 (8-bit).",
            DefaultValueFactory = _ => OptimizerMemory.Adam,
        };
        var dora = new Option<bool>("--dora") { Description = "DoRA: adapters with separate magnitudes." };
        var tokensAtOnce = new Option<int?>("--tokens-at-once")
        {
            Description = "Maximum tokens per forward pass; the whole batch if left out.",
        };
        var checkpointing = new Option<bool>("--checkpointing")
        {
            Description = "Activation checkpointing: recompute blocks in the backward pass.",
        };
        var tf32 = new Option<bool>("--tf32") { Description = "Float32 products of a GPU in TF32." };
        var pages = new Option<HeapPages?>("--pages")
        {
            Description = "Freed pages: kept or returned; left out: kept if the estimate leaves ample memory, as in a run.",
        };
        var stacked = new Option<int[]>("--stacked")
        {
            Description = "Trains this many models of lift-mini's size as one batched graph instead, such as 1 3 9 45; no model is read.",
            AllowMultipleArgumentsPerToken = true,
        };
        var answers = new Option<int>("--answers") { Description = "Tokens in the head (with --stacked).", DefaultValueFactory = _ => 16 };
        var frozen = new Option<bool>("--frozen-embedding") { Description = "Does not train the embedding (with --stacked)." };
        var json = JsonOutput.Option();
        var command = new Command("train", "Training speed: tokens per second, milliseconds per step, peak memory.")
        {
            model,
            dtype,
            method,
            batch,
            packing,
            steps,
            rank,
            precision,
            moments,
            dora,
            tokensAtOnce,
            checkpointing,
            pages,
            tf32,
            stacked,
            answers,
            frozen,
            json,
        };
        foreach (var option in data.Options)
            command.Options.Add(option);
        command.SetAction(
            (parse, cancel) =>
                Failures.Answer(async () =>
                {
                    var texts = await data.TextsAsync(parse, cancel);
                    return await TorchThread.Run(
                        "bench",
                        () =>
                        {
                            if (parse.GetValue(stacked) is { Length: > 0 } counts)
                            {
                                TorchRuntime.FitThreads(0);
                                return JsonOutput.Write(
                                    parse.GetValue(json),
                                    new
                                    {
                                        stacks = counts
                                            .Select(models =>
                                                StackBench.Measure(
                                                    models,
                                                    parse.GetValue(batch),
                                                    data.Length(parse),
                                                    data.Completion(parse),
                                                    parse.GetValue(answers),
                                                    parse.GetValue(frozen),
                                                    parse.GetValue(steps)
                                                )
                                            )
                                            .ToArray(),
                                    }
                                );
                            }
                            var peak = PeakOfDevice.Of(TorchRuntime.Pick());
                            using var made = BenchModel.Open(parse.GetValue(model)!, parse.GetValue(dtype)!);
                            var full = parse.GetValue(method) == "full";
                            var stored =
                                parse.GetValue(precision) is var chosen and not Precision.Auto ? MemoryFit.Stored(chosen)
                                : made.Dtype == TorchSharp.torch.ScalarType.BFloat16 ? WeightPrecision.BFloat16
                                : WeightPrecision.Float32;
                            var (rows, count) = (parse.GetValue(batch), parse.GetValue(steps));
                            var training = data.Make(parse, texts, rows * 8, made.Config.VocabularySize);
                            var (tokens, answer) = (training.Max(r => r.Length), training.Max(r => r.LabelCount));
                            var perStep = rows * training.Average(r => r.Length);
                            var atOnce = Math.Clamp((parse.GetValue(tokensAtOnce) ?? int.MaxValue) / tokens, 1, rows);
                            var estimate = MemoryEstimate.ForTraining(
                                made.Config,
                                new()
                                {
                                    Weights = stored,
                                    HalfActivations = made.Dtype == TorchSharp.torch.ScalarType.BFloat16,
                                    LoraRank = full ? null : parse.GetValue(rank),
                                    Optimizer = parse.GetValue(moments),
                                    Rows = atOnce,
                                    Parts = (rows + atOnce - 1) / atOnce,
                                    Length = tokens,
                                    AnswerLength = answer,
                                    Checkpointing = parse.GetValue(checkpointing),
                                    OnCard = made.Device.type == TorchSharp.DeviceType.CUDA,
                                }
                            );
                            var kept =
                                parse.GetValue(pages) ?? MemoryFit.PagesFor(estimate.Total, DeviceMemory.Of(made.Device).Available ?? 0);
                            TorchRuntime.FitThreads(made.ParameterCount, kept);
                            TorchRuntime.UseTf32(parse.GetValue(tf32));
                            if (Quantisation.Book(stored) is { } book)
                                Quantisation.Apply(made, book);
                            if (full)
                                made.SetTrainable(true);
                            else
                                LoraAdapter.Attach(made, new(new(parse.GetValue(rank), Dora: parse.GetValue(dora))), 1);
                            BenchModel.ForgetPeak();
                            made.Checkpointing = parse.GetValue(checkpointing);
                            var walls = new List<double>();
                            var watch = Stopwatch.StartNew();
                            var used = TimeSpan.Zero;
                            var last = new LastLoss();
                            new Trainer(
                                made,
                                new()
                                {
                                    Steps = count + Warmup,
                                    LearningRate = 1e-3,
                                    ClipNorm = 1,
                                    Moments = parse.GetValue(moments),
                                    TokensAtOnce = parse.GetValue(tokensAtOnce),
                                    Packing = parse.GetValue(packing),
                                },
                                TimeProvider.System
                            ).Run(
                                new ShuffledRows(training, rows, 1),
                                new()
                                {
                                    Progress = last,
                                    AfterStep = _ =>
                                    {
                                        walls.Add(watch.Elapsed.TotalSeconds);
                                        peak.Note();
                                        if (walls.Count == Warmup)
                                            used = Process.GetCurrentProcess().TotalProcessorTime;
                                        watch.Restart();
                                    },
                                },
                                cancel
                            );
                            var wall = BenchModel.Median(walls.Skip(Warmup));
                            var cpu = (Process.GetCurrentProcess().TotalProcessorTime - used).TotalSeconds / count;
                            return JsonOutput.Write(
                                parse.GetValue(json),
                                new
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
                                    packing = parse.GetValue(packing).ToString().ToLowerInvariant(),
                                    loss = last.Value,
                                    tokensPerSecond = perStep / wall,
                                    tokensPerSecondBest = perStep / walls.Skip(Warmup).Min(),
                                    millisecondsPerStep = wall * 1000,
                                    processorMillisecondsPerStep = cpu * 1000,
                                    precision = MemoryEstimate.Word(stored),
                                    pages = kept.ToString().ToLowerInvariant(),
                                    moments = parse.GetValue(moments).ToString().ToLowerInvariant(),
                                    peakMemory = peak.Bytes,
                                    estimatedMemory = estimate.Total,
                                    estimateOverPeak = (double)estimate.Total / Math.Max(1, peak.Bytes),
                                    estimate,
                                }
                            );
                        }
                    );
                })
        );
        return command;
    }

    /// <summary>The loss of the newest step: equal settings give equal numbers.</summary>
    sealed class LastLoss : IProgress<LearningEvent>
    {
        public double? Value { get; private set; }

        public void Report(LearningEvent value) => Value = (value as TrainingStep)?.Loss ?? Value;
    }
}
