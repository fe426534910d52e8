using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>Random weights for a model that is to be trained from nothing.</summary>
/// <param name="Deviation">Standard deviation of embeddings and linear weights.</param>
public sealed record Initialisation(double Deviation = 0.02)
{
    /// <summary>Logit of tokens that no answer has: e to this power is their share.</summary>
    const double NeverAnAnswer = -20;

    /// <summary>The first editions' decay of amplitudes.</summary>
    public const double RoughDecay = 0.5;

    /// <summary>
    /// Normal embeddings and linear weights, zero biases, norms of one. What is added to the residual stream starts smaller by √(2·layers),
    /// as in GPT-2.
    /// The same seed gives the same weights on every device.
    /// </summary>
    public void Apply(LanguageModel model, long seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator((ulong)seed);
        var names = Architecture.Find(model.Config.ModelType)!.Names;
        var residual = 1 / Math.Sqrt(2.0 * model.Config.Layers);
        var additions = model
            .Linears.Where(s =>
                s.Name.EndsWith("." + names.AttentionOut, StringComparison.Ordinal)
                || s.Name.EndsWith("." + names.Down, StringComparison.Ordinal)
            )
            .SelectMany(s => s.Layer.Weights)
            .ToHashSet();
        foreach (var weight in model.Weights)
        {
            using var inner = NewDisposeScope(); // or a second model would stand beside the first
            var value = weight.Value;
            if (value.dim() > 1)
                value.copy_(
                    randn(value.shape, generator: generator).MultiplyInPlace(additions.Contains(weight) ? Deviation * residual : Deviation)
                );
            else if (weight.Name.EndsWith(".bias", StringComparison.Ordinal))
                value.zero_();
            else
                value.Fill(1);
        }
    }

    /// <summary>
    /// Gives ordered level tokens embeddings in which near levels lie near: sines and cosines of the level over N, of 0.25 to N/16
    /// periods, geometrically spaced, amplitude falling with frequency, scaled to the deviation of the other embeddings. Trainable like
    /// any other embedding. Without it a model from random weights must learn the order of numbers from the rows alone.
    /// </summary>
    /// <param name="firstLevel">Id of level 0.</param>
    /// <param name="levels">N</param>
    /// <param name="columns">Columns with levels of their own, behind the plain ones: each has the code turned by a random rotation, so
    /// that the
    /// sum of a row's vectors still tells the columns apart.</param>
    /// <param name="decay">Amplitudes fall as frequency to the power of minus this.</param>
    public void OrderLevels(LanguageModel model, int firstLevel, int levels, int columns = 0, long seed = 1, double decay = RoughDecay)
    {
        if (model.Tokens.Layer is not TokenEmbedding embedding)
            throw new InvalidOperationException("the embedding is wrapped by an adapter; order the levels before adding one");
        var width = model.Config.Width;
        var pairs = width / 2;
        var values = new float[levels * width];
        double low = 0.25,
            high = Math.Max(levels / 16.0, 0.5),
            sum = 0;
        for (var i = 0; i < pairs; i++)
        {
            var frequency = low * Math.Pow(high / low, pairs == 1 ? 0 : (double)i / (pairs - 1));
            var amplitude = Math.Pow(frequency, -decay);
            for (var k = 0; k < levels; k++)
            {
                var angle = 2 * Math.PI * frequency * (k + 0.5) / levels;
                values[k * width + 2 * i] = (float)(amplitude * Math.Sin(angle));
                values[k * width + 2 * i + 1] = (float)(amplitude * Math.Cos(angle));
            }
            sum += amplitude * amplitude;
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rms = Math.Sqrt(sum / width); // sin² + cos² = 1 for each pair, whatever the level
        var code = tensor(values, [levels, width]).MultiplyInPlace(Deviation / rms);
        embedding.Weight.Value.narrow(0, firstLevel, levels).copy_(code);
        // a column's level is never an answer
        if (columns > 0 && model.Linears.Last().Layer is DenseLinear { Bias: { } bias } head && head.Weight != embedding.Weight)
        {
            head.Weight.Value.narrow(0, firstLevel + levels, columns * levels).zero_();
            bias.Value.narrow(0, firstLevel + levels, columns * levels).Fill(NeverAnAnswer);
        }
        using var generator = new Generator((ulong)seed);
        for (var c = 1; c <= columns; c++)
        {
            var (rotation, _) = linalg.qr(randn([width, width], generator: generator));
            // centred: what all levels of a column have in common would be the same for every row
            embedding
                .Weight.Value.narrow(0, firstLevel + c * levels, levels)
                .copy_(code.clone().AddInPlace(code.mean([0], true), -1).mm(rotation));
        }
    }
}
