using LiftLab.Engine.Models.Memory;

namespace LiftLab.Engine.FineTuning.Recipes;

/// <summary>The numbers of a training run, whatever is trained.</summary>
public sealed record TrainingPlan
{
    /// <summary>Passes over the source's epochs; <see cref="Steps"/> wins where it is given.</summary>
    public int Epochs { get; init; } = 10;
    public int? Steps { get; init; }
    public double LearningRate { get; init; } = 1e-3;
    public Schedule Schedule { get; init; } = new();

    /// <summary>Decoupled from the gradient, as in AdamW; on weights of two dimensions.</summary>
    public double WeightDecay { get; init; } = 0.01;
    public double Beta1 { get; init; } = 0.9;
    public double Beta2 { get; init; } = 0.999;
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Gradients of a larger norm are scaled down to it; null for none, as in the paper.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// Most tokens, padding included, that go through the model at once. A larger batch is cut into parts of rows of similar length, whose
    /// gradients add up. Null: the whole batch at once.
    /// </summary>
    public int? TokensAtOnce { get; init; }

    /// <summary>What the optimizer keeps for each weight.</summary>
    public OptimizerMemory Moments { get; init; } = OptimizerMemory.Adam;

    /// <summary>
    /// How the weights that do not learn lie in memory; null where all learn. It changes nothing: what to do when memory runs out depends
    /// on it.
    /// </summary>
    public Precision? Frozen { get; init; }

    /// <summary>Stop when so many validations in a row brought nothing better.</summary>
    public int? Patience { get; init; }

    /// <summary>Seconds between checkpoints at least; there is one more at the end of the run.</summary>
    public double CheckpointSeconds { get; init; } = 30;

    /// <summary>Seed of dropout; the order of rows has its own in the source.</summary>
    public int Seed { get; init; }
}
