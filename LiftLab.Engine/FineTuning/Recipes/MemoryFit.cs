using System.Globalization;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>
/// A recipe with its automatic settings (precision, recomputation, tokens per forward pass) resolved so that training fits a device, and
/// the memory it then needs. Only sizes count, not the current free memory, so that a resumed run resolves them identically.
/// </summary>
/// <param name="Recipe">The recipe without automatic settings.</param>
/// <param name="Fits">Whether it fits into <see cref="Share"/> of the device's memory; otherwise this is the smallest variant that the
/// recipe's fixed settings allow.</param>
public sealed record MemoryFit(FineTune Recipe, MemoryEstimate Estimate, MemoryEstimate Answering, long Device, bool OnCard, bool Fits)
{
    /// <summary>Usable fraction of a device's memory.</summary>
    public const double Share = 0.92;

    /// <summary>
    /// A run is refused in advance only if its estimate exceeds this multiple of a GPU's memory: estimates are off by a few percent, and
    /// the run itself then fails with a message. On a CPU the limit is <see cref="Share"/>: beyond it the operating system ends the
    /// process.
    /// </summary>
    const double CertainlyTooMuch = 1.1;

    /// <summary>Forward passes with fewer tokens underuse a GPU: layers are recomputed before passes get smaller than this.</summary>
    const int FewestUsefulTokens = 512;

    /// <summary>
    /// Number of weights from which auto precision uses bfloat16 on a GPU: it is several times faster, and the adapters are still trained
    /// in float32.
    /// </summary>
    const long LargeModel = 100_000_000;

    /// <param name="longest">Tokens of the longest row, prompt and answer together.</param>
    /// <param name="answer">Tokens of the longest answer.</param>
    /// <param name="device">The device's memory in bytes.</param>
    /// <param name="onCard">Whether the device is a GPU.</param>
    /// <param name="hasBFloat16">Whether a GPU computes in bfloat16: else automatic precision does not choose it.</param>
    public static MemoryFit Of(
        ModelConfig config,
        FineTune recipe,
        int longest,
        int answer,
        long device,
        bool onCard,
        bool hasBFloat16 = true
    )
    {
        MemoryFit? smallest = null;
        foreach (var candidate in Candidates(config, recipe, longest, onCard, hasBFloat16))
        {
            var fit = Measure(config, candidate, longest, answer, device, onCard);
            if (fit.Fits)
                return fit;
            if (smallest is null || fit.Need < smallest.Need)
                smallest = fit;
        }
        return smallest!;
    }

    /// <summary>Required bytes: the larger of training and answering.</summary>
    public long Need => Math.Max(Estimate.Total, Answering.Total);

    /// <summary>Bytes of the device's memory that are not in use; null to count the whole memory.</summary>
    public long? Available { get; init; }

    /// <summary>Memory that the run can have: what is available now, if that is known.</summary>
    public long Room => Math.Min(Device, Available ?? Device);

    /// <summary>Whether a run is refused before it starts.</summary>
    public bool IsRefused => Need > (OnCard ? CertainlyTooMuch : Share) * Room;

    /// <summary>
    /// Factor by which a process that keeps freed pages can exceed the estimate (measured, decision record 077).
    /// </summary>
    public const double KeptFactor = 2;

    /// <summary>
    /// Freed pages are kept where that leaves half of the available memory to others. Numbers do not depend on it, so that the memory of
    /// the moment may count.
    /// </summary>
    public HeapPages Pages => OnCard ? HeapPages.Returned : PagesFor(Need, Room);

    /// <summary><see cref="Pages"/> of a training on the CPU.</summary>
    /// <param name="need">Estimated bytes.</param>
    /// <param name="room">Bytes that the process can have.</param>
    public static HeapPages PagesFor(long need, long room) => KeptFactor * need <= room / 2 ? HeapPages.Kept : HeapPages.Returned;

    /// <summary>A setting that would need less memory, for messages; null if only a smaller model or a larger device helps.</summary>
    public string? Advice =>
        (Recipe.Method, Recipe) switch
        {
            (FineTuneMethod.Full, _) => "train adapters (method lora) instead of all weights",
            (_, { Precision: Precision.Float32 }) => "store the frozen weights in bfloat16",
            (_, { Recompute: Recomputation.Never }) => "recompute layers",
            (_, { Precision: Precision.Bfloat16 }) => "store the frozen weights in int8 or NF4",
            (_, { Precision: Precision.Int8 }) => "store the frozen weights in NF4",
            _ => null,
        };

    /// <summary><see cref="Advice"/> as a sentence; if there is none, advises a smaller model or a larger device.</summary>
    public string WhatToDo =>
        Advice is { } way ? char.ToUpperInvariant(way[0]) + way[1..] + "." : "Use a smaller model, or a device with more memory.";

    /// <summary>From the fastest and most exact variant to the smallest.</summary>
    static IEnumerable<FineTune> Candidates(ModelConfig config, FineTune recipe, int longest, bool onCard, bool hasBFloat16)
    {
        var whole = Math.Max(1, recipe.BatchSize) * longest;
        foreach (var precision in Precisions(config, recipe, onCard, hasBFloat16))
        foreach (var (recompute, tokens) in Ways(recipe, longest, whole))
            yield return recipe with
            {
                Precision = precision,
                Recompute = recompute,
                TokensAtOnce = tokens,
            };
    }

