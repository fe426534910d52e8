using System.Runtime.CompilerServices;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>Asks a run's learners about every row of a table, in pieces.</summary>
/// <param name="say">Told of progress, on any thread.</param>
public sealed class TableAsking(RunModels models, Action<AskingProgress> say, TimeProvider clock)
{
    /// <summary>Rows of the first piece, so that the first answers are there soon.</summary>
    const int FirstRows = 32;

    const int MostRows = 4096;

    /// <summary>Between two pieces others have their turn, and progress is told.</summary>
    const double SecondsPerPiece = 0.25;

    /// <summary>What the work has found to be said: the table's differences first, then learners that were left out.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>
    /// The learners whose models can be opened. One that cannot is left out with a warning, unless it is the only one.
    /// </summary>
    /// <exception cref="KeptModelException">No model can be opened.</exception>
    public async Task<IReadOnlyList<AskedLearner>> OpenAsync(IReadOnlyList<AskedLearner> learners, CancellationToken cancel)
    {
        var able = new List<AskedLearner>();
        foreach (var learner in learners)
            try
            {
                say(new("load", Learner: learner.Title));
                await models.AskAsync(learner, Task.FromResult, cancel);
                able.Add(learner);
            }
            catch (Exception e) when (e is IExplained && learners.Count > 1 && (able.Count > 0 || learner != learners[^1]))
            {
                var why = (IExplained)e;
                Problems.Add(new(Severity.Warning, why.Code, $"{learner.Title} is left out: {why.What}", why.WhatToDo));
            }
        return able;
    }

    /// <summary>
    /// The answers for all rows, in row order. The sizes of the pieces depend on the run's own speed only, so that equal tables get equal
    /// answers on one machine, bit for bit.
    /// </summary>
    public async IAsyncEnumerable<AnsweredPiece> AskAsync(
        AskedRows asked,
        IReadOnlyList<AskedLearner> learners,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var most = PieceOf(learners);
        var (began, size) = (clock.GetTimestamp(), Math.Min(FirstRows, most));
        say(new("answer", 0, asked.Count));
        await foreach (var (before, part) in asked.PartsAsync(cancel))
            for (int first = 0, total = part.Features.RowCount; first < total; size = Math.Min(2 * size, most))
            {
                int[] rows = [.. Enumerable.Range(first, Math.Min(size, total - first))];
                var answers = new List<IReadOnlyList<Prediction>>(learners.Count);
                foreach (var learner in learners)
                {
                    cancel.ThrowIfCancellationRequested();
                    answers.Add(
                        await models.AskAsync(learner, m => m.PredictPartAsync(part.Features, rows, before + rows[0], cancel), cancel)
                    );
                }
                yield return new(before + first, answers, part.Given.Columns, before);
                first += rows.Length;
                var (seconds, done) = (clock.GetElapsedTime(began).TotalSeconds, before + first);
                say(new("answer", done, asked.Count, done / seconds, (asked.Count - done) * seconds / done));
            }
    }

    /// <summary>A power of two that takes about <see cref="SecondsPerPiece"/> by the run's own measure.</summary>
    static int PieceOf(IReadOnlyList<AskedLearner> learners)
    {
        var seconds = learners.Sum(l => l.SecondsPerRow);
        var size = 1;
        while (size < MostRows && 2 * size * seconds <= SecondsPerPiece)
            size *= 2;
        return size;
    }
}
