using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>A table that a finished run is asked about.</summary>
/// <param name="File">A file, or a bundled table's name; null for the rows of the run's own table that have no target.</param>
/// <param name="Reading">How the file is read, where a person chose it, and the limits.</param>
public sealed record TableQuestion(string? File, TableReadOptions Reading, IReadOnlyList<AskedLearner> Learners);

/// <summary>What became of a table.</summary>
/// <param name="Problems">Everything that is to be said: differences from the run's table, learners left out, unreadable answers.</param>
public sealed record TableAnswered(int Rows, int Unreadable, double Seconds, IReadOnlyList<Problem> Problems);

/// <summary>
/// Answers a whole table: the one way from a file to predictions, for the command line, the API and the pages. The answers are written
/// while they come.
/// </summary>
/// <param name="say">Told of progress, on any thread.</param>
public sealed class TableWork(RunModels models, Action<AskingProgress> say, TimeProvider clock)
{
    /// <summary>Size of the parts in which a long file is read.</summary>
    public int PartBytes { get; init; } = AskedRows.PartBytes;

    /// <param name="writers">Makes what writes the answers, when the table has been read.</param>
    /// <param name="found">Told of the table's differences before the first answer.</param>
    /// <exception cref="BadDataException">The file is no table, lacks columns of the run or has too many rows.</exception>
    /// <exception cref="Learning.Kept.KeptModelException">A model cannot be opened.</exception>
    /// <exception cref="LearningFailedException">Memory ran out.</exception>
    public async Task<TableAnswered> RunAsync(
        TableQuestion question,
        Func<AskedRows, AnsweredTable, IReadOnlyList<AnswerWriter>> writers,
        Action<IReadOnlyList<Problem>> found,
        CancellationToken cancel
    )
    {
        var began = clock.GetTimestamp();
        say(new("read"));
        var (spec, task) = (models.Run.Spec, models.Run.Task);
        using var asked = question.File is { } file
            ? await AskedRows.ReadAsync(spec, task, file, question.Reading, PartBytes, cancel)
            : AskedRows.Of(AskedTable.WithoutTarget(task));
        var asking = new TableAsking(models, say, clock);
        var learners = await asking.OpenAsync(question.Learners, cancel);
        var table = AnsweredTable.Of(asked.First, task, learners);
        List<Problem> problems = [.. asked.Problems, .. asking.Problems];
        problems.AddRange(await UnaskableAsync(asked, learners, cancel));
        found(problems);
        var counted = new AnswerProblems(learners);
        var into = writers(asked, table);
        try
        {
            await foreach (var piece in asking.AskAsync(asked, learners, cancel))
            {
                counted.Add(piece);
                foreach (var writer in into)
                    await writer.WriteAsync(piece, cancel);
            }
            foreach (var writer in into)
                await writer.EndAsync(cancel);
        }
        finally
        {
            foreach (var writer in into)
                await writer.DisposeAsync();
        }
        problems.AddRange(counted.ToList());
        return new(asked.Count, counted.Unreadable, clock.GetElapsedTime(began).TotalSeconds, problems);
    }

    /// <summary>What learners that ask in words cannot write, over all rows.</summary>
    async Task<IReadOnlyList<Problem>> UnaskableAsync(AskedRows asked, IReadOnlyList<AskedLearner> learners, CancellationToken cancel)
    {
        var askers = new List<AskedLearner>();
        foreach (var learner in learners)
            if (await models.AskAsync(learner, m => Task.FromResult(m is IAsksInWords), cancel))
                askers.Add(learner);
        if (askers.Count == 0)
            return [];
        PartProblems[] found = [.. askers.Select(_ => new PartProblems())];
        await foreach (var (before, part) in asked.PartsAsync(cancel))
            for (var i = 0; i < askers.Count; i++)
                found[i]
                    .Add(
                        await models.AskAsync(askers[i], m => Task.FromResult(((IAsksInWords)m).Unaskable(part.Features)), cancel),
                        before
                    );
        return [.. found.SelectMany(f => f.ToList())];
    }
}
