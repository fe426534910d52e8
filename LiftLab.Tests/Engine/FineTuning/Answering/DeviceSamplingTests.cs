using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Writing;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

/// <summary>Tokens drawn on the device are those that the program draws with the same random numbers.</summary>
public sealed class DeviceSamplingTests
{
    const int Rows = 300,
        Vocabulary = 97;

    static float[][] Drawn(int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, Rows)
                .Select(_ => Enumerable.Range(0, Vocabulary).Select(_ => (float)(random.NextDouble() * 8)).ToArray()),
        ];
    }

    static Tensor Matrix(float[][] rows) => tensor(rows.SelectMany(r => r).ToArray(), [rows.Length, rows[0].Length]);

    [Theory]
    [InlineData(1.0, null)]
    [InlineData(0.6, null)]
    [InlineData(1.7, 5)]
    [InlineData(1.0, 1)]
    [InlineData(0.9, 1000)]
    public void Answers_are_drawn_as_the_sampler_draws_them(double temperature, int? topK)
    {
        using var scope = NewDisposeScope();
        var logits = Drawn(5);
        var decoding = new Decoding(1, temperature, topK, Seed: 9);
        TokenSampler[] host = [.. Enumerable.Range(0, Rows).Select(r => new TokenSampler(decoding, r))];
        TokenSampler[] device = [.. Enumerable.Range(0, Rows).Select(r => new TokenSampler(decoding, r))];
        for (var step = 0; step < 3; step++) // the streams go on alike
        {
            var (tokens, logs) = DeviceSampling.Draw(Matrix(logits), [.. device.Select(s => s.Next())], topK);
            for (var r = 0; r < Rows; r++)
            {
                var (token, log) = host[r].Draw(logits[r]);
                Assert.Equal(token, (int)tokens[r]);
                Assert.Equal(log, logs[r], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(0.7, 0.9)]
    [InlineData(1.3, 0.5)]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, 0.9)]
    public void Texts_are_drawn_as_the_nucleus_sampler_draws_them(double temperature, double topP)
    {
        using var scope = NewDisposeScope();
        var logs = nn.functional.log_softmax(Matrix(Drawn(6)), -1);
        var all = logs.data<float>().ToArray();
        NucleusSampler[] host = [.. Enumerable.Range(0, Rows).Select(r => new NucleusSampler(temperature, topP, r))];
        NucleusSampler[] device = [.. Enumerable.Range(0, Rows).Select(r => new NucleusSampler(temperature, topP, r))];
        var (tokens, _) = DeviceSampling.Draw(logs, [.. device.Select(s => s.Next())]);
        for (var r = 0; r < Rows; r++)
            Assert.Equal(host[r].Draw(all.AsSpan(r * Vocabulary, Vocabulary)), (int)tokens[r]);
    }

    [Fact]
    public void Texts_of_different_settings_are_drawn_together()
    {
        using var scope = NewDisposeScope();
        var logs = nn.functional.log_softmax(Matrix(Drawn(7)), -1);
        var all = logs.data<float>().ToArray();
        NucleusSampler Sampler(int r) => new(r % 3 == 0 ? 0 : 0.5 + r % 5 * 0.3, r % 4 == 0 ? 1 : 0.2 * (r % 5), r);
        var (tokens, _) = DeviceSampling.Draw(logs, [.. Enumerable.Range(0, Rows).Select(r => Sampler(r).Next())]);
        for (var r = 0; r < Rows; r++)
            Assert.Equal(Sampler(r).Draw(all.AsSpan(r * Vocabulary, Vocabulary)), (int)tokens[r]);
    }
}
