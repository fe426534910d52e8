using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts;

/// <summary>A built-in template as it is offered.</summary>
/// <param name="Task">The task that it is for; null for both.</param>
/// <param name="Summary">One sentence that helps to choose.</param>
public sealed record PromptPreset(PromptTemplate Template, TaskKind? Task, string Summary)
{
    /// <summary>Whether its text makes sense for a table with these feature columns.</summary>
    public Func<IReadOnlyList<string>, bool> Suits { get; init; } = _ => true;

    /// <summary>Whether the cells are those that its text tells apart; the names suit already.</summary>
    public Func<Table, Schema, bool> SuitsCells { get; init; } = (_, _) => true;

    public string Name => Template.Name;

    public bool IsFor(TaskKind task) => Task is null || Task == task;
}
