using System.Text.Json.Serialization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Resident;

/// <summary>A line from a resident worker; one of the three parts is there.</summary>
public sealed record ResidentReply(long Id, ResidentNews? Progress = null, ResidentAnswer? Answer = null, ResidentRefusal? Refusal = null);

/// <summary>News of a question that is being answered.</summary>
/// <param name="Problems">What was found in the table, once, when it has been read.</param>
/// <param name="Columns">The names of all columns of the table with its predictions, once.</param>
/// <param name="FirstRows">Cells of the first rows that are answered so far. Shape (rows)(columns).</param>
/// <param name="Own">How many of the columns are the person's own; they come first.</param>
/// <param name="Sheets">The sheets of a workbook, once.</param>
/// <param name="Sheet">The one that was read.</param>
/// <param name="Piece">A part of a continuation.</param>
public sealed record ResidentNews(
    AskingProgress? Now = null,
    IReadOnlyList<Problem>? Problems = null,
    IReadOnlyList<string>? Columns = null,
    IReadOnlyList<IReadOnlyList<string>>? FirstRows = null,
    int? Own = null,
    IReadOnlyList<string>? Sheets = null,
    string? Sheet = null,
    TextPiece? Piece = null
);

/// <summary>The answer to a question.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Rows), "rows")]
[JsonDerivedType(typeof(Flips), "flips")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(Texts), "texts")]
public abstract record ResidentAnswer
{
    ResidentAnswer() { }

    /// <summary>The first line, with id 0: the run has been read.</summary>
    public sealed record Ready(int ProcessId) : ResidentAnswer;

    /// <param name="Problems">In what the rows differ from the run's table.</param>
    /// <param name="Words">The question to LIFT about the first row; null if it was not requested or LIFT does not answer.</param>
    public sealed record Rows(IReadOnlyList<LearnerAnswers> Learners, IReadOnlyList<Problem> Problems, AskedWords? Words) : ResidentAnswer;

    /// <summary>Nearest first; empty where no single change was found that changes the answer.</summary>
    public sealed record Flips(string Learner, IReadOnlyList<Flip> Found) : ResidentAnswer;

    public sealed record Table(TableAnswered Answered) : ResidentAnswer;

    /// <param name="Written">In the order of the requests.</param>
    public sealed record Texts(IReadOnlyList<WrittenText> Written) : ResidentAnswer;
}

/// <summary>One learner's answers for the rows of a question.</summary>
/// <param name="Answers">In the order of the rows, numbered from 0; null where the learner's model cannot be opened.</param>
/// <param name="HalfWidth">Of the interval around a number; null for none.</param>
/// <param name="Failure">Why there are no answers.</param>
public sealed record LearnerAnswers(
    string Learner,
    string Title,
    IReadOnlyList<RowAnswer>? Answers,
    double? HalfWidth,
    ResidentRefusal? Failure = null
);

/// <summary>Why a question is not answered.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Problems">For a table that cannot be used.</param>
public sealed record ResidentRefusal(string Code, string What, string WhatToDo, IReadOnlyList<Problem>? Problems = null)
{
    public const string Cancelled = "cancelled";
}
