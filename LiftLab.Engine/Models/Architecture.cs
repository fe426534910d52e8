using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models;

/// <summary>
/// A family of models: how its <c>config.json</c> is read and what its tensors are called. One file a family, one line in the list.
/// </summary>
public sealed record Architecture(string ModelType, Func<ConfigEntries, ModelConfig> Read, WeightNames Names)
{
    public static IReadOnlyList<Architecture> All { get; } =
    [GptJ.Architecture, Gpt2.Architecture, GptNeo.Architecture, GptNeoX.Architecture, Llama.Architecture, Llama.Mistral, Llama.Qwen2];

    public static Architecture? Find(string modelType) => All.FirstOrDefault(a => a.ModelType == modelType);
}

/// <summary>
/// Names of a family's modules in Hugging Face layout. Those of a block are relative to <see cref="Block"/>, in which {0} is the layer.
/// Weights add ".weight" and ".bias". Names that a family has no use for are null.
/// </summary>
public sealed record WeightNames(string Block, string TokenEmbedding, string FinalNorm, string Head)
{
    public string? PositionEmbedding { get; init; }
    public required string FirstNorm { get; init; }
    public string? SecondNorm { get; init; }

    /// <summary>Query, key and value in one matrix.</summary>
    public string? Fused { get; init; }
    public string? Query { get; init; }
    public string? Key { get; init; }
    public string? Value { get; init; }
    public required string AttentionOut { get; init; }
    public string? Gate { get; init; }
    public required string Up { get; init; }
    public required string Down { get; init; }

    /// <summary>Some checkpoints leave this out in front of every name, or add it.</summary>
    public string? OptionalPrefix { get; init; }

    /// <summary>Ends of names of stored buffers that are not weights (causal masks, frequencies).</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
