namespace LiftLab.Engine.Models.Memory;

/// <summary>Storage format of frozen weights.</summary>
public enum WeightPrecision
{
    Float32,
    BFloat16,

    /// <summary>8 bits per weight and one float32 scale per block of 4096, as in the paper; biases and norms are not quantised.</summary>
    Int8,

    /// <summary>4 bits per weight and one float32 scale per block of 64.</summary>
    Nf4,
}

/// <summary>Optimiser state per trainable weight.</summary>
public enum OptimizerMemory
{
    /// <summary>Two float32 numbers.</summary>
    Adam,

    /// <summary>Two bytes, and two float32 scales per block of 256.</summary>
    Adam8,
}

/// <summary>The settings of a recipe that determine its memory.</summary>
public sealed record MemorySettings
{
    public WeightPrecision Weights { get; init; } = WeightPrecision.Float32;

    /// <summary>Activations are 16-bit instead of float32.</summary>
    public bool HalfActivations { get; init; }

    /// <summary>Rank of the adapters; null if all weights are trained.</summary>
    public int? LoraRank { get; init; } = 16;

    /// <summary>
    /// Last components of the module names that get an adapter; null for every linear layer, the head and the token embedding, as in the
    /// paper.
    /// </summary>
    public IReadOnlyList<string>? LoraTargets { get; init; }

    /// <summary>If all weights are trained: whether the token embedding is frozen.</summary>
    public bool FrozenEmbedding { get; init; }
    public OptimizerMemory Optimizer { get; init; } = OptimizerMemory.Adam;

    /// <summary>Rows per forward pass.</summary>
    public int Rows { get; init; } = 4;

    /// <summary>Length in tokens of the longest row, prompt and answer together.</summary>
    public int Length { get; init; } = 128;

    /// <summary>Labelled tokens per row, or maximum tokens of an answer.</summary>
    public int AnswerLength { get; init; } = 8;

    /// <summary>Activation checkpointing: stores only each layer's input.</summary>
    public bool Checkpointing { get; init; }

    /// <summary>Answers are generated token by token with a key/value cache; otherwise given answers are scored.</summary>
    public bool Writes { get; init; } = true;

    /// <summary>
    /// Number of parts of a step; with more than one, gradients are kept during the following parts (gradient accumulation).
    /// </summary>
    public int Parts { get; init; } = 1;

    /// <summary>Whether a copy of the trained weights at the best epoch is kept.</summary>
    public bool KeepsBest { get; init; }

    /// <summary>Whether the model is on a GPU; otherwise it is in process memory.</summary>
    public bool OnCard { get; init; }

    /// <summary>
    /// Bytes in use before a model is loaded: on a GPU the driver's context and library workspaces, in a process the program and libtorch
    /// (measured, decision record 040).
    /// </summary>
    public long Overhead => OnCard ? 600L << 20 : 195L << 20;
}
