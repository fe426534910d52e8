using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models;

/// <summary>
/// A model family: a reader of its <c>config.json</c> and the names of its tensors. To add a family, write one file and list it in <see
/// cref="All"/>.
/// </summary>
public sealed record Architecture(string ModelType, Func<ConfigEntries, ModelConfig> Read, WeightNames Names)
{
    public static IReadOnlyList<Architecture> All { get; } =
    [
        GptJ.Architecture,
        GptJ.OtherBase,
        Gpt2.Architecture,
        GptNeo.Architecture,
        GptNeoX.Architecture,
        Llama.Architecture,
        Llama.Mistral,
        Llama.Qwen2,
    ];

    public static Architecture? Find(string modelType) => All.FirstOrDefault(a => a.ModelType == modelType);
}

/// <summary>
/// Names of a family's modules in Hugging Face layout. Names inside a block are relative to <see cref="Block"/>, in which {0} is the layer.
/// Weights add ".weight" and ".bias". Names that a family does not use are null.
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

    /// <summary>A prefix that some checkpoints add to every name, or omit.</summary>
    public string? OptionalPrefix { get; init; }

    /// <summary>Name suffixes of stored buffers that are not weights (causal masks, frequencies).</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
}
