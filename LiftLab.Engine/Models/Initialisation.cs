using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>Random weights for a model that is to be trained from nothing.</summary>
/// <param name="Deviation">Standard deviation of embeddings and linear weights.</param>
public sealed record Initialisation(double Deviation = 0.02)
{
    /// <summary>
    /// Normal embeddings and linear weights, zero biases, norms of one. What is added to the residual stream starts smaller by √(2·layers), as in GPT-2.
    /// The same seed gives the same weights on every device.
    /// </summary>
    public void Apply(LanguageModel model, long seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator((ulong)seed);
        var names = Architecture.Find(model.Config.ModelType)!.Names;
        var residual = 1 / Math.Sqrt(2.0 * model.Config.Layers);
        var additions = model.Linears.Where(s => s.Name.EndsWith("." + names.AttentionOut, StringComparison.Ordinal) || s.Name.EndsWith("." + names.Down, StringComparison.Ordinal))
            .SelectMany(s => s.Layer.Weights).ToHashSet();
        foreach (var weight in model.Weights)
        {
            using var inner = NewDisposeScope(); // or a second model would stand beside the first
            var value = weight.Value;
            if (value.dim() > 1) value.copy_(randn(value.shape, generator: generator).Multiply(additions.Contains(weight) ? Deviation * residual : Deviation));
            else if (weight.Name.EndsWith(".bias", StringComparison.Ordinal)) value.zero_();
            else value.Fill(1);
        }
    }

    /// <summary>
    /// Gives ordered level tokens embeddings in which near levels lie near: sines and cosines of the level over N, of 0.25 to N/16
    /// periods, geometrically spaced, amplitude falling with 1/√frequency, scaled to the deviation of the other embeddings. Trainable like
    /// any other embedding. Without it a model from random weights must learn the order of numbers from the rows alone.
    /// </summary>
    /// <param name="firstLevel">Id of level 0.</param>
    /// <param name="levels">N</param>
    public void OrderLevels(LanguageModel model, int firstLevel, int levels)
    {
        if (model.Tokens.Layer is not TokenEmbedding embedding) throw new InvalidOperationException("the embedding is wrapped by an adapter; order the levels before adding one");
        var width = model.Config.Width;
        var pairs = width / 2;
        var values = new float[levels * width];
        double low = 0.25, high = Math.Max(levels / 16.0, 0.5), sum = 0;
        for (var i = 0; i < pairs; i++)
        {
            var frequency = low * Math.Pow(high / low, pairs == 1 ? 0 : (double)i / (pairs - 1));
            var amplitude = 1 / Math.Sqrt(frequency);
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
        embedding.Weight.Value.narrow(0, firstLevel, levels).copy_(tensor(values, [levels, width]).Multiply(Deviation / rms));
    }
}
