using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Memory;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Quantised;

/// <summary>
/// Quantises a model's linear layers, head and token embedding, one tensor at a time; biases, norms and position embeddings are not
/// quantised, as in the paper. The quantised model is frozen: only adapters can be trained.
/// </summary>
public static class Quantisation
{
    public static Codebook? Book(WeightPrecision precision) =>
        precision switch
        {
            WeightPrecision.Int8 => Codebook.Dynamic8,
            WeightPrecision.Nf4 => Codebook.NormalFloat4,
            _ => null,
        };

    /// <summary>Quantises a model in memory. Call before adapters are added.</summary>
    public static void Apply(LanguageModel model, Codebook book)
    {
        foreach (var weight in Targets(model).ToArray())
            Put(model, weight, weight.Value, book);
    }

    /// <summary>The weights that can be quantised, each once.</summary>
    public static IEnumerable<Weight> Targets(LanguageModel model) =>
        model
            .Linears.Select(s => s.Layer)
            .OfType<DenseLinear>()
            .Select(l => l.Weight)
            .Concat(model.Tokens.Layer is TokenEmbedding tokens ? [tokens.Weight] : [])
            .Distinct();

    /// <summary>Replaces a dense weight by the quantised <paramref name="value"/> everywhere in the model.</summary>
    internal static void Put(LanguageModel model, Weight weight, Tensor value, Codebook book, CancellationToken cancel = default)
    {
        weight.Trainable = false;
        var quantised = QuantisedTensor.Of(weight.Name, value, book, cancel);
        foreach (var slot in model.Linears)
            if (slot.Layer is DenseLinear dense && dense.Weight == weight)
            {
                if (dense.Bias is { } bias)
                    bias.Trainable = false;
                slot.Layer = new QuantisedLinear(dense.Inputs, dense.Outputs, quantised, dense.Bias, dense.InByOut, model.Pass);
            }
        if (model.Tokens.Layer is TokenEmbedding tokens && tokens.Weight == weight)
            model.Tokens.Layer = new QuantisedEmbedding(quantised, model.Dtype);
        weight.Dispose();
    }
}
