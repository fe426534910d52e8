using System.Text.Json.Serialization;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Learning;

/// <summary>An event during learning. Serialised with a "kind"; Runs adds further kinds.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PhaseEntered), "phase")]
[JsonDerivedType(typeof(TrainingStep), "step")]
[JsonDerivedType(typeof(Validated), "validated")]
[JsonDerivedType(typeof(BoundaryDrawn), "boundary")]
[JsonDerivedType(typeof(AnswersSampled), "answers")]
[JsonDerivedType(typeof(CheckpointSaved), "checkpoint")]
[JsonDerivedType(typeof(Noted), "note")]
public abstract record LearningEvent;

/// <summary>
/// A long phase started or advanced: "load", "tokenise", "train", "predict", "boundary". <paramref name="Fraction"/> (0 to 1) is the part
/// that is done; null where it is not known.
/// </summary>
public sealed record PhaseEntered(string Phase, string? Detail = null, double? Fraction = null) : LearningEvent;

/// <param name="Step">Completed optimiser steps, from 1.</param>
/// <param name="Steps">Total number of planned steps.</param>
/// <param name="Epoch">Completed epochs, fractional.</param>
/// <param name="Loss">Mean cross-entropy of the completion tokens of this step's rows, in nats per token.</param>
/// <param name="TokensPerSecond">Mean over the last steps, padding not counted.</param>
public sealed record TrainingStep(
    int Step,
    int Steps,
    double Epoch,
    double Loss,
    double LearningRate,
    double TokensPerSecond,
    double SecondsLeft
) : LearningEvent
{
    /// <summary>Which of several averaged models this is, from 0. Models that train together take turns in the count of steps.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Member { get; init; }

    /// <summary>
    /// Whether each model counts its own steps and has its own pace, as jobs at a provider do. Otherwise the models share the run's count.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Apart { get; init; }
}

/// <param name="Metric">Name of the metric ("accuracy", "rmse") of <paramref name="Value"/>; null where only the loss is known.</param>
/// <param name="Value">The metric on the validation rows.</param>
/// <param name="Best">Whether this is the best epoch so far.</param>
public sealed record Validated(int Step, double Epoch, double Loss, string? Metric, double? Value, bool Best) : LearningEvent
{
    /// <summary>Which of several averaged models this is, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Member { get; init; }

    /// <inheritdoc cref="TrainingStep.Apart"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Apart { get; init; }
}

public sealed record BoundaryDrawn(int Step, double Epoch, BoundaryGrid Grid) : LearningEvent;

/// <summary>Answers of the current model for a few validation rows.</summary>
public sealed record AnswersSampled(int Step, IReadOnlyList<SampledAnswer> Answers) : LearningEvent;

/// <param name="Answer">The model's raw text.</param>
/// <param name="Truth">The right text, as prompts write it.</param>
/// <param name="Answered">The class or number that the answer means; null where it is unreadable, and in runs from before it was
/// stored.</param>
/// <param name="Target">The right class or number, as the table writes it; null in runs from before it was stored.</param>
public sealed record SampledAnswer(
    string Prompt,
    string Answer,
    string Truth,
    bool Readable,
    string? Answered = null,
    string? Target = null
)
{
    /// <summary>"virginica, correct"; "versicolor, should be virginica"; "unreadable, should be virginica".</summary>
    [JsonIgnore]
    public string InWords
    {
        get
        {
            var right = Readable && (Answered is not null ? Answered == Target : Answer == Truth);
            var answered = Readable ? Answered ?? Answer : "unreadable";
            return right ? $"{answered}, correct" : $"{answered}, should be {Target ?? Truth}";
        }
    }
}

public sealed record CheckpointSaved(int Step, double Epoch) : LearningEvent;

/// <summary>A line of the log.</summary>
public sealed record Noted(string Text, bool IsWarning = false) : LearningEvent;
