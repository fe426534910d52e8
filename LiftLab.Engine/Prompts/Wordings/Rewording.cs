namespace LiftLab.Engine.Prompts.Wordings;

/// <summary>
/// The same prompt in other words: another opening, another question, the cells as the template writes them. An opening or question that
/// the template does not have is added.
/// </summary>
public static class Rewording
{
    /// <param name="Opening">The first words.</param>
    /// <param name="Class">The question where the answer is a class.</param>
    /// <param name="Number">The question where the answer is a number.</param>
    sealed record Words(string Opening, string Class, string Number);

    static readonly Words[] All =
    [
        new("Given ", "which class is it?", "what is the value?"),
        new("For ", "the class is", "the value is"),
        new("If ", "then what is it?", "then how much is it?"),
        new("Suppose ", "name the type.", "name the number."),
        new("Row: ", "Type?", "Value?"),
    ];

    /// <summary>Openings of the presets; the longest that fits is replaced.</summary>
    static readonly string[] Openings = ["When we have ", "Given that", "Knowing ", "Given ", "When "];

    /// <summary>Questions of the presets, as the template's text has them.</summary>
    static readonly string[] Questions =
    [
        "What is this type?",
        "What is the category?",
        "What's type of this {{ target }}?",
        "What's type of this vehicle?",
        "what should be the {{ target }}?",
        "what should be the y value?",
    ];

    /// <summary>Number of other wordings.</summary>
    public static int Count => All.Length;

    /// <param name="number">0 for the template as it is, up to <see cref="Count"/>.</param>
    /// <param name="numbers">Whether the answer is a number.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such wording.</exception>
    public static PromptTemplate Of(PromptTemplate template, int number, bool numbers)
    {
        if (number == 0)
            return template;
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Count);
        var words = All[number - 1];
        var opening = Openings.FirstOrDefault(o => template.Text.StartsWith(o, StringComparison.Ordinal)) ?? "";
        var text = words.Opening + template.Text[opening.Length..].TrimStart(' ');
        return template with { Text = Asking(text, numbers ? words.Number : words.Class) };
    }

    static string Asking(string text, string question)
    {
        if (Questions.FirstOrDefault(q => text.Contains(q, StringComparison.Ordinal)) is { } known)
            return text.Replace(known, question, StringComparison.Ordinal);
        var end = text.LastIndexOf(Separators.Prompt, StringComparison.Ordinal);
        return end < 0 ? text : text[..end].TrimEnd(' ') + " " + question + text[end..];
    }
}
