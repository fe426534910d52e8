using System.Text.Json.Serialization;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs.Resident;

/// <summary>
/// A question to a resident worker, the process that keeps the models of one run open. One JSON line each way:
/// <c>{"id":1,"question":{"kind":"rows",…}}</c> is answered by any number of lines with <c>progress</c>, then by one with <c>answer</c> or
/// <c>refusal</c>, all with the same id. A new kind of question is one more record here and one more case in <see cref="ResidentServer"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Rows), "rows")]
[JsonDerivedType(typeof(Flips), "flips")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(Texts), "texts")]
[JsonDerivedType(typeof(Cancel), "cancel")]
public abstract record ResidentQuestion
{
    ResidentQuestion() { }

    /// <summary>Predictions for rows that are given as cells.</summary>
    /// <param name="Cells">For each row its cells by column; a feature that is absent is missing.</param>
    /// <param name="Learners">By name; null for all of the run.</param>
    /// <param name="Words">Whether the prompt of the first row is part of the answer.</param>
    /// <param name="Typed">The columns that a person typed, which are read and changed as the run's file was; the others have cells of the
    /// run's table. Null: all were typed.</param>
    public sealed record Rows(
        IReadOnlyList<IReadOnlyDictionary<string, string>> Cells,
        IReadOnlyList<string>? Learners = null,
        bool Words = false,
        IReadOnlyList<string>? Typed = null
    ) : ResidentQuestion;

    /// <summary>The nearest changes of single cells that change a learner's answer.</summary>
    /// <param name="Learner">Null for the run's main learner.</param>
    /// <param name="Typed">As in <see cref="Rows"/>.</param>
    public sealed record Flips(IReadOnlyDictionary<string, string> Cells, string? Learner = null, IReadOnlyList<string>? Typed = null)
        : ResidentQuestion;

    /// <summary>Predictions for a whole table, written to files while they come.</summary>
    /// <param name="File">Null for the rows of the run's own table that have no target.</param>
    /// <param name="Reading">How the file is read, where a person chose it.</param>
    /// <param name="MaxBytes">Of the file, as <paramref name="MaxRows"/> and <paramref name="MaxColumns"/>; more is refused.</param>
    /// <param name="Learners">By name; null for all of the run.</param>
    /// <param name="Csv">The file to write, as the others; null for none.</param>
    public sealed record Table(
        string? File,
        TableReadOptions? Reading,
        long MaxBytes,
        int MaxRows,
        int MaxColumns,
        IReadOnlyList<string>? Learners,
        string? Csv = null,
        string? JsonLines = null,
        string? Workbook = null
    ) : ResidentQuestion;

    /// <summary>Continuations of texts, by the run's main learner or by the model that the worker keeps open alone.</summary>
    /// <param name="Streams">Whether parts of the continuations are told while they are written.</param>
    public sealed record Texts(IReadOnlyList<TextRequest> Requests, bool Streams = false) : ResidentQuestion;

    /// <summary>Ends the work on another question, which is then refused with the code "cancelled".</summary>
    public sealed record Cancel(long Id) : ResidentQuestion;
}

/// <summary>A line to a resident worker.</summary>
public sealed record ResidentRequest(long Id, ResidentQuestion Question);
