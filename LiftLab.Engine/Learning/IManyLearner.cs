namespace LiftLab.Engine.Learning;

/// <summary>A learner that fits several predictors together in less time than one after the other.</summary>
public interface IManyLearner : ILearner
{
    /// <summary>
    /// Fits each task with its seed. Tasks may differ in their rows. A fit that fails does not end the others. The predictors are
    /// independent of each other; the caller disposes them.
    /// </summary>
    /// <returns>One outcome per fit, in their order.</returns>
    /// <exception cref="OperationCanceledException">Cancelled: no predictor is returned.</exception>
    Task<IReadOnlyList<FitOutcome>> FitManyAsync(IReadOnlyList<FitRequest> fits, CancellationToken cancel = default);
}

/// <summary>One of several fits, as <see cref="ILearner.FitAsync"/> takes it.</summary>
public sealed record FitRequest(LearningTask Task, int Seed, IProgress<LearningEvent>? Progress = null);

/// <summary>The predictor of a fit, or why it failed; the other one is null.</summary>
public sealed record FitOutcome(IPredictor? Predictor, LearningFailedException? Failure);
