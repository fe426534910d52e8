namespace LiftLab.Engine.Prompts;

/// <summary>How a class is written as an answer.</summary>
public enum ClassWording
{
    /// <summary>The paper's form: labels that are integers are written unchanged, others as their index in class order ("0").</summary>
    Code,

    /// <summary>The label itself ("setosa").</summary>
    Label,
}

/// <summary>
/// How a row is written as a question and its target as an answer. <see cref="Text"/> is in the Liquid template language. It can use
/// <c>features</c> (each with name, value, wording, cell, index, unit, missing, number, letter, symbol, token), <c>row["column"]</c> with
/// the features' cells, and <c>target</c>, the target's name; the filters <c>decimals: n</c> and <c>integer</c> write numbers. It ends with
/// <c>###</c>.
/// </summary>
/// <param name="Name">Name of the preset, or a name that the user chose.</param>
public sealed record PromptTemplate(string Name, string Text, NumberFormat Numbers)
{
    public ClassWording Classes { get; init; } = ClassWording.Code;

    /// <summary>The text for an empty cell.</summary>
    public string Missing { get; init; } = "unknown";

    /// <summary>
    /// Text between prompt and completion in a training text. The paper uses one space for GPT-J and nothing in its JSON Lines and for
    /// GPT-3.
    /// </summary>
    public string Joint { get; init; } = "";
}
