using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>The answers for some consecutive rows of a table.</summary>
/// <param name="First">Index of the first row in all rows, from 0.</param>
/// <param name="Answers">Shape (learners)(rows).</param>
/// <param name="Given">The person's own columns; those of a part where the table is read in parts.</param>
/// <param name="Before">Number of rows before <paramref name="Given"/>.</param>
public sealed record AnsweredPiece(int First, IReadOnlyList<IReadOnlyList<Prediction>> Answers, IReadOnlyList<Column> Given, int Before = 0)
{
    public int Rows => Answers[0].Count;

    /// <summary>A cell of the person's own.</summary>
    /// <param name="row">From 0, in this piece.</param>
    public string Own(int column, int row) => Given[column].Cells[First - Before + row];
}

/// <summary>How far the work on a table is.</summary>
/// <param name="Phase">"read", "load", "answer" or "workbook".</param>
/// <param name="Learner">The title of the learner whose model is loaded; else null.</param>
public sealed record AskingProgress(
    string Phase,
    int Rows = 0,
    int Total = 0,
    double? RowsPerSecond = null,
    double? SecondsLeft = null,
    string? Learner = null
);
