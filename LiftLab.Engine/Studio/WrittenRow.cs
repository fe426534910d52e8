using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Studio;

/// <summary>A row with its prompt, for checks that compare rows.</summary>
/// <param name="Row">From 0.</param>
/// <param name="Target">The class index or the number.</param>
sealed record WrittenRow(int Row, PlacedPrompt Prompt, double Target)
{
    public string Text => Prompt.Text;

    /// <summary>The given rows that have a target.</summary>
    /// <exception cref="FormatException">The template cannot write a row.</exception>
    public static IReadOnlyList<WrittenRow> Of(PromptDesk desk, TablePrompts prompts, IEnumerable<int> rows, CancellationToken cancel)
    {
        var written = new List<WrittenRow>();
        foreach (var row in rows)
        {
            cancel.ThrowIfCancellationRequested();
            if (!double.IsNaN(desk.Task.Targets[row]))
                written.Add(new(row, prompts.PromptWithPlaces(desk.Table, row), desk.Task.Targets[row]));
        }
        return written;
    }

    /// <summary>The row's features as they are in the table.</summary>
    public static string Cells(PromptDesk desk, int row) =>
        string.Join('\u001f', desk.Task.Schema.Features.Select(f => desk.Table[f.Name].Cells[row]));
}