    static IEnumerable<Precision> Precisions(ModelConfig config, FineTune recipe, bool onCard, bool hasBFloat16)
    {
        if (recipe.Precision != Precision.Auto)
            return [recipe.Precision];
        if (recipe.Method == FineTuneMethod.Full)
            return [Precision.Float32];
        var large = ExpectedTensor.Of(config).Sum(t => t.Count) >= LargeModel;
        return onCard && !hasBFloat16 ? [Precision.Float32]
            : onCard && large ? [Precision.Bfloat16, Precision.Int8, Precision.Nf4]
            : [Precision.Float32, Precision.Bfloat16, Precision.Int8, Precision.Nf4];
    }

    static IEnumerable<(Recomputation, int)> Ways(FineTune recipe, int longest, int whole)
    {
        Recomputation[] choices = recipe.Recompute == Recomputation.Auto ? [Recomputation.Never, Recomputation.Always] : [recipe.Recompute];
        foreach (var recompute in choices)
        {
            if (recipe.TokensAtOnce > 0)
            {
                yield return (recompute, recipe.TokensAtOnce);
                continue;
            }
            var fewest = recompute == choices[^1] ? longest : Math.Max(longest, FewestUsefulTokens);
            var tokens = whole;
            while (true)
            {
                yield return (recompute, tokens);
                if (tokens <= fewest)
                    break;
                tokens = Math.Max(fewest, tokens / 2);
            }
        }
    }

    static MemoryFit Measure(ModelConfig config, FineTune recipe, int longest, int answer, long device, bool onCard)
    {
        var settings = Settings(recipe, longest, answer, onCard);
        var training = MemoryEstimate.ForTraining(config, settings);
        var tokens = AnswerTokens(config, settings.HalfActivations ? 2 : sizeof(float), device, training.Weights + settings.Overhead);
        var answering = MemoryEstimate.ForAnswering(
            config,
            settings with
            {
                Rows = Math.Max(1, tokens / (longest + answer)),
                Writes = recipe.Decode != DecodingMode.Labels,
            },
            training.Optimizer + training.Best
        );
        return new(recipe, training, answering, device, onCard, Math.Max(training.Total, answering.Total) <= Share * device);
    }

    /// <summary>Maximum tokens of prompts and answers in one batch: larger batches were not faster.</summary>
    public const int MostAnswerTokens = 8192;

    /// <summary>
    /// Tokens of prompts and answers per batch, at most <see cref="MostAnswerTokens"/>. Their activations may use a third of the memory
    /// that the model leaves free.
    /// </summary>
    /// <param name="taken">Bytes of the model's weights and of other memory already in use.</param>
    public static int AnswerTokens(ModelConfig config, int numberBytes, long device, long taken) =>
        (int)
            Math.Clamp(
                (Share * device - taken) / 3 / MemoryEstimate.AnsweringPerToken(config, numberBytes),
                FewestUsefulTokens,
                MostAnswerTokens
            );

    static MemorySettings Settings(FineTune recipe, int longest, int answer, bool onCard)
    {
        var rows = Math.Clamp(recipe.TokensAtOnce / Math.Max(1, longest), 1, recipe.BatchSize);
        return new()
        {
            Weights = Stored(recipe.Precision),
            HalfActivations = Arithmetic(recipe.Precision, onCard) == WeightPrecision.BFloat16,
            LoraRank = recipe.Method == FineTuneMethod.Lora ? recipe.LoraRank : null,
            LoraTargets = recipe.Targets,
            FrozenEmbedding = recipe.FrozenEmbedding,
            Optimizer = recipe.Moments,
            Rows = rows,
            Parts = (recipe.BatchSize + rows - 1) / rows,
            Length = longest,
            AnswerLength = answer,
            Checkpointing = recipe.Recompute == Recomputation.Always,
            KeepsBest = true,
            OnCard = onCard,
        };
    }

    /// <summary>The storage format of a resolved precision.</summary>
    public static WeightPrecision Stored(Precision precision) =>
        precision switch
        {
            Precision.Float32 => WeightPrecision.Float32,
            Precision.Bfloat16 => WeightPrecision.BFloat16,
            Precision.Int8 => WeightPrecision.Int8,
            Precision.Nf4 => WeightPrecision.Nf4,
            _ => throw new ArgumentOutOfRangeException(nameof(precision), "auto must be resolved first"),
        };

    /// <summary>The precision of the computation: GPUs have units for bfloat16, most CPUs do not.</summary>
    public static WeightPrecision Arithmetic(Precision precision, bool onCard) =>
        precision == Precision.Bfloat16 || (precision != Precision.Float32 && onCard) ? WeightPrecision.BFloat16 : WeightPrecision.Float32;

    /// <summary>Description such as "LoRA on bfloat16 weights, 512 tokens per forward pass, layers recomputed".</summary>
    public string Words
    {
        get
        {
            var learned =
                Recipe.Method == FineTuneMethod.Full
                    ? "all weights trained, float32"
                    : $"{(Recipe.Dora ? "DoRA" : "LoRA")} on {Recipe.Precision switch { Precision.Nf4 => "NF4", var p => p.ToString().ToLowerInvariant() }} weights";
            var parts =
                Estimate.Parts > 1
                    ? string.Create(CultureInfo.InvariantCulture, $", {Recipe.TokensAtOnce:n0} tokens per forward pass")
                    : "";
            return learned + parts + (Recipe.Recompute == Recomputation.Always ? ", layers recomputed" : "");
        }
    }
}
