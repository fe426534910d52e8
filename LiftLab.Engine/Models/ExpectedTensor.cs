using System.Globalization;

namespace LiftLab.Engine.Models;

/// <summary>Role of a stored tensor; decides whether it can be quantised and whether it gets an adapter.</summary>
public enum TensorRole
{
    /// <summary>The weight of a linear layer.</summary>
    Linear,

    /// <summary>The token embedding (V, D).</summary>
    Embedding,

    /// <summary>Position embeddings, norms and biases: small, never quantised.</summary>
    Other,
}

/// <summary>A tensor of a model, derived from its configuration without building the model.</summary>
/// <param name="Name">Name in the checkpoint.</param>
public sealed record ExpectedTensor(string Name, TensorRole Role, IReadOnlyList<long> Shape)
{
    public long Count { get; } = Shape.Aggregate(1L, (product, n) => product * n);

    /// <summary>The module's name, without ".weight".</summary>
    public string Module => Name[..Name.LastIndexOf('.')];

    /// <summary>Every tensor of a model; those of the head only if it is not tied to the embedding.</summary>
    public static IReadOnlyList<ExpectedTensor> Of(ModelConfig config)
    {
        var names = Architecture.Find(config.ModelType)!.Names;
        var all = new List<ExpectedTensor>
        {
            new(names.TokenEmbedding + ".weight", TensorRole.Embedding, [config.VocabularySize, config.Width]),
        };
        if (names.PositionEmbedding is { } positions)
            all.Add(new(positions + ".weight", TensorRole.Other, [config.MaxPositions, config.Width]));
        for (var layer = 0; layer < config.Layers; layer++)
            AddBlock(string.Format(CultureInfo.InvariantCulture, names.Block, layer) + ".", names, config, all);
        AddNorm(names.FinalNorm, config, all);
        if (!config.TiedEmbeddings)
            AddLinear(names.Head, config.Width, config.VocabularySize, config.HeadBias, config with { WeightsInByOut = false }, all);
        return all;
    }

    static void AddBlock(string prefix, WeightNames names, ModelConfig config, List<ExpectedTensor> all)
    {
        void Linear(string? name, int inputs, int outputs, bool bias) => AddLinear(prefix + name, inputs, outputs, bias, config, all);
        var (attended, grouped) = (config.Heads * config.HeadWidth, config.KeyValueHeads * config.HeadWidth);
        AddNorm(prefix + names.FirstNorm, config, all);
        if (config.BlockShape != BlockShape.ParallelOneNorm)
            AddNorm(prefix + names.SecondNorm, config, all);
        if (config.QueryKeyValue == FusedLayout.Separate)
        {
            Linear(names.Query, config.Width, attended, config.QueryKeyValueBias);
            Linear(names.Key, config.Width, grouped, config.QueryKeyValueBias);
            Linear(names.Value, config.Width, grouped, config.QueryKeyValueBias);
        }
        else
            Linear(names.Fused, config.Width, attended + 2 * grouped, config.QueryKeyValueBias);
        Linear(names.AttentionOut, attended, config.Width, config.AttentionOutBias);
        if (config.GatedFeedForward)
            Linear(names.Gate, config.Width, config.InnerWidth, config.FeedForwardBias);
        Linear(names.Up, config.Width, config.InnerWidth, config.FeedForwardBias);
        Linear(names.Down, config.InnerWidth, config.Width, config.FeedForwardBias);
    }

    static void AddLinear(string name, int inputs, int outputs, bool bias, ModelConfig config, List<ExpectedTensor> all)
    {
        all.Add(new(name + ".weight", TensorRole.Linear, config.WeightsInByOut ? [inputs, outputs] : [outputs, inputs]));
        if (bias)
            all.Add(new(name + ".bias", TensorRole.Other, [outputs]));
    }

    static void AddNorm(string name, ModelConfig config, List<ExpectedTensor> all)
    {
        all.Add(new(name + ".weight", TensorRole.Other, [config.Width]));
        if (config.Normalisation == Normalisation.LayerNorm)
            all.Add(new(name + ".bias", TensorRole.Other, [config.Width]));
    }
}
