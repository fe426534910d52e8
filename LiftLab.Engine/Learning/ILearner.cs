using System.Text.Json.Nodes;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// Anything that learns from a table: LIFT or a classical model. Four verbs: fit, keep, open, predict. Fitting and opening return a
/// predictor, so a predictor is always fitted; nothing is fitted in order to predict.
/// </summary>
public interface ILearner
{
    /// <summary>The stable name in lists, specs and reports ("knn", "lift").</summary>
    string Name { get; }

    /// <summary>Fits on the task's training rows. The same task and seed give the same predictor.</summary>
    /// <exception cref="LearningFailedException">Learning cannot go on (diverged, too few rows of a class, out of memory).</exception>
    Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress = null, CancellationToken cancel = default);

    /// <summary>
    /// Reads the predictor that <see cref="IPredictor.KeepAsync"/> wrote. On the same machine it answers exactly as the one that was kept,
    /// bit for bit.
    /// </summary>
    /// <param name="folder">The folder that it was kept in, or that folder's place after the run's folder was moved as a whole.</param>
    /// <exception cref="Kept.KeptModelException">A file is missing, damaged, or of another learner.</exception>
    Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default);
}

/// <summary>A fitted model. Not safe for concurrent use.</summary>
public interface IPredictor : IDisposable
{
    /// <summary>What was chosen while fitting (grid point, best epoch), as it goes into the report.</summary>
    JsonObject Settings { get; }

    /// <summary>One prediction for each of the given rows, in their order. The target column may be absent from the table.</summary>
    Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default);

    /// <summary>
    /// Writes the fitted model, for <see cref="ILearner.OpenAsync"/> of the same learner. Large files of others (base models, a network of
    /// the person's own) are referred to by path, not copied.
    /// </summary>
    /// <param name="folder">Belongs to this predictor alone; created where it is missing. After an error its content is useless.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    Task KeepAsync(string folder, CancellationToken cancel = default);
}

/// <summary>Learning ended without a result: what happened and what to change.</summary>
public sealed class LearningFailedException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner)
{
    /// <summary>Stable ("loss-not-finite").</summary>
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;
}
