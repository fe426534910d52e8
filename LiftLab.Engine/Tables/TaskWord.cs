namespace LiftLab.Engine.Tables;

/// <summary>The words for a task on the command line: what the target is.</summary>
public static class TaskWord
{
    static readonly (string Word, TaskKind Task)[] Words = [("class", TaskKind.Classification), ("number", TaskKind.Regression)];

    public static string[] All { get; } = [.. Words.Select(w => w.Word)];

    public static string Of(TaskKind task) => Words.First(w => w.Task == task).Word;

    /// <param name="word">One of <see cref="All"/>.</param>
    public static TaskKind Read(string word) => Words.First(w => w.Word == word).Task;
}
