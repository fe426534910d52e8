using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// How LIFT has written a training file: prompts that end with ###, and labels that end with @@@. The template writes the prompts as they
/// are in the file.
/// </summary>
/// <param name="Joint">Text between ### and the label.</param>
/// <param name="Blanks">Blanks before ###, which cells of a table cannot hold.</param>
public sealed record LiftForm(string Joint, string Blanks)
{
    /// <summary>More different completions are texts and not labels.</summary>
    const int MostLabels = 100;

    public PromptTemplate Template =>
        new(
            "as in the file",
            "{% for f in features %}{{ f.value }}{% endfor %}" + Blanks + Separators.Prompt,
            NumberFormat.PaperClassification
        )
        {
            Classes = ClassWording.Label,
            Joint = Joint,
        };

    /// <summary>The cells of a line.</summary>
    public (string Prompt, string Completion) Row(TrainingExample example) =>
        (example.Prompt[..^(Blanks.Length + Separators.Prompt.Length)], example.Completion[Joint.Length..^Separators.Completion.Length]);

    /// <summary>Null where a line is none of LIFT's, or the completions are no labels.</summary>
    public static LiftForm? Of(IReadOnlyList<TrainingExample> all)
    {
        if (!all.All(e => IsOne(e.Prompt, Separators.Prompt) && IsOne(e.Completion, Separators.Completion)))
            return null;
        var first = all[0].Prompt[..^Separators.Prompt.Length];
        var form = new LiftForm(all[0].Completion.StartsWith(' ') ? " " : "", first[first.TrimEnd(' ').Length..]);
        return all.All(form.Has) && AreLabels([.. all.Select(e => form.Row(e).Completion)]) ? form : null;
    }

    bool Has(TrainingExample example)
    {
        if (
            !example.Prompt.EndsWith(Blanks + Separators.Prompt, StringComparison.Ordinal)
            || !example.Completion.StartsWith(Joint, StringComparison.Ordinal)
            || example.Completion.Length <= Joint.Length + Separators.Completion.Length
        )
            return false;
        var (prompt, label) = Row(example);
        return IsCell(prompt)
            && IsCell(label)
            && !prompt.Contains(Separators.Completion, StringComparison.Ordinal)
            && !label.Contains(Separators.Prompt, StringComparison.Ordinal);
    }

    /// <summary>Whether a table gives the text back as it is.</summary>
    static bool IsCell(string text) => text.Length > 0 && text == text.Trim() && !text.Any(char.IsControl) && !text.Contains('\uFFFD');

    /// <summary>Whether a text ends with a mark, and has it only there.</summary>
    static bool IsOne(string text, string mark) =>
        text.EndsWith(mark, StringComparison.Ordinal) && text.IndexOf(mark, StringComparison.Ordinal) == text.Length - mark.Length;

    /// <summary>
    /// Whether texts are labels: several, few, repeated, and none that equals another as a number ("1" and "1.0" are one class).
    /// </summary>
    static bool AreLabels(IReadOnlyList<string> texts)
    {
        var different = texts.Distinct(StringComparer.Ordinal).ToArray();
        return different.Length >= 2
            && different.Length <= Math.Min(MostLabels, texts.Count / 2)
            && ClassLabels.InOrder(different).Count == different.Length;
    }
}
