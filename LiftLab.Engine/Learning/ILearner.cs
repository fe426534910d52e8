using System.Text.Json.Nodes;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Learning;

/// <summary>
/// Anything that learns from a table: LIFT or a classical model. Fitting returns the fitted thing, so "not fitted" cannot be written down.
/// </summary>
public interface ILearner
{
    /// <summary>The stable name in lists, specs and reports ("knn", "lift").</summary>
    string Name { get; }

    /// <summary>Fits on the task's training rows. The same task and seed give the same predictor.</summary>
    /// <exception cref="LearningFailedException">Learning cannot go on (diverged, too few rows of a class, out of memory).</exception>
    Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress = null, CancellationToken cancel = default);
}

/// <summary>A fitted model. Not safe for concurrent use.</summary>
public interface IPredictor : IDisposable
{
    /// <summary>What was chosen while fitting (grid point, best epoch), as it goes into the report.</summary>
    JsonObject Settings { get; }

    /// <summary>One prediction for each of the given rows, in their order. The target column may be absent from the table.</summary>
    Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default);
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
