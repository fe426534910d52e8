using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Quantised;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Training;

public sealed class AdamW8Tests : IDisposable
{
    static readonly TrainingPlan Plan = new()
    {
        Epochs = 6,
        LearningRate = 3e-3,
        CheckpointSeconds = 0,
        ClipNorm = 1,
        Moments = OptimizerMemory.Adam8,
    };
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-adam8-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_unsigned_code_is_the_published_one()
    {
        var values = Codebook.UnsignedMoment.Values;
        Assert.Equal(256, values.Count);
        Assert.Equal(0, values[0]);
        Assert.Equal(1, values[^1]);
        // 2^(i+1) centres of 0.1 to 1, times 10^(i-6): the two smallest and the largest of the last decade
        Assert.Equal(3.25e-7f, values[1], 1e-12f);
        Assert.Equal(7.75e-7f, values[2], 1e-12f);
        Assert.Equal(1 - 0.9f / 256, values[^2], 1e-6f);
        Assert.Equal(128, values.Count(v => v is > 0.1f and < 1));
        Assert.Equal(Codebook.Dynamic8.Values, Codebook.SignedMoment.Values);
    }

    /// <summary>One step on one tensor, written out in double precision beside codes rounded by looking at every value.</summary>
    [Fact]
    public void Two_steps_equal_the_same_steps_done_by_hand()
    {
        using var scope = NewDisposeScope();
        const int count = 5000; // not a multiple of the block
        var random = new Random(4);
        double[] weight = Draw(count, random);
        double[][] gradients = [Draw(count, random), Draw(count, random)];
        var tensorOfWeight = tensor(weight.Select(v => (float)v).ToArray(), [50, 100]);
        using var held = new Weight("w", tensorOfWeight) { Trainable = true };
        using var optimizer = new AdamW8([held], Plan);
        double[] m = new double[count],
            v = new double[count];
        for (var t = 1; t <= 2; t++)
        {
            held.Value.grad = tensor(gradients[t - 1].Select(g => (float)g).ToArray(), [50, 100]);
            optimizer.Step(0.01);
            for (var i = 0; i < count; i++)
            {
                var g = gradients[t - 1][i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.999 * v[i] + 0.001 * g * g;
                weight[i] -= 0.01 * 0.01 * weight[i];
                weight[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
            Round(m, Codebook.SignedMoment);
            Round(v, Codebook.UnsignedMoment);
        }
        var now = held.Value.detach().reshape(-1).data<float>().ToArray();
        var wrong = now.Select((w, i) => Math.Abs(w - weight[i])).Order().ToArray();
        Assert.True(wrong[^1] < 2e-3, $"{wrong[^1]}"); // a value between two codes may fall on either side
        Assert.True(wrong[(int)(count * 0.99)] < 1e-5, $"{wrong[(int)(count * 0.99)]}");
    }

    static double[] Draw(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, -3 * random.NextDouble()))];

    static void Round(double[] values, Codebook book)
    {
        for (var start = 0; start < values.Length; start += book.BlockLength)
        {
            var block = values.AsSpan(start, Math.Min(book.BlockLength, values.Length - start));
            double scale = 0;
            foreach (var x in block)
                scale = Math.Max(scale, Math.Abs(x));
            for (var i = 0; i < block.Length; i++)
            {
                var quotient = block[i] / scale;
                block[i] = book.Values.MinBy(c => Math.Abs(c - quotient)) * scale;
            }
        }
    }

    [Fact]
    public void Training_learns_as_well_as_with_float32_moments()
    {
        double Loss(OptimizerMemory moments)
        {
            using var scope = NewDisposeScope();
            using var model = TinyModel.Trainable();
            new Trainer(model, Plan with { Moments = moments, Epochs = 8 }, TimeProvider.System).Run(
                new ShuffledRows(TinyModel.Rows(200), 16, 3)
            );
            return Objective.Mean(model, TinyModel.Rows(60, 9), 32);
        }
        var (plain, small) = (Loss(OptimizerMemory.Adam), Loss(OptimizerMemory.Adam8));
        Assert.InRange(small / plain, 0.8, 1.2);
    }

    [Fact]
    public void A_resumed_run_continues_the_very_same_curve()
    {
        using var scope = NewDisposeScope();
        double[] Run(LanguageModel model, TrainingHooks hooks)
        {
            var events = new Collected<LearningEvent>();
            new Trainer(model, Plan, TimeProvider.System).Run(
                new ShuffledRows(TinyModel.Rows(48), 16, 3),
                hooks with
                {
                    Progress = events,
                }
            );
            return [.. events.All.OfType<TrainingStep>().Select(s => s.Loss)];
        }
        using var straight = TinyModel.Trainable();
        var expected = Run(straight, new());
        using var first = TinyModel.Trainable();
        var asked = 0;
        var events = new Collected<LearningEvent>();
        using (var stop = new CancellationTokenSource())
            Assert.ThrowsAny<OperationCanceledException>(() =>
                new Trainer(first, Plan, TimeProvider.System).Run(
                    new ShuffledRows(TinyModel.Rows(48), 16, 3),
                    new()
                    {
                        Progress = events,
                        Checkpoints = new(folder),
                        AfterStep = _ =>
                        {
                            if (++asked == 7)
                                stop.Cancel();
                        },
                    },
                    stop.Token
                )
            );
        using (var file = SafeTensors.Open(new CheckpointStore(folder).Files[0]))
            Assert.Contains(
                file.Entries,
                e => e.Name.StartsWith("adam.second.codes.", StringComparison.Ordinal) && e.Dtype == ScalarType.Byte
            );
        using var resumed = TinyModel.Trainable();
        var after = Run(resumed, new() { Checkpoints = new(folder) });
        Assert.Equal(expected[7..], after);
        foreach (var (a, b) in straight.Weights.Zip(resumed.Weights))
            Assert.True(a.Value.eq(b.Value).all().item<bool>(), a.Name);
    }

    [Fact]
    public void Moments_take_two_bytes_a_weight_and_their_scales()
    {
        using var scope = NewDisposeScope();
        using var held = new Weight("w", zeros(256, 256)) { Trainable = true };
        using var optimizer = new AdamW8([held], Plan);
        Assert.Equal((2 * 65536) + (2 * 256 * 4), optimizer.State.Sum(s => s.Value.numel() * s.Value.element_size()));
    }
}
