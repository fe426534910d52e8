using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>Classes whose answers begin with the same token, so that the first token does not decide.</summary>
static class AnswerCheck
{
    public const string Code = "answers-start-alike";

    public static IEnumerable<PromptFinding> Of(
        PromptDesk desk,
        PromptTemplate template,
        TablePrompts prompts,
        IReadOnlyList<WrittenRow> rows
    )
    {
        if (
            desk.Tokenizer is null
            || rows.Count == 0
            || prompts.Completions.Count < 2
            || Alike(desk, prompts, rows[0].Row) is not { } alike
        )
            yield break;
        var other = template with { Classes = template.Classes == ClassWording.Code ? ClassWording.Label : ClassWording.Code };
        var helps = Alike(desk, desk.Fit(other), rows[0].Row) is null;
        yield return new(
            new(
                Severity.Note,
                Code,
                $"the answers {QuotedNames.Of(alike, 4)} begin with the same token, so that the first token does not tell them apart",
                helps
                    ? $"Write answers as {(other.Classes == ClassWording.Code ? "numbers" : "labels")}: they begin differently."
                    : "Answers are scored as a whole, so this costs tokens and no accuracy; shorter labels in the table make it cheaper."
            ),
            helps
                ? new($"Write answers as {(other.Classes == ClassWording.Code ? "numbers" : "labels")}", other)
                : new("Change the labels in the table")
        );
    }

    /// <summary>The largest group of answers with the same first token behind what all answers share; null where all differ.</summary>
    static string[]? Alike(PromptDesk desk, TablePrompts prompts, int row)
    {
        var prompt = prompts.Prompt(desk.Table, row);
        int[][] answers = [.. prompts.Completions.Select(c => desk.Tokenizer!.EncodeTogether(prompt, prompts.Template.Joint + c).Answer)];
        // What joins prompt and answer is the same for all.
        var shared = desk.Tokenizer!.Encode(prompts.Template.Joint).Length;
        var joint = answers.Min(a => a.AsSpan().CommonPrefixLength(answers[0])) is var common && common < shared ? common : shared;
        return answers
            .Select((a, i) => (First: joint < a.Length ? a[joint] : -1, Text: prompts.Completions[i][..^Separators.Completion.Length]))
            .GroupBy(a => a.First, a => a.Text)
            .Where(g => g.Count() > 1)
            .MaxBy(g => g.Count())
            ?.ToArray();
    }
}
