using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>Everything that speaks against a template before tokens are spent, each with a change that removes it.</summary>
public static class PromptReview
{
    /// <summary>Maximum training rows and maximum test rows that are written; the first ones are used.</summary>
    public const int MostRows = 2_000;

    /// <summary>Errors first.</summary>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public static IReadOnlyList<PromptFinding> Of(PromptDesk desk, PromptTemplate template, CancellationToken cancel = default)
    {
        TablePrompts prompts;
        IReadOnlyList<WrittenRow> train,
            test;
        int[] trainRows = [.. desk.Task.Split.Train.Take(MostRows)];
        try
        {
            prompts = desk.Fit(template);
            train = WrittenRow.Of(desk, prompts, trainRows, cancel);
            test = WrittenRow.Of(desk, prompts, desk.Task.Split.Test.Take(MostRows), cancel);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            var paper = PromptPresets.Named("paper", desk.Task.Kind);
            return
            [
                new(
                    new(Severity.Error, "template-unusable", e.Message, "Correct the template's text, or start again from a preset."),
                    new($"Use the preset “{paper.Name}”", paper)
                ),
            ];
        }
        var known = PromptCheck.Of(
            prompts,
            desk.Table,
            trainRows,
            desk.Tokenizer is { } tokenizer ? text => tokenizer.EncodePrompt(text).Length : null,
            desk.Context ?? int.MaxValue,
            [.. desk.Task.Split.Train, .. desk.Task.Split.Valid, .. desk.Task.Split.Test]
        );
        var findings = new List<PromptFinding>();
        findings.AddRange(known.Where(p => p.Code != FormatCheck.Collapse).Select(p => new PromptFinding(p, FixOf(p, desk, template))));
        findings.AddRange(FormatCheck.Of(desk, template, train));
        findings.AddRange(LabelCheck.Of(desk, prompts, train));
        findings.AddRange(AnswerCheck.Of(desk, template, prompts, train));
        findings.AddRange(RepeatCheck.Of(desk, template, train, test, cancel));
        return [.. findings.OrderByDescending(f => f.Problem.Severity)];
    }

    static PromptFix FixOf(Problem problem, PromptDesk desk, PromptTemplate template) =>
        problem.Code switch
        {
            MarkCheck.Code => new("Write the marks with spaces", template with { SpacedMarks = true }),
            CodeCheck.Code => new("Write it out", template with { WriteOut = [.. template.WriteOut, problem.Column!] }),
            "text-cut" => new("Give texts twice the room", template with { TextBytes = 2 * template.TextBytes }),
            "prompt-without-end" => new("Add ### at the end", template with { Text = template.Text.TrimEnd() + Separators.Prompt }),
            "prompts-all-equal" => new(
                "Write every feature",
                template with
                {
                    Text = "{% for f in features %}{{ f.name }}={{ f.value }}, {% endfor %}" + template.Text,
                }
            ),
            "target-in-prompt" => new("Leave the column out", Table: Remedy.Ignore(problem.Column!)),
            "prompt-over-context" => Shorter(desk, template, problem.Row is { } row ? row - 1 : 0),
            _ => new("Look at the table"),
        };

    /// <summary>The first preset whose text of the longest row fits.</summary>
    static PromptFix Shorter(PromptDesk desk, PromptTemplate template, int row)
    {
        PromptTemplate[] candidates =
        [
            .. template.TextBytes > 200 ? [template with { TextBytes = template.TextBytes / 4 }] : Array.Empty<PromptTemplate>(),
            PromptPresets.LiftMini,
            PromptPresets.Coded,
        ];
        foreach (var candidate in candidates)
            if (desk.Try(candidate, row) is { Prompts: { } prompts } && desk.Count(prompts, row) is { } count && count < desk.Context)
                return candidate.Text == template.Text
                    ? new("Cut texts to a quarter", candidate)
                    : new($"Use the preset “{candidate.Name}”", candidate);
        return new("Leave out columns of the table");
    }
}
