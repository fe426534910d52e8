namespace LiftLab.Engine.Tables;

/// <summary>The words for a task on the command line: what the target is.</summary>
public static class TaskWord
{
    static readonly (string Word, TaskKind Task)[] Words = [("class", TaskKind.Classification), ("number", TaskKind.Regression)];

    public static string[] All { get; } = [.. Words.Select(w => w.Word)];

    /// <summary>The words, and the names of the tasks.</summary>
    public static string[] Accepted { get; } = [.. All, .. Enum.GetNames<TaskKind>().Select(n => n.ToLowerInvariant())];

    public static string Of(TaskKind task) => Words.First(w => w.Task == task).Word;

    /// <param name="word">One of <see cref="Accepted"/>.</param>
    public static TaskKind Read(string word) =>
        Words.First(w => w.Word == word || w.Task.ToString().Equals(word, StringComparison.OrdinalIgnoreCase)).Task;
}
