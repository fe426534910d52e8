using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Models.Memory;

namespace LiftLab.Engine.FineTuning.Recipes;

public enum FineTuneMethod
{
    /// <summary>All weights are trained.</summary>
    Full,

    /// <summary>Low-rank adapters are trained; the base model is frozen.</summary>
    Lora,
}

public enum DecodingMode
{
    /// <summary>Computes the exact probability of every possible answer and takes the most probable one; no answer is unreadable.</summary>
    Labels,

    /// <summary>Generates the most probable token at each step, until the end mark.</summary>
    Greedy,

    /// <summary>Samples tokens at a temperature, as in the paper.</summary>
    Sample,
}

/// <summary>Storage format of frozen weights.</summary>
public enum Precision
{
    /// <summary>The most exact format that fits into memory, see <see cref="MemoryFit"/>.</summary>
    Auto,
    Float32,
    Bfloat16,

    /// <summary>8 bits per weight and one scale per block of 4096 weights, as in the paper.</summary>
    Int8,

    /// <summary>4 bits per weight (NormalFloat4) and one scale per block of 64 weights.</summary>
    Nf4,
}

public enum Recomputation
{
    /// <summary>Only if the run does not fit into memory otherwise.</summary>
    Auto,
    Never,
    Always,
}

/// <summary>The recipe: settings of fine-tuning and decoding. <see cref="FineTunePresets"/> has the presets.</summary>
public sealed record FineTune
{
    /// <summary>Name of the preset that the recipe is based on.</summary>
    public string Name { get; init; } = "own";

    /// <summary>
    /// Peak learning rate of AdamW, reached after <see cref="WarmupSteps"/>, then decayed as <see cref="Schedule"/> says.
    /// </summary>
    public double LearningRate { get; init; } = 1e-4;

    public int WarmupSteps { get; init; } = 6;

    /// <summary>Maximum number of epochs; the weights of the epoch with the best validation result are kept.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>
    /// Epochs are added until at least this many steps are planned, because small tables need more epochs; 0 for no minimum.
    /// </summary>
    public int MinimumSteps { get; init; }

    /// <summary>
    /// Epochs are reduced (never below 2) until at most this many steps are planned, because large tables need fewer epochs; 0 for no
    /// maximum.
    /// </summary>
    public int MaximumSteps { get; init; }

    /// <summary>Rows per optimiser step.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>
    /// Maximum factor by which <see cref="BatchSize"/> grows for tables with fewer than <see cref="FullBlurFeatures"/> features, in
    /// proportion to the number of missing features: rows of few cells carry little information and cost little, and regression on few
    /// features gains from averaging the noise of more rows. The batch never exceeds a quarter of the training rows: with very few rows,
    /// small steps measured better (decision record 024).
    /// </summary>
    public double BatchGrowth { get; init; } = 1;

    /// <summary>Decoupled weight decay of AdamW, applied to weights of two dimensions only.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Maximum global gradient norm; 0 for no clipping, as in the paper.</summary>
    public double GradientClip { get; init; }

    /// <summary>Decay of the learning rate after the warm-up; linear in the paper.</summary>
    public Decay Schedule { get; init; } = Decay.Linear;

    /// <summary>Early stopping: training ends after this many validations in a row without improvement; 0 for never.</summary>
    public int Patience { get; init; }

    public FineTuneMethod Method { get; init; } = FineTuneMethod.Lora;

    /// <summary>Storage format of the frozen weights (method lora); method full needs float32.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>
    /// TF32: a GPU rounds the inputs of float32 matrix products to 10 bits of mantissa, which is faster and less exact. No effect on a CPU
    /// and on 16-bit products.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // recipes without it keep their text, and with it their answers
    public bool Tf32 { get; init; }

    /// <summary>
    /// Activation checkpointing: recomputes layers in the backward pass instead of storing their activations. Needs less memory and a third
    /// more time.
    /// </summary>
    public Recomputation Recompute { get; init; } = Recomputation.Auto;

    /// <summary>
    /// Maximum tokens, padding included, in one forward pass. Larger steps are split and use gradient accumulation. 0: as many as fit into
    /// memory.
    /// </summary>
    public int TokensAtOnce { get; init; }

    /// <summary>Optimiser state per trained weight: two float32 numbers, or two bytes.</summary>
    public OptimizerMemory Moments { get; init; } = OptimizerMemory.Adam;

    /// <summary>Rank of the adapters (method lora).</summary>
    public int LoraRank { get; init; } = 16;

    /// <summary>Dropout probability on the adapters' inputs during training (0–1).</summary>
    public double LoraDropout { get; init; }

    /// <summary>DoRA: adapters change only the direction of the weights; the magnitudes are trained separately.</summary>
    public bool Dora { get; init; }

    /// <summary>Adapters are scaled by alpha / rank; null for a factor of 1, as in the paper.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>
    /// Layers that get adapters: a comma-separated list of name suffixes, or "all" for every linear layer, the head and the embedding, as
    /// in the paper.
    /// </summary>
    public string LoraTargets { get; init; } = "all";

