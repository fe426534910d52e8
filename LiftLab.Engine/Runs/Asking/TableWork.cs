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
    /// <param name="writers">Makes what writes the answers, when the table has been read.</param>
    /// <param name="found">Told of the table's differences before the first answer.</param>
    /// <exception cref="BadDataException">The file is no table, lacks columns of the run or has too many rows.</exception>
    /// <exception cref="Learning.Kept.KeptModelException">A model cannot be opened.</exception>
    /// <exception cref="LearningFailedException">Memory ran out.</exception>
    public async Task<TableAnswered> RunAsync(
        TableQuestion question,
        Func<AskedTable, AnsweredTable, IReadOnlyList<AnswerWriter>> writers,
        Action<IReadOnlyList<Problem>> found,
        CancellationToken cancel
    )
    {
        var began = clock.GetTimestamp();
        say(new("read"));
        var (spec, task) = (models.Run.Spec, models.Run.Task);
        var asked = question.File is { } file
            ? await AskedFile.ReadAsync(spec, task, file, question.Reading, cancel)
            : AskedTable.WithoutTarget(task);
        var asking = new TableAsking(models, say, clock);
        var learners = await asking.OpenAsync(question.Learners, cancel);
        var table = AnsweredTable.Of(asked, task, learners);
        List<Problem> problems = [.. asked.Problems, .. asking.Problems];
        foreach (var learner in learners)
            problems.AddRange(
                await models.AskAsync(learner, m => Task.FromResult((m as IAsksInWords)?.Unaskable(asked.Features) ?? []), cancel)
            );
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
        return new(asked.Given.RowCount, counted.Unreadable, clock.GetElapsedTime(began).TotalSeconds, problems);
    }
}
