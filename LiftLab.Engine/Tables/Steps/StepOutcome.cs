namespace LiftLab.Engine.Tables.Steps;

/// <summary>The result of one step of a list.</summary>
/// <param name="Number">Its place in the list, from 1.</param>
/// <param name="Notes">What a person should know about it.</param>
/// <param name="Failure">Why it does not apply; null unless it failed.</param>
public sealed record StepOutcome(
    int Number,
    TableStep Step,
    StepState State,
    StepCounts Counts,
    IReadOnlyList<string> Notes,
    Problem? Failure = null
)
{
    /// <summary>"step 3: Rename 'a' to 'b': 1 column gets another name".</summary>
    public override string ToString() =>
        $"step {Number}: {Step.Words}: "
        + State switch
        {
            StepState.Off => "left out",
            StepState.Failed => $"does not apply: {Failure!.What}. {Failure.WhatToDo}",
            _ => string.Join(". ", [Counts.Words, .. Notes]),
        };
}