    /// <summary><see cref="LoraTargets"/> as a list; null for all.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Targets =>
        LoraTargets == "all" ? null : LoraTargets.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public DecodingMode Decode { get; init; } = DecodingMode.Labels;

    /// <summary>Sampling temperature (decode sample).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Answers sampled per row (decode sample): classes are voted over, numbers averaged.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>
    /// Number of column orders. One is drawn for each training row and epoch, and answers are averaged over all of them. 1: table order
    /// only.
    /// </summary>
    public int ColumnOrders { get; init; } = 1;

    /// <summary>
    /// Standard deviation, in steps of the coarsest level, of the noise added to scaled regression targets during training, so that
    /// neighbouring levels get similar probabilities.
    /// </summary>
    public double AnswerBlur { get; init; }

    /// <summary>
    /// Standard deviation, in levels, of the independent noise added to scaled features during training. With fewer than <see
    /// cref="FullBlurFeatures"/> features it shrinks in proportion, because each of a few numbers must then be exact.
    /// </summary>
    public double FeatureBlur { get; init; }

    /// <summary>
    /// Standard deviation of the correlated noise on scaled features (<c>CovariantNoise</c>), relative to the spread of similar rows
    /// (same class, or near targets). With few features it shrinks as <see cref="FeatureBlur"/> does: noise with the covariance of a
    /// ring-shaped class would fill the ring's centre. Needs prompts of equal length.
    /// </summary>
    public double CovariantBlur { get; init; }

    /// <summary>
    /// Freezes the token embedding (method full). A trained level token is updated only by the few rows that contain it, so the levels lose
    /// their initial order.
    /// </summary>
    public bool FrozenEmbedding { get; init; }

    /// <summary>
    /// Probability (0–1) that a category cell is replaced by the "other" token, redrawn per row and epoch. Needs prompts with one token per
    /// cell.
    /// </summary>
    public double CategoryDrop { get; init; }

    /// <summary>Number of features from which the full noise is applied and the batch size no longer grows.</summary>
    public const int FullBlurFeatures = 6;

    /// <summary>Ensemble size: models trained with different seeds, whose predictions are averaged.</summary>
    public int Members { get; init; } = 1;

    /// <summary>
    /// Method full, base models without pretraining: each further member starts from its own random weights, drawn like those of the base
    /// model with the following seeds. Members with the same initial weights make similar errors, so their average gains less (decision
    /// record 024).
    /// </summary>
    public bool OwnStarts { get; init; }

    /// <exception cref="ArgumentException">A setting is out of range; the message lists all of them.</exception>
    public void Check()
    {
        var wrong = SettingRange
            .All.Where(range => !range.Holds(this))
            .Select(range => $"{JsonNamingPolicy.CamelCase.ConvertName(range.Setting)} must be {range.Words}")
            .ToList();
        if (Method == FineTuneMethod.Full && Precision is not (Precision.Auto or Precision.Float32))
            wrong.Add("precision must be auto or float32 with method full: small updates are lost in weights of lower precision");
        if (Method == FineTuneMethod.Full && Dora)
            wrong.Add("dora needs method lora");
        if (wrong.Count > 0)
            throw new ArgumentException($"the recipe cannot be used: {string.Join("; ", wrong)}");
    }

    /// <summary>
    /// The noise for a table with <paramref name="features"/> features: <see cref="FeatureBlur"/> (Each) and <see cref="CovariantBlur"/>
    /// (Together), reduced below <see cref="FullBlurFeatures"/> features.
    /// </summary>
    public (double Each, double Together) BlurFor(int features)
    {
        var share = Math.Min(1, (double)features / FullBlurFeatures);
        return (FeatureBlur * share, CovariantBlur * share);
    }

    /// <summary>
    /// The recipe for a table with this many features and training rows, with <see cref="BatchGrowth"/> applied. Idempotent: the result has
    /// a growth of 1.
    /// </summary>
    public FineTune For(int features, int rows)
    {
        var grown = (int)Math.Round(BatchSize * Math.Clamp((double)FullBlurFeatures / Math.Max(1, features), 1, BatchGrowth));
        return this with { BatchSize = Math.Max(BatchSize, Math.Min(grown, rows / 4)), BatchGrowth = 1 };
    }

    /// <summary>Number of epochs for <paramref name="rows"/> training rows.</summary>
    public int EpochsFor(int rows)
    {
        var perEpoch = Math.Max(1, StepsPerPass(rows));
        var epochs = Math.Max(Epochs, (MinimumSteps + perEpoch - 1) / perEpoch);
        return MaximumSteps > 0 ? Math.Min(epochs, Math.Max(2, MaximumSteps / perEpoch)) : epochs;
    }

    /// <summary>Steps per epoch of <paramref name="rows"/> training rows.</summary>
    public int StepsPerPass(int rows) => (rows + BatchSize - 1) / BatchSize;
}
