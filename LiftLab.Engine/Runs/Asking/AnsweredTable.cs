using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>A table with the columns that predictions add to it.</summary>
/// <param name="Own">The person's own columns with their cells as written.</param>
/// <param name="Added">For each learner.</param>
public sealed record AnsweredTable(IReadOnlyList<Column> Own, IReadOnlyList<AnswerColumns> Added)
{
    public static AnsweredTable Of(AskedTable asked, LearningTask task, IReadOnlyList<AskedLearner> learners)
    {
        var own = asked.Given.Columns;
        var taken = own.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var target = task.Schema.Target.Name;
        return new(
            own,
            [.. learners.Select(l => new AnswerColumns(learners.Count == 1 ? target : $"{target}_{l.Name}", task.Target, l, taken))]
        );
    }

    public IEnumerable<string> Names => [.. Own.Select(c => c.Name), .. Added.SelectMany(a => a.Names)];

    /// <summary>The cells that a row of a piece gets.</summary>
    public IEnumerable<string> Answers(AnsweredPiece piece, int i) => Added.SelectMany((a, learner) => a.Cells(piece.Answers[learner][i]));

    /// <summary>Own cells that are written with an apostrophe, at most one problem per column.</summary>
    public IEnumerable<Problem> Apostrophes()
    {
        foreach (var column in Own)
        {
            var cells = column.Cells;
            int[] rows = [.. Enumerable.Range(0, cells.Count).Where(r => !ReferenceEquals(TableWriter.Defused(cells[r]), cells[r]))];
            if (rows.Length == 0)
                continue;
            var one = rows.Length == 1;
            yield return new(
                Severity.Warning,
                "apostrophe-added",
                FormattableString.Invariant(
                    $"{rows.Length} {(one ? "cell begins" : "cells begin")} like a formula ('{AnswerProblems.Short(column.Cells[rows[0]])}') and {(one ? "is" : "are")} written with an apostrophe in front, so that spreadsheet programs do not run {(one ? "it" : "them")}"
                ),
                "Remove the apostrophe before another program compares the cells; JSON has them unchanged.",
                rows[0] + 1,
                column.Name
            );
        }
    }
}
