using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Memory;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.FineTuning.Stacks;

/// <summary>One fit of those that train together.</summary>
/// <param name="Settings">With the automatic values replaced for this task.</param>
/// <param name="Longest">Tokens of the longest row, prompt and answer together.</param>
sealed record StackItem(FitRequest Fit, TablePrompts Prompts, LiftSettings Settings, StartWeights Start, int Longest)
{
    /// <summary>Whether the process keeps freed pages while it trains.</summary>
    public HeapPages Pages { get; init; }

    public FineTune Recipe => Settings.Recipe;

    public LearningTask Task => Fit.Task;

    /// <summary>
    /// Fits with equal kinds can train together: the same recipe, steps per pass, passes and columns. The numbers of rows may differ.
    /// </summary>
    public object Kind =>
        (
            Recipe with
            {
                TokensAtOnce = 0,
            },
            Recipe.StepsPerPass(Task.Split.Train.Count),
            Recipe.EpochsFor(Task.Split.Train.Count),
            Prompts.State.Features.Count
        );

    /// <summary>
    /// Whether this fit trains as a stack: all weights of a model that starts from random weights are trained, in one pass per step, and
    /// its answers are scored. Pretrained models keep their whole vocabulary and are trained one after the other.
    /// </summary>
    public bool CanStack =>
        Start.Members.Count == 0
        && Recipe is { Method: FineTuneMethod.Full, Decode: DecodingMode.Labels, ColumnOrders: 1, Moments: OptimizerMemory.Adam }
        && Recipe.Recompute != Recomputation.Always
        && Recipe.TokensAtOnce >= Recipe.BatchSize * Longest
        && AnswerSheet.Of(Prompts).IsClosed
        && FirstWeights.OfUntrained(ModelByName.Folder(Start.Model)) is not null;
}
