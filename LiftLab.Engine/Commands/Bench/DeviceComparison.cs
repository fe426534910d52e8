using System.Diagnostics;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Quantised;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using static TorchSharp.torch;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>One comparison of the device with the processor.</summary>
/// <param name="Difference">Largest absolute difference; null if the comparison failed with an exception.</param>
/// <param name="Limit">Largest difference that rounding explains.</param>
/// <param name="Fault">The exception's message; null without one.</param>
public sealed record DeviceCheck(string Model, string What, double? Difference, double Limit, double Seconds, string? Fault)
{
    public bool Holds => Difference <= Limit;
}

/// <summary>
/// Computes the same on a device and on the processor: logits, training losses and answers of a small model in every storage format. A
/// comparison that fails does not stop the others.
/// </summary>
/// <param name="folder">A model folder in Hugging Face layout; small, since every comparison loads it twice.</param>
sealed class DeviceComparison(string folder, Device device, CancellationToken cancel)
{
    const int Steps = 12,
        Rank = 4,
        LongestPrompt = 24;

    // float32 differs in the order of sums; bfloat16 has 8 bits of precision, and logits are of the order of 10
    const double Exact = 2e-3,
        ExactLoss = 5e-3,
        Half = 0.6,
        HalfLoss = 0.1,
        EightBitLoss = 0.02,
        AnswersThatDiffer = 0.05;

    readonly ModelConfig config = ModelFolder.ReadConfig(folder);

    /// <summary>The type of 16-bit arithmetic on the device; processors without units for it compute in float32.</summary>
    ScalarType Narrow => device.type == TorchSharp.DeviceType.CUDA ? ScalarType.BFloat16 : ScalarType.Float32;

    public IEnumerable<DeviceCheck> Run()
    {
        yield return Check("logits, float32", Exact, () => Logits(ScalarType.Float32, null));
        yield return Check("logits, bfloat16", Half, () => Logits(ScalarType.BFloat16, null));
        yield return Check("logits, int8 weights", Half, () => Logits(Narrow, Codebook.Dynamic8));
        yield return Check("logits, NF4 weights", Half, () => Logits(Narrow, Codebook.NormalFloat4));
        yield return Check("training, all weights, float32", ExactLoss, () => Losses(new(ScalarType.Float32) { Full = true }));
        yield return Check(
            "training, all weights, float32, layers recomputed",
            ExactLoss,
            () => Losses(new(ScalarType.Float32) { Full = true, Recomputes = true })
        );
        yield return Check("training, LoRA, float32", ExactLoss, () => Losses(new(ScalarType.Float32)));
        yield return Check("training, LoRA, bfloat16", HalfLoss, () => Losses(new(Narrow)));
        yield return Check("training, LoRA, int8 weights", HalfLoss, () => Losses(new(Narrow) { Book = Codebook.Dynamic8 }));
        yield return Check(
            "training, LoRA, NF4 weights, layers recomputed",
            HalfLoss,
            () => Losses(new(Narrow) { Book = Codebook.NormalFloat4, Recomputes = true })
        );
        yield return Check("training, DoRA, bfloat16", HalfLoss, () => Losses(new(Narrow) { Dora = true }));
        yield return Check(
            "training, LoRA, 8-bit moments",
            EightBitLoss,
            () => Losses(new(ScalarType.Float32) { Moments = OptimizerMemory.Adam8 })
        );
        foreach (var (book, words) in new[] { ((Codebook?)null, "float32"), (Codebook.NormalFloat4, "NF4 weights") })
        {
            yield return Check($"label scores, {words}", ExactLoss, () => Scores(book));
            yield return Check($"greedy answers that differ, {words}", AnswersThatDiffer, () => Answers(book));
        }
    }

    sealed record Training(ScalarType Type)
    {
        public Codebook? Book { get; init; }
        public bool Full { get; init; }
        public bool Recomputes { get; init; }
        public bool Dora { get; init; }
        public OptimizerMemory Moments { get; init; }
    }

    DeviceCheck Check(string what, double limit, Func<double> difference)
    {
        cancel.ThrowIfCancellationRequested();
        var watch = Stopwatch.StartNew();
        var model = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        try
        {
            using var scope = NewDisposeScope();
            return new(model, what, difference(), limit, watch.Elapsed.TotalSeconds, null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(model, what, null, limit, watch.Elapsed.TotalSeconds, e.Message.Split('\n')[0]);
        }
    }

    int[] Ids(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => random.Next(3, Math.Min(100, config.VocabularySize)))];

