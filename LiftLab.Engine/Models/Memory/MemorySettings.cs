namespace LiftLab.Engine.Models.Memory;

/// <summary>How frozen weights lie in memory.</summary>
public enum WeightPrecision
{
    Float32,
    BFloat16,

    /// <summary>One byte a weight and a float32 scale for every 4096, as in the paper; biases and norms stay as they are.</summary>
    Int8,

    /// <summary>Half a byte a weight and a float32 scale for every 64.</summary>
    Nf4,
}

/// <summary>What the optimizer keeps for each trainable weight.</summary>
public enum OptimizerMemory
{
    /// <summary>Two float32 numbers.</summary>
    Adam,

    /// <summary>Two bytes, and two float32 scales for every 256.</summary>
    Adam8,
}

/// <summary>The numbers of a recipe that decide how much memory it needs.</summary>
public sealed record MemorySettings
{
    public WeightPrecision Weights { get; init; } = WeightPrecision.Float32;

    /// <summary>Activations and what the arithmetic is done in take two bytes and not four.</summary>
    public bool HalfActivations { get; init; }

    /// <summary>Rank of the adapters; null where every weight learns.</summary>
    public int? LoraRank { get; init; } = 16;

    /// <summary>
    /// Last parts of module names that get an adapter; null for every linear layer, the head and the token embedding, as in the paper.
    /// </summary>
    public IReadOnlyList<string>? LoraTargets { get; init; }

    /// <summary>Where every weight learns: all but the token embedding.</summary>
    public bool FrozenEmbedding { get; init; }
    public OptimizerMemory Optimizer { get; init; } = OptimizerMemory.Adam;

    /// <summary>Rows that go through the model at once.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Tokens of the longest row, prompt and answer together.</summary>
    public int Length { get; init; } = 128;

    /// <summary>Tokens a row that the loss counts, or that an answer may have.</summary>
    public int AnswerLength { get; init; } = 8;

    /// <summary>Keeps only each layer's input while training.</summary>
    public bool Checkpointing { get; init; }

    /// <summary>Answers are written token by token, with keys and values kept; else only given ones are scored.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>Parts that a step is cut into; with more than one, gradients stay while further parts go through.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>A copy of what learns is kept from the best epoch.</summary>
    public bool KeepsBest { get; init; }

    /// <summary>On a graphics card; else in the process's own memory.</summary>
    public bool OnCard { get; init; }

    /// <summary>
    /// What is taken before any model: on a card the driver's context and its libraries' room for work, in a process the program and
    /// libtorch (measured, decision record 040).
    /// </summary>
    public long Overhead => OnCard ? 600L << 20 : 195L << 20;
}
