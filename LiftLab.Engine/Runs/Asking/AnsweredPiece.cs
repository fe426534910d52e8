using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>The answers for some consecutive rows of a table.</summary>
/// <param name="First">Index of the first row, from 0.</param>
/// <param name="Answers">Shape (learners)(rows).</param>
public sealed record AnsweredPiece(int First, IReadOnlyList<IReadOnlyList<Prediction>> Answers)
{
    public int Rows => Answers[0].Count;
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
