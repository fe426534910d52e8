using System.Globalization;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Answers;

/// <summary>Answers that are classes: codes or labels.</summary>
sealed class ClassAnswerText : AnswerText
{
    readonly PromptState state;
    readonly string[] classes;

    public ClassAnswerText(PromptState state)
    {
        this.state = state;
        var asLabels = state.Template.Classes == ClassWording.Label || state.Labels.All(IsInteger);
        classes =
        [
            .. state.Labels.Select(
                (label, i) =>
                    !asLabels ? i.ToString(CultureInfo.InvariantCulture)
                    : state.Template.Classes == ClassWording.Label && state.LabelTexts is { } texts ? state.Template.Marked(texts[i])
                    : state.Template.Marked(label)
            ),
        ];
    }

    public override bool IntegersAsDecimals => state.Features.All(f => f.IsNumeric);

    public override IReadOnlyList<string> Classes => classes;

    public override double ValueOf(Column target, int row)
    {
        for (var i = 0; i < state.Labels.Count; i++)
            if (ClassLabels.Same.Equals(state.Labels[i], target.Cells[row]))
                return i;
        throw new ArgumentException(
            $"row {row + 1}: '{target.Cells[row]}' is not one of the labels {QuotedNames.Of(state.Labels)}",
            nameof(row)
        );
    }

    public override string Write(double value) => classes[(int)value];

    public override Answer? Read(string text) =>
        Exact(text, StringComparison.Ordinal)
        ?? Exact(text, StringComparison.OrdinalIgnoreCase)
        ?? (text.Trim('@', '#', '.', '"', '\'', ' ') is var stripped ? Exact(Head(stripped), StringComparison.OrdinalIgnoreCase) : null)
        ?? FirstInteger(text);

    /// <summary>The whole answer is one label, as completions write it or as the table names it.</summary>
    Answer.Class? Exact(string answer, StringComparison comparison)
    {
        for (var i = 0; i < classes.Length; i++)
            if (string.Equals(classes[i], answer, comparison))
                return new Answer.Class(i);
        for (var i = 0; i < state.Labels.Count; i++)
            if (string.Equals(state.Labels[i], answer, comparison))
                return new Answer.Class(i);
        return null;
    }

    /// <summary>The text before a damaged end mark ("unacceptable@@### acceptable").</summary>
    static string Head(string answer) => answer.AsSpan().IndexOfAny('@', '#') is var at and >= 0 ? answer[..at].Trim() : answer;

    /// <summary>"class 2", "2.0": the first number in the text, if classes are written as integers.</summary>
    Answer.Class? FirstInteger(string answer)
    {
        if (NumberAnswerText.FirstNumber(answer) is not { } value)
            return null;
        for (var i = 0; i < classes.Length; i++)
            if (int.TryParse(classes[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) && code == value)
                return new Answer.Class(i);
        return null;
    }

    static bool IsInteger(string label) => int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
