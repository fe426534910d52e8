using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>The plan of a learner that writes rows as prompts.</summary>
public interface IPromptPlan
{
    /// <summary>The template fitted on the training rows; null if it cannot be used.</summary>
    TablePrompts? Prompts { get; }

    /// <summary>Problems of the template and the prompts only.</summary>
    IReadOnlyList<Problem> PromptProblems { get; }
}
