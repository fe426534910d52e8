using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>Random initial weights of a model.</summary>
/// <param name="Deviation">Standard deviation of embeddings and linear weights.</param>
public sealed record Initialisation(double Deviation = 0.02)
{
    /// <summary>Bias in logits for tokens that occur in no answer.</summary>
    const double NeverAnAnswer = -20;

    /// <summary>Decay of amplitudes in the first versions of the built-in model.</summary>
    public const double RoughDecay = 0.5;

    /// <summary>
    /// Normally distributed embeddings and linear weights, biases 0, norm weights 1. Weights that write to the residual stream are divided
    /// by √(2·layers), as in GPT-2. A seed gives the same weights on every device.
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
            using var inner = NewDisposeScope(); // otherwise the random tensors would take the memory of a second model
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
    /// Initialises the embeddings of level tokens with an ordinal code, in which near levels have similar vectors: sines and cosines of the
    /// level over N with 0.25 to N/16 periods, geometrically spaced, amplitudes decreasing with frequency, scaled to the standard deviation
    /// of the other embeddings. They are trainable like any other embedding. Without the code, a randomly initialised model must learn the
    /// order of levels from the rows alone.
    /// </summary>
    /// <param name="firstLevel">Id of level 0.</param>
    /// <param name="levels">N</param>
    /// <param name="columns">Number of columns that have their own level tokens, after the shared ones. Each column's code is rotated by a
    /// random orthogonal matrix, so that the columns remain distinguishable in the sum of a row's vectors.</param>
    /// <param name="decay">Amplitudes are frequency to the power of −<paramref name="decay"/>.</param>
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
        var rms = Math.Sqrt(sum / width); // sin² + cos² = 1 for each pair at every level
        var code = tensor(values, [levels, width]).MultiplyInPlace(Deviation / rms);
        embedding.Weight.Value.narrow(0, firstLevel, levels).copy_(code);
        // level tokens of columns are never answers
        if (columns > 0 && model.Linears.Last().Layer is DenseLinear { Bias: { } bias } head && head.Weight != embedding.Weight)
        {
            head.Weight.Value.narrow(0, firstLevel + levels, columns * levels).zero_();
            bias.Value.narrow(0, firstLevel + levels, columns * levels).Fill(NeverAnAnswer);
        }
        using var generator = new Generator((ulong)seed);
        for (var c = 1; c <= columns; c++)
        {
            var (rotation, _) = linalg.qr(randn([width, width], generator: generator));
            // centred, because the mean over a column's levels would be the same for every row
            embedding
                .Weight.Value.narrow(0, firstLevel + c * levels, levels)
                .copy_(code.clone().AddInPlace(code.mean([0], true), -1).mm(rotation));
        }
    }
}
