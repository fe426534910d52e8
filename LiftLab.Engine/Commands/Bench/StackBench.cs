using System.Diagnostics;
using LiftLab.Engine.FineTuning.Stacks;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>Milliseconds per model and step of stacked models of lift-mini's size, on random rows.</summary>
static class StackBench
{
    const int Warmup = 5,
        Vocabulary = 6784,
        Inputs = 659;

    public sealed record Timing(int Models, double MillisecondsPerModel, double ProcessorMillisecondsPerModel);

    public static Timing Measure(int models, int rows, int length, int completion, int answers, bool frozen, int steps)
    {
        using var one = new LanguageModel(GptJ.Sized(Vocabulary, 64, 2, 8, 8, 1024, 100));
        new Initialisation(0.1).Apply(one, 1);
        one.SetTrainable(true);
        if (frozen)
            foreach (var weight in one.Tokens.Layer.Weights)
                weight.Trainable = false;
        int[] tokens = [.. Enumerable.Range(0, answers)];
        using var stack = new ModelStack(
            [.. Enumerable.Repeat(one, models)],
            Inputs,
            [.. Enumerable.Repeat<IReadOnlyList<int>>(tokens, models)]
        );
        using var step = new StackStep(stack, new() { ClipNorm = 1 });
        var random = new Random(1);
        int[] Ids(int count, int below) => [.. Enumerable.Range(0, count).Select(_ => random.Next(below))];
        TrainingRow[][][] data =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Enumerable
                        .Range(0, models)
                        .Select(_ =>
                            Enumerable
                                .Range(0, rows)
                                .Select(_ => TrainingRow.Completion(Ids(length - completion, Inputs), Ids(completion, answers)))
                                .ToArray()
                        )
                        .ToArray()
                ),
        ];
        var walls = new List<double>();
        var used = TimeSpan.Zero;
        for (var i = 0; i < Warmup + steps; i++)
        {
            if (i == Warmup)
                used = Process.GetCurrentProcess().TotalProcessorTime;
            var watch = Stopwatch.StartNew();
            step.Do(data[i % data.Length], 1e-3);
            walls.Add(watch.Elapsed.TotalMilliseconds);
        }
        var processor = (Process.GetCurrentProcess().TotalProcessorTime - used).TotalMilliseconds;
        return new(models, BenchModel.Median(walls.Skip(Warmup)) / models, processor / steps / models);
    }
}
