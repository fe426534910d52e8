using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Memory;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Quantised;

/// <summary>
/// Puts a model's linear layers, its head and its token embedding into few bits, one tensor at a time; biases, norms and learned positions
/// stay as they
/// are, as in the paper. Such a model is frozen: adapters can learn, its own weights cannot.
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

    /// <summary>The weights that <see cref="Put"/> takes, each once.</summary>
    public static IEnumerable<Weight> Targets(LanguageModel model) =>
        model
            .Linears.Select(s => s.Layer)
            .OfType<DenseLinear>()
            .Select(l => l.Weight)
            .Concat(model.Tokens.Layer is TokenEmbedding tokens ? [tokens.Weight] : [])
            .Distinct();

    /// <summary>Replaces a dense weight by the codes of <paramref name="value"/>, wherever in the model it is used.</summary>
    internal static void Put(LanguageModel model, Weight weight, Tensor value, Codebook book)
    {
        weight.Trainable = false;
        var quantised = QuantisedTensor.Of(weight.Name, value, book);
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
