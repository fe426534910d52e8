using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.Models.Memory;

/// <summary>
/// Estimated memory in bytes, by purpose, on the device that holds the model. Computed from shapes without allocating. The sum is the peak
/// of a training step, or of answering one batch.
/// </summary>
/// <param name="Weights">The model's weights in their storage format.</param>
/// <param name="Adapter">Adapter weights.</param>
/// <param name="Gradients">The part of the gradients that exceeds the activations freed by then; all gradients with gradient
/// accumulation.</param>
/// <param name="Optimizer">Optimiser state: moments and their scales.</param>
/// <param name="Best">Copy of the trained weights at the best epoch.</param>
/// <param name="Activations">Activations that the forward pass stores for the backward pass.</param>
/// <param name="Logits">Logits at labelled positions, their log-probabilities and gradients.</param>
/// <param name="Cache">Key/value cache for answering.</param>
/// <param name="Working">Temporary tensors of the current layer, including a dequantised weight.</param>
/// <param name="Parts">Number of parts of a step (gradient accumulation).</param>
public sealed record MemoryEstimate(
    long Weights,
    long Adapter,
    long Gradients,
    long Optimizer,
    long Best,
    long Activations,
    long Logits,
    long Cache,
    long Working,
    long Overhead,
    int Parts = 1
)
{
    const int Int8Block = 4096,
        Int8CodeBytes = 256 * sizeof(float),
        Nf4Block = 64,
        MomentBlock = 256;

    public long Total => Weights + Adapter + Gradients + Optimizer + Best + Activations + Logits + Cache + Working + Overhead;

    /// <summary>Name of a precision in messages.</summary>
    public static string Word(WeightPrecision precision) =>
        precision switch
        {
            WeightPrecision.Float32 => "float32",
            WeightPrecision.BFloat16 => "bfloat16",
            WeightPrecision.Int8 => "int8",
            _ => "NF4",
        };

    public static MemoryEstimate ForTraining(ModelConfig config, MemorySettings settings)
    {
        var tensors = ExpectedTensor.Of(config);
        var learned = Learned(config, tensors, settings);
        var (number, tokens) = (NumberBytes(settings), (long)settings.Rows * settings.Length);
        var layer = KeptByLayer(config, settings.LoraRank ?? 0) * number * tokens;
        var mask = (long)settings.Rows * settings.Length * settings.Length * number;
        var residual = (long)config.Width * number * tokens;
        var logits = LabelBytes(config, settings, number);
        // after its keys and values, the last layer computes only the labelled positions
        var everywhere = KeysByLayer(config, settings.LoraRank ?? 0) * number;
        var last = everywhere * tokens + (layer - everywhere * tokens) / settings.Length * Math.Min(settings.AnswerLength, settings.Length);
        var activations =
            mask + residual + (settings.Checkpointing ? config.Layers * residual + layer : (config.Layers - 1) * layer + last);
        // gradients of the widest part of a layer and of the residual stream on both sides of it; adapters converted to the base's dtype
        var working =
            (2L * config.InnerWidth + 3L * config.Width) * number * tokens
            + Dequantised(tensors, settings, number)
            + (settings.LoraRank is not null && number < LearnedBytes(settings) ? learned * number : 0);
        // in the backward pass, the head's gradients coincide with all activations, those of the first layer with almost none
        var gradients = learned * LearnedBytes(settings);
        var first = settings.LoraRank is null ? Learning(tensors, settings).Max(t => t.Count) * LearnedBytes(settings) : 0;
        var beyond =
            settings.Parts > 1
                ? gradients
                : Math.Max(
                    Math.Min(first, gradients),
                    gradients - activations - logits + (settings.Checkpointing ? layer : activations / config.Layers)
                );
        return new(
            WeightBytes(tensors, settings),
            settings.LoraRank is null ? 0 : learned * LearnedBytes(settings),
            Math.Min(gradients, beyond),
            settings.Optimizer == OptimizerMemory.Adam
                ? 2 * learned * LearnedBytes(settings)
                : 2 * learned + 2 * sizeof(float) * Blocks(learned, MomentBlock),
            settings.KeepsBest ? learned * LearnedBytes(settings) : 0,
            activations,
            logits,
            0,
            working,
            settings.Overhead + HeapGaps(config, settings, (tokens - settings.Rows) * number),
            settings.Parts
        ); // the last token of a row is not an input
    }

    /// <summary>
    /// Fragmentation of the process heap: activations too small for memory-mapped pages of their own lie in the heap, whose gaps take as
    /// much memory again (measured, decision record 040).
    /// </summary>
    static long HeapGaps(ModelConfig config, MemorySettings settings, long bytesPerWidth)
    {
        var widths =
            config.BlockShape switch
            {
                BlockShape.ParallelOneNorm => 2,
                BlockShape.ParallelTwoNorms => 3,
                _ => 4,
            } + 4;
        return settings.OnCard || config.Width * bytesPerWidth >= TorchRuntime.OwnPages
            ? 0
            : (settings.Checkpointing ? config.Layers + widths : (long)config.Layers * widths) * config.Width * bytesPerWidth;
    }

    /// <param name="beside">Bytes in use at the same time, such as optimiser state and best weights during validation.</param>
    public static MemoryEstimate ForAnswering(ModelConfig config, MemorySettings settings, long beside = 0)
    {
        var tensors = ExpectedTensor.Of(config);
        var number = NumberBytes(settings);
        var adapter = settings.LoraRank is { } rank
            ? AdapterCount(config, tensors, rank, settings.LoraTargets) * LearnedBytes(settings)
            : 0;
        return new(
            WeightBytes(tensors, settings),
            adapter,
            0,
            0,
            beside,
            0,
            (long)settings.Rows * config.VocabularySize * (number + sizeof(float)),
            settings.Writes ? CachePerToken(config, number) * settings.Rows * (settings.Length + settings.AnswerLength) : 0,
            WorkingPerToken(config, number) * settings.Rows * settings.Length + Dequantised(tensors, settings, number),
            settings.Overhead
        );
    }

    /// <summary>Bytes per token of a batch during answering: key/value cache and temporary tensors of the current layer.</summary>
    public static long AnsweringPerToken(ModelConfig config, int numberBytes) =>
        CachePerToken(config, numberBytes) + WorkingPerToken(config, numberBytes);

    static long CachePerToken(ModelConfig config, int number) => 2L * config.Layers * config.KeyValueHeads * config.HeadWidth * number;

    static long WorkingPerToken(ModelConfig config, int number) =>
        ((config.GatedFeedForward ? 3L : 2L) * config.InnerWidth + 6L * config.Width) * number;

    static long Learned(ModelConfig config, IReadOnlyList<ExpectedTensor> tensors, MemorySettings settings) =>
        settings.LoraRank is { } rank
            ? AdapterCount(config, tensors, rank, settings.LoraTargets)
            : Learning(tensors, settings).Sum(t => t.Count);

    static IEnumerable<ExpectedTensor> Learning(IReadOnlyList<ExpectedTensor> tensors, MemorySettings settings) =>
        tensors.Where(t => !settings.FrozenEmbedding || t.Role != TensorRole.Embedding);

    // adapters are float32 for every base precision
    static int LearnedBytes(MemorySettings settings) => settings.LoraRank is null ? NumberBytes(settings) : sizeof(float);

    /// <summary>Number of adapter weights: rank · (inputs + outputs) per adapted layer.</summary>
    public static long AdapterCount(ModelConfig config, int rank, IReadOnlyList<string>? targets = null) =>
        AdapterCount(config, ExpectedTensor.Of(config), rank, targets);

    static long AdapterCount(ModelConfig config, IReadOnlyList<ExpectedTensor> tensors, int rank, IReadOnlyList<string>? targets)
    {
        bool Chosen(string module) => targets is null || targets.Contains(module[(module.LastIndexOf('.') + 1)..], StringComparer.Ordinal);
        var count = tensors.Where(t => t.Role != TensorRole.Other && Chosen(t.Module)).Sum(t => rank * (t.Shape[0] + t.Shape[1]));
        // a tied head has its own adapter
        return config.TiedEmbeddings && Chosen(Architecture.Find(config.ModelType)!.Names.Head)
            ? count + (long)rank * (config.VocabularySize + config.Width)
            : count;
    }

    static long WeightBytes(IReadOnlyList<ExpectedTensor> tensors, MemorySettings settings) =>
        tensors.Sum(t =>
            settings.Weights switch
            {
                WeightPrecision.Float32 => 4 * t.Count,
                WeightPrecision.BFloat16 => 2 * t.Count,
                _ when t.Role == TensorRole.Other => NumberBytes(settings) * t.Count,
                WeightPrecision.Int8 => t.Count + sizeof(float) * Blocks(t.Count, Int8Block) + Int8CodeBytes,
                _ => Blocks(t.Count, 2) + sizeof(float) * Blocks(t.Count, Nf4Block),
            }
        );

    /// <summary>
    /// Activations per token that one layer stores, in numbers: the norms' inputs and outputs (inputs of the adapters), query, key, value,
    /// the attention output, and the feed-forward layer's hidden values before and after the activation.
    /// </summary>
    static long KeptByLayer(ModelConfig config, int rank)
    {
        long attended = config.Heads * (long)config.HeadWidth,
            grouped = config.KeyValueHeads * (long)config.HeadWidth;
        var norms = config.BlockShape switch
        {
            BlockShape.ParallelOneNorm => 2,
            BlockShape.ParallelTwoNorms => 3,
            _ => 4,
        };
        var linears = 4 + (config.QueryKeyValue == FusedLayout.Separate ? 2 : 0) + (config.GatedFeedForward ? 1 : 0);
        return norms * config.Width
            + 2 * attended
            + 2 * grouped
            + (config.GatedFeedForward ? 4L : 2L) * config.InnerWidth
            + (long)linears * rank;
    }

    /// <summary>
    /// Activations that the last layer stores for every token, labelled or not, in numbers: its norm's input and output, keys and values.
    /// </summary>
    static long KeysByLayer(ModelConfig config, int rank) =>
        2L * config.Width + 2L * config.KeyValueHeads * config.HeadWidth + (config.QueryKeyValue == FusedLayout.Separate ? 2L : 1L) * rank;

    // the logits, a float32 copy of 16-bit ones, their log-probabilities, and the gradients of both
    static long LabelBytes(ModelConfig config, MemorySettings settings, int number) =>
        (long)settings.Rows
        * settings.AnswerLength
        * config.VocabularySize
        * (number == sizeof(float) ? 4 * sizeof(float) : 2 * number + 3 * sizeof(float));

    static long Dequantised(IReadOnlyList<ExpectedTensor> tensors, MemorySettings settings, int number) =>
        settings.Weights is WeightPrecision.Int8 or WeightPrecision.Nf4
            ? tensors.Where(t => t.Role == TensorRole.Linear).Select(t => t.Count).DefaultIfEmpty(0).Max() * number
            : 0;

    static int NumberBytes(MemorySettings settings) =>
        settings.HalfActivations || settings.Weights == WeightPrecision.BFloat16 ? 2 : sizeof(float);

    static long Blocks(long count, int size) => (count + size - 1) / size;
}
