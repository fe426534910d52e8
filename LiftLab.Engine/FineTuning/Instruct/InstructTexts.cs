using System.Text.Encodings.Web;
using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.FineTuning.Instruct;

/// <summary>
/// The texts of a task whose only feature is the prompt and whose target is the completion. The cells hold them as JSON strings, because
/// tables are read without blanks at the ends of cells.
/// </summary>
public static class InstructTexts
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as a cell.</summary>
    public static string Cell(string text) => JsonSerializer.Serialize(text, Plain);

    /// <summary>The text of a cell; a cell that is no JSON string is the text itself.</summary>
    public static string Text(string cell)
    {
        try
        {
            return cell is ['"', .., '"'] ? JsonSerializer.Deserialize<string>(cell)! : cell;
        }
        catch (JsonException)
        {
            return cell;
        }
    }

    /// <summary>The longest common end of the completions, at which an answer ends; empty for none.</summary>
    internal static string Ending(IReadOnlyList<string> completions)
    {
        if (completions.Count < 2)
            return "";
        var length = completions.Min(c => c.Length);
        var common = 0;
        while (common < length && completions.All(c => c[^(common + 1)] == completions[0][^(common + 1)]))
            common++;
        return completions[0][^common..];
    }

    internal static IReadOnlyList<string> Prompts(Table table, IReadOnlyList<int> rows) =>
        [.. rows.Select(r => Text(table[InstructFolder.Prompt].Cells[r]))];

    internal static IReadOnlyList<string> Completions(LearningTask task, IReadOnlyList<int> rows) =>
        [.. rows.Select(r => Text(task.Table[task.Schema.Target.Name].Cells[r]))];
}