    double Logits(ScalarType type, Codebook? book)
    {
        float[] On(Device place, ScalarType arithmetic)
        {
            using var model = ModelFolder.Load(folder, place, arithmetic, book: book, cancel: cancel);
            using var frozen = no_grad();
            // rows of different lengths, padded on the left: masks, and windows where the model has them
            var random = new Random(1);
            const int longest = 20;
            int[][] rows = [.. Enumerable.Range(0, 4).Select(i => Ids(random, longest - 5 * i))];
            var ids = Upload.Of([.. rows.SelectMany(r => Padded(r, longest, 0))], [rows.Length, longest], place);
            var mask = Upload.Of([.. rows.SelectMany(r => Padded([.. r.Select(_ => 1)], longest, 0))], [rows.Length, longest], place);
            return Values(model.Logits(ids, mask).narrow(1, longest - 1, 1));
        }
        return Largest(On(CPU, book is null ? type : ScalarType.Float32), On(device, type));
    }

    static IEnumerable<long> Padded(int[] row, int length, long padding) =>
        Enumerable.Repeat(padding, length - row.Length).Concat(row.Select(i => (long)i));

    static float[] Values(Tensor tensor) => tensor.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();

    static double Largest(IReadOnlyList<float> a, IReadOnlyList<float> b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();

    double Losses(Training how)
    {
        var random = new Random(3);
        TrainingRow[] data =
        [
            .. Enumerable.Range(0, 32).Select(i => TrainingRow.Completion(Ids(random, 5 + i % (LongestPrompt + 1)), Ids(random, 3))),
        ];
        double[] On(Device place, ScalarType type)
        {
            using var model = ModelFolder.Load(folder, place, type, book: how.Book, cancel: cancel);
            if (how.Full)
                model.SetTrainable(true);
            else
                FineTuning.Kept.LoraAdapter.Attach(model, new(new(Rank, Dora: how.Dora)), 1);
            model.Checkpointing = how.Recomputes;
            var losses = new HeardLosses();
            var plan = new TrainingPlan
            {
                Steps = Steps,
                LearningRate = 1e-3,
                ClipNorm = 1,
                Moments = how.Moments,
                TokensAtOnce = 160, // several forward passes a step
            };
            new Trainer(model, plan, TimeProvider.System).Run(new ShuffledRows(data, 8, 1), new() { Progress = losses }, cancel);
            return [.. losses.Values];
        }
        var (here, there) = (On(CPU, ScalarType.Float32), On(device, how.Type));
        return here.Length == Steps && there.Length == Steps
            ? here.Zip(there, (x, y) => Math.Abs(x - y)).Max()
            : throw new InvalidOperationException($"{there.Length} of {Steps} steps reported a loss");
    }

    int[][] Prompts()
    {
        var random = new Random(5);
        var shared = Ids(random, 14);
        return [.. Enumerable.Range(0, LongestPrompt).Select(i => (int[])[.. shared.Take(i % 15), .. Ids(random, 1 + i)])];
    }

    double Scores(Codebook? book)
    {
        int[][] labels =
        [
            [5, 6, 7],
            [5, 6, 8],
            [9],
            [70, 71],
        ];
        float[] On(Device place)
        {
            using var model = ModelFolder.Load(folder, place, ScalarType.Float32, book: book, cancel: cancel);
            return [.. new LabelScorer(model, labels, 200).Score(Prompts(), cancel).SelectMany(s => s).Select(s => (float)s)];
        }
        return Largest(On(CPU), On(device));
    }

    double Answers(Codebook? book)
    {
        string[] On(Device place)
        {
            using var model = ModelFolder.Load(folder, place, ScalarType.Float32, book: book, cancel: cancel);
            return
            [
                .. new AnswerGenerator(model, new ByteTokenizer(), 300)
                    .Generate(Prompts(), new Decoding(8), cancel: cancel)
                    .Select(a => a.Text),
            ];
        }
        var (here, there) = (On(CPU), On(device));
        return here.Zip(there, (x, y) => x == y ? 0.0 : 1).Average();
    }

    sealed class HeardLosses : IProgress<LearningEvent>
    {
        public List<double> Values { get; } = [];

        public void Report(LearningEvent value)
        {
            if (value is TrainingStep step)
                Values.Add(step.Loss);
        }
    }
}
