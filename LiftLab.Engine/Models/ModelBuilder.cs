using System.Globalization;
using LiftLab.Engine.Models.Layers;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models;

/// <summary>Creates a model's modules from its configuration; tensors get their checkpoint names.</summary>
sealed class ModelBuilder(ModelConfig config, Device device, ScalarType dtype)
{
    readonly WeightNames names = Architecture.Find(config.ModelType)!.Names;

    public EmbeddingSlot Tokens() =>
        new(names.TokenEmbedding, new TokenEmbedding(Make(names.TokenEmbedding + ".weight", config.VocabularySize, config.Width)));

    public Weight? Positions() => names.PositionEmbedding is { } name ? Make(name + ".weight", config.MaxPositions, config.Width) : null;

    public Norm FinalNorm() => Norm(names.FinalNorm);

    public Block Block(int layer, Rotary? rotary)
    {
        var prefix = string.Format(CultureInfo.InvariantCulture, names.Block, layer) + ".";
        var attended = config.Heads * config.HeadWidth;
        var grouped = config.KeyValueHeads * config.HeadWidth;
        QueryKeyValue projections =
            config.QueryKeyValue == FusedLayout.Separate
                ? new SeparateProjections(
                    Slot(prefix + names.Query, config.Width, attended, config.QueryKeyValueBias),
                    Slot(prefix + names.Key, config.Width, grouped, config.QueryKeyValueBias),
                    Slot(prefix + names.Value, config.Width, grouped, config.QueryKeyValueBias),
                    config
                )
                : new FusedProjection(Slot(prefix + names.Fused, config.Width, attended + 2 * grouped, config.QueryKeyValueBias), config);
        var attention = new Attention(
            projections,
            Slot(prefix + names.AttentionOut, attended, config.Width, config.AttentionOutBias),
            rotary,
            config,
            layer
        );
        var feedForward = new FeedForward(
            config.GatedFeedForward ? Slot(prefix + names.Gate, config.Width, config.InnerWidth, config.FeedForwardBias) : null,
            Slot(prefix + names.Up, config.Width, config.InnerWidth, config.FeedForwardBias),
            Slot(prefix + names.Down, config.InnerWidth, config.Width, config.FeedForwardBias),
            config.Activation
        );
        return new(
            config.BlockShape,
            Norm(prefix + names.FirstNorm),
            config.BlockShape == BlockShape.ParallelOneNorm ? null : Norm(prefix + names.SecondNorm),
            attention,
            feedForward
        );
    }

    public LinearSlot Head(EmbeddingSlot tokens)
    {
        if (!config.TiedEmbeddings)
        {
            var weight = Make(names.Head + ".weight", config.VocabularySize, config.Width);
            return new(
                names.Head,
                new DenseLinear(
                    config.Width,
                    config.VocabularySize,
                    weight,
                    config.HeadBias ? Make(names.Head + ".bias", config.VocabularySize) : null
                )
            );
        }
        return new(names.Head, new DenseLinear(config.Width, config.VocabularySize, ((TokenEmbedding)tokens.Layer).Weight));
    }

    Norm Norm(string name) =>
        new(
            Make(name + ".weight", config.Width),
            config.Normalisation == Normalisation.LayerNorm ? Make(name + ".bias", config.Width) : null,
            config.NormEpsilon
        );

    LinearSlot Slot(string name, int inputs, int outputs, bool bias)
    {
        var weight = config.WeightsInByOut ? Make(name + ".weight", inputs, outputs) : Make(name + ".weight", outputs, inputs);
        return new(name, new DenseLinear(inputs, outputs, weight, bias ? Make(name + ".bias", outputs) : null, config.WeightsInByOut));
    }

    Weight Make(string name, params long[] shape) => new(name, empty(shape, dtype, device));
}
