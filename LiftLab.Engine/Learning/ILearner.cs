using System.Text.Json.Nodes;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// A method that learns from a table: LIFT or a classical model. Four verbs: fit, keep, open, predict. Fitting and opening return a
/// predictor: a predictor is always fitted, and predicting never fits.
/// </summary>
public interface ILearner
{
    /// <summary>The stable name in lists, specifications and reports ("knn", "lift").</summary>
    string Name { get; }

    /// <summary>Fits on the task's training rows. The same task and seed give the same predictor.</summary>
    /// <exception cref="LearningFailedException">Learning cannot continue (diverged, too few rows of a class, out of memory).</exception>
    Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress = null, CancellationToken cancel = default);

    /// <summary>
    /// Opens the predictor that <see cref="IPredictor.KeepAsync"/> wrote. On the same machine its answers are equal to those of the kept
    /// predictor, bit for bit.
    /// </summary>
    /// <param name="folder">The folder of the kept predictor. The run folder may have been moved as a whole.</param>
    /// <exception cref="Kept.KeptModelException">A file is missing, is damaged, or belongs to another learner.</exception>
    Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default);
}

/// <summary>A fitted model. Not safe for concurrent use.</summary>
public interface IPredictor : IDisposable
{
    /// <summary>Settings chosen during fitting (grid point, best epoch), as the report shows them.</summary>
    JsonObject Settings { get; }

    /// <summary>One prediction per given row, in their order. The table need not have the target column.</summary>
    Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default);

    /// <summary>
    /// Predicts a part of a longer list of rows: answers that are drawn at random are the same as for the whole list at once.
    /// </summary>
    /// <param name="before">Number of rows in the list before these.</param>
    Task<IReadOnlyList<Prediction>> PredictPartAsync(
        Table table,
        IReadOnlyList<int> rows,
        int before,
        CancellationToken cancel = default
    ) => PredictAsync(table, rows, cancel);

    /// <summary>
    /// Writes the fitted model, for <see cref="ILearner.OpenAsync"/> of the same learner. Large files that exist elsewhere (base models,
    /// the user's own network) are referenced by path, not copied.
    /// </summary>
    /// <param name="folder">A folder that only this predictor uses; created if it does not exist. Not usable after an error.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    Task KeepAsync(string folder, CancellationToken cancel = default);
}

/// <summary>Learning ended without a result. The message states the cause and what to change.</summary>
public sealed class LearningFailedException(string code, string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner),
        IExplained
{
    /// <summary>Stable code of the cause ("loss-not-finite").</summary>
    public string Code { get; } = code;
    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;
}
