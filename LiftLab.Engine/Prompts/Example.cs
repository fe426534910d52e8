namespace LiftLab.Engine.Prompts;

/// <summary>
/// One row as text: the question, ending with <see cref="Separators.Prompt"/>, and the answer, ending with <see
/// cref="Separators.Completion"/>.
/// </summary>
public sealed record Example(string Prompt, string Completion);

/// <summary>
/// The two separators of the paper's prompts (repository, classification_data_generator.py): end of question and end of answer.
/// </summary>
public static class Separators
{
    public const string Prompt = "###",
        Completion = "@@@";
}
