using System.Text;
using LiftLab.Engine.Prompts.Cells;

namespace LiftLab.Engine.Prompts.Templates;

/// <summary>The output of a template: a text of limited length, and the places of cells in it.</summary>
/// <param name="places">Receives each cell's feature (in table order), its start in the text and the written cell; null if places are not
/// needed.</param>
sealed class PromptPage(Action<int, int, WrittenCell>? places = null) : TextWriter
{
    /// <summary>Maximum characters of a prompt.</summary>
    const int Longest = 1_000_000;

    readonly StringBuilder text = new(256);

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value) => Room(1).Append(value);

    public override void Write(string? value) => Room(value?.Length ?? 0).Append(value);

    public void Write(int feature, WrittenCell cell)
    {
        places?.Invoke(feature, text.Length, cell);
        Write(cell.Text);
    }

    // The base class would start a task for each write.
    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override string ToString() => text.ToString();

    StringBuilder Room(int more) =>
        text.Length + more <= Longest ? text : throw new TemplateFaultException($"the prompt is longer than {Longest} characters");
}
