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
    readonly SortedDictionary<int, (int Count, int Row, string Text)> marked = [];
    bool begun;

    /// <summary>Own cells that were written with an apostrophe, at most one problem per column.</summary>
    public IReadOnlyList<Problem> Apostrophes =>
        [
            .. marked.Select(m =>
            {
                var one = m.Value.Count == 1;
                return new Problem(
                    Severity.Warning,
                    "apostrophe-added",
                    FormattableString.Invariant(
                        $"{m.Value.Count} {(one ? "cell begins" : "cells begin")} like a formula ('{AnswerProblems.Short(m.Value.Text)}') and {(one ? "is" : "are")} written with an apostrophe in front, so that spreadsheet programs do not run {(one ? "it" : "them")}"
                    ),
                    "Remove the apostrophe before another program compares the cells; JSON has them unchanged.",
                    m.Value.Row,
                    Table.Own[m.Key].Name
                );
            }),
        ];

    string Defused(int column, string cell, int row)
    {
        var safe = TableWriter.Defused(cell);
        if (!ReferenceEquals(safe, cell))
            marked[column] = marked.TryGetValue(column, out var known) ? known with { Count = known.Count + 1 } : (1, row, cell);
        return safe;
    }

    public override async Task WriteAsync(AnsweredPiece piece, CancellationToken cancel)
    {
        if (!begun)
            TableWriter.WriteRow([.. Table.Names.Select(TableWriter.Defused)], output);
        begun = true;
        for (var i = 0; i < piece.Rows; i++)
        {
            var row = i;
            TableWriter.WriteRow(
                [
                    .. Table.Own.Select((_, c) => Defused(c, piece.Own(c, row), piece.First + row + 1)),
                    .. Table.Answers(piece, i).Select(TableWriter.Defused),
                ],
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
            rows.Add([.. Enumerable.Range(0, Table.Own.Count).Select(c => piece.Own(c, i)), .. Table.Answers(piece, i)]);
        show([.. rows]);
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
