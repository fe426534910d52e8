namespace LiftLab.Engine.Prompts;

/// <summary>The two texts of an <see cref="Example"/>.</summary>
public enum ExamplePart
{
    Prompt,
    Completion,
}

/// <summary>The place of a cell in an example.</summary>
/// <param name="Column">Name of the table's column.</param>
/// <param name="Part">The text that the place is in.</param>
/// <param name="Start">Of the cell's text there, in UTF-16 units from 0.</param>
/// <param name="Length">In UTF-16 units; 0 where the cell is written as nothing.</param>
/// <param name="Level">0 to 99 where the cell's text is the level of a scaled number; else null.</param>
public readonly record struct CellSpan(string Column, ExamplePart Part, int Start, int Length, int? Level = null)
{
    public string TextIn(Example example) => (Part == ExamplePart.Prompt ? example.Prompt : example.Completion).Substring(Start, Length);
}

/// <summary>A prompt's text and the places of its cells.</summary>
/// <param name="Cells">
/// In the order of the text; a cell that is written twice has two. Text that a template chooses by a cell (<c>{% if %}</c>) is the
/// template's
/// and not the cell's.
/// </param>
public sealed record PlacedPrompt(string Text, IReadOnlyList<CellSpan> Cells);

/// <summary>A row as text and the places of its cells.</summary>
/// <param name="Cells">Those of the prompt, then the target's in the completion.</param>
public sealed record PlacedExample(Example Example, IReadOnlyList<CellSpan> Cells);
