namespace LiftLab.Engine.Prompts;

/// <summary>How a class is written as an answer.</summary>
public enum ClassWording
{
    /// <summary>The paper's: labels that are integers as they are, others by their number in class order ("0").</summary>
    Code,

    /// <summary>The label itself ("setosa").</summary>
    Label,
}

/// <summary>
/// How a row becomes a question and a target an answer. <see cref="Text"/> is written in Liquid. It sees <c>features</c> (each with name,
/// value, wording, cell, index, unit, missing, number, letter, symbol, token), <c>row["column"]</c> with the features' cells, and
/// <c>target</c>, the target's name; the filters <c>decimals: n</c> and <c>integer</c> write numbers. It ends with <c>###</c>.
/// </summary>
/// <param name="Name">Of the preset, or the person's own.</param>
public sealed record PromptTemplate(string Name, string Text, NumberFormat Numbers)
{
    public ClassWording Classes { get; init; } = ClassWording.Code;

    /// <summary>What an empty cell is called.</summary>
    public string Missing { get; init; } = "unknown";

    /// <summary>
    /// Put between prompt and completion where both are one training text. The paper's GPT-J: one blank; its JSON Lines and GPT-3: nothing.
    /// </summary>
    public string Joint { get; init; } = "";
}
