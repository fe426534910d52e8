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
}
