using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>Writes a table with answers while they come.</summary>
public abstract class AnswerWriter(AnsweredTable table) : IAsyncDisposable
{
    protected AnsweredTable Table => table;

    public abstract Task WriteAsync(AnsweredPiece piece, CancellationToken cancel);

    /// <summary>Writes what can only be written at the end.</summary>
    public virtual Task EndAsync(CancellationToken cancel) => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}

/// <summary>CSV: UTF-8, comma, line feed; the person's own cells as their file has them.</summary>
public sealed class CsvAnswers(AnsweredTable table, TextWriter output, bool closes = true) : AnswerWriter(table)
{
    bool begun;

    public override async Task WriteAsync(AnsweredPiece piece, CancellationToken cancel)
    {
        if (!begun)
            TableWriter.WriteRow([.. Table.Names.Select(TableWriter.Defused)], output);
        begun = true;
        for (var i = 0; i < piece.Rows; i++)
        {
            var row = piece.First + i;
            TableWriter.WriteRow(
                [.. Table.Own.Select(c => TableWriter.Defused(c.Cells[row])), .. Table.Answers(piece, i).Select(TableWriter.Defused)],
                output
            );
        }
        await output.FlushAsync(cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        if (closes)
            await output.DisposeAsync();
    }
}

/// <summary>Shows the first rows, as soon as they are answered.</summary>
/// <param name="most">Number of rows to show; fewer are shown first.</param>
/// <param name="show">Cells of all first rows so far. Shape (rows)(columns).</param>
public sealed class FirstAnswers(AnsweredTable table, int most, Action<IReadOnlyList<IReadOnlyList<string>>> show) : AnswerWriter(table)
{
    readonly List<IReadOnlyList<string>> rows = [];

    public override Task WriteAsync(AnsweredPiece piece, CancellationToken cancel)
    {
        if (rows.Count == most)
            return Task.CompletedTask;
        for (var i = 0; i < piece.Rows && rows.Count < most; i++)
            rows.Add([.. Table.Own.Select(c => c.Cells[piece.First + i]), .. Table.Answers(piece, i)]);
        show([.. rows]);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
