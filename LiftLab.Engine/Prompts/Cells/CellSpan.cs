namespace LiftLab.Engine.Prompts.Cells;

/// <summary>The two texts of an <see cref="Example"/>.</summary>
public enum ExamplePart
{
    Prompt,
    Completion,
}

/// <summary>The place of a cell in an example.</summary>
/// <param name="Column">Name of the table's column.</param>
/// <param name="Part">The text that contains the cell.</param>
/// <param name="Start">Start of the cell's text in that text, in UTF-16 units from 0.</param>
/// <param name="Length">In UTF-16 units; 0 if the cell is written as empty text.</param>
/// <param name="Level">0 to 99 if the cell's text is the level of a scaled number; else null.</param>
/// <param name="Coded">Whether the cell's text is a category's code.</param>
public readonly record struct CellSpan(string Column, ExamplePart Part, int Start, int Length, int? Level = null, bool Coded = false)
{
    public string TextIn(Example example) => (Part == ExamplePart.Prompt ? example.Prompt : example.Completion).Substring(Start, Length);
}

/// <summary>A prompt's text and the places of its cells.</summary>
/// <param name="Cells">
/// In the order of the text; a cell that is written twice has two places. Text that a template selects by a cell (<c>{% if %}</c>) belongs
/// to the template, not to the cell.
/// </param>
public sealed record PlacedPrompt(string Text, IReadOnlyList<CellSpan> Cells);

/// <summary>A row as text and the places of its cells.</summary>
/// <param name="Cells">The cells of the prompt, then the target in the completion.</param>
public sealed record PlacedExample(Example Example, IReadOnlyList<CellSpan> Cells);
