using LiftLab.Engine.Models.Memory;

namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>Hyperparameters of a training run, for fine-tuning and pretraining.</summary>
public sealed record TrainingPlan
{
    /// <summary>Number of epochs of the source; ignored if <see cref="Steps"/> is set.</summary>
    public int Epochs { get; init; } = 10;
    public int? Steps { get; init; }
    public double LearningRate { get; init; } = 1e-3;
    public Schedule Schedule { get; init; } = new();

    /// <summary>Decoupled weight decay, as in AdamW, applied to weights of two dimensions only.</summary>
    public double WeightDecay { get; init; } = 0.01;
    public double Beta1 { get; init; } = 0.9;
    public double Beta2 { get; init; } = 0.999;
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Maximum global gradient norm; larger gradients are scaled down to it. Null for no clipping, as in the paper.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// Maximum tokens, padding included, in one forward pass. A larger batch is split into parts of rows of similar length (gradient
    /// accumulation). Null: the whole batch in one pass.
    /// </summary>
    public int? TokensAtOnce { get; init; }

    /// <summary>Whether rows are packed without padding.</summary>
    public Packing Packing { get; init; } = Packing.Auto;

    /// <summary>Format of the optimiser state.</summary>
    public OptimizerMemory Moments { get; init; } = OptimizerMemory.Adam;

    /// <summary>
    /// Storage format of the frozen weights; null if all weights are trained. Used only for the advice in out-of-memory messages.
    /// </summary>
    public Precision? Frozen { get; init; }

    /// <summary>Early stopping: training ends after this many validations in a row without improvement; null for never.</summary>
    public int? Patience { get; init; }

    /// <summary>Minimum seconds between checkpoints; one more is written at the end of the run.</summary>
    public double CheckpointSeconds { get; init; } = 30;

    /// <summary>Seed of dropout; the source has its own seed for the row order.</summary>
    public int Seed { get; init; }

    /// <summary>The plan of a fine-tune with this recipe.</summary>
    public static TrainingPlan Of(FineTune recipe, int steps, int seed) =>
        new()
        {
            Steps = steps,
            LearningRate = recipe.LearningRate,
            Schedule = new(recipe.Schedule, recipe.WarmupSteps),
            WeightDecay = recipe.WeightDecay,
            ClipNorm = recipe.GradientClip > 0 ? recipe.GradientClip : null,
            TokensAtOnce = recipe.TokensAtOnce > 0 ? recipe.TokensAtOnce : null,
            Moments = recipe.Moments,
            Frozen = OutOfMemory.Frozen(recipe),
            Patience = recipe.Patience > 0 ? recipe.Patience : null,
            Seed = seed,
        };
}
