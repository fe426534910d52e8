using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>A change that removes a finding.</summary>
/// <param name="Words">The label of its button.</param>
/// <param name="Template">The template with the change; null where the table changes.</param>
/// <param name="Table">The change of the table's schema; null where the template changes. Both null: the table's page has
/// the remedy.</param>
public sealed record PromptFix(string Words, PromptTemplate? Template = null, Remedy? Table = null);

/// <summary>Something about a template that costs accuracy, tokens or time, and what removes it.</summary>
public sealed record PromptFinding(Problem Problem, PromptFix Fix);
