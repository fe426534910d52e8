using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Recipes;

namespace LiftLab.Tests.Engine.FineTuning.Answering;

public sealed class TokenSamplerTests
{
    [Theory, InlineData(1000), InlineData(7), InlineData(2)]
    public void The_likeliest_are_those_of_the_whole_vocabulary_in_order(int topK)
    {
        var random = new Random(4);
        var decoding = new Decoding(1, 0.9, topK, Seed: 3);
        for (var row = 0; row < 200; row++)
        {
            float[] logits = [.. Enumerable.Range(0, 300).Select(_ => MathF.Round((float)random.NextDouble() * 12) / 2)]; // many equal ones
            Assert.Equal(Sorted(logits, decoding, row), new TokenSampler(decoding, row).Draw(logits).Token);
        }
    }

    static int Sorted(float[] logits, Decoding decoding, int row)
    {
        var max = (double)logits.Max();
        var order = Enumerable
            .Range(0, logits.Length)
            .Select(i => (Token: i, Weight: Math.Exp((logits[i] - max) / decoding.Temperature)))
            .OrderByDescending(w => w.Weight)
            .ThenBy(w => w.Token)
            .Take(decoding.TopK!.Value)
            .ToList();
        var at = new Random(unchecked(decoding.Seed * 1_000_003 + row)).NextDouble() * order.Sum(o => o.Weight);
        foreach (var (token, weight) in order)
            if ((at -= weight) < 0)
                return token;
        return order[^1].Token;
    }
}
