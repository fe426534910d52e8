using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Checks;

/// <summary>Finds problems in a table's prompts before training starts.</summary>
public static class PromptCheck
{
    /// <summary>A warning is given if a smaller share of a column's distinct values stays distinct as text.</summary>
    const double Kept = 0.8;

    /// <summary>Every problem of the given rows' prompts. Rows count from 0.</summary>
    /// <param name="countTokens">Number of tokens of a text in the chosen model's tokenizer; null to skip the check of the context
    /// length.</param>
    /// <param name="context">The model's context length in tokens, prompt and answer together.</param>
    /// <param name="asked">The rows that are checked for separators in cells; null for <paramref name="rows"/>.</param>
    public static IReadOnlyList<Problem> Of(
        TablePrompts prompts,
        Table table,
        IReadOnlyList<int> rows,
        Func<string, int>? countTokens = null,
        int context = int.MaxValue,
        IReadOnlyList<int>? asked = null
    )
    {
        var problems = new List<Problem>();
        try
        {
            problems.AddRange(MarkCheck.Of(prompts, table, asked ?? rows));
            problems.AddRange(CodeCheck.Of(prompts, table, rows));
            if (problems.All(p => p.Severity != Severity.Error))
                Texts(prompts, table, rows, countTokens, context, problems);
            Collapses(prompts, table, rows, problems);
            Copies(prompts, table, rows, problems);
        }
        catch (FormatException e)
        {
            problems.Add(new(Severity.Error, "template-unusable", e.Message, "Correct the template's text."));
        }
        return problems;
    }

    static void Texts(
        TablePrompts prompts,
        Table table,
        IReadOnlyList<int> rows,
        Func<string, int>? countTokens,
        int context,
        List<Problem> problems
    )
    {
        if (rows.Count == 0)
            return;
        var first = prompts.Prompt(table, rows[0]);
        if (!first.EndsWith(Separators.Prompt, StringComparison.Ordinal))
            problems.Add(
                new(
                    Severity.Error,
                    "prompt-without-end",
                    $"the prompt does not end with {Separators.Prompt}",
                    $"End the template with {Separators.Prompt}."
                )
            );
        if (rows.Count > 1 && rows.Skip(1).Take(200).All(r => prompts.Prompt(table, r) == first))
            problems.Add(
                new(
                    Severity.Error,
                    "prompts-all-equal",
                    "every row has the same prompt",
                    "Let the template write the features, for example {% for f in features %}{{ f.name }}={{ f.value }}, {% endfor %}."
                )
            );
        if (countTokens is null)
            return;
        int longest = 0,
            longestRow = rows[0];
        foreach (var row in rows)
        {
            var text = prompts.Prompt(table, row);
            // A UTF-16 unit takes fewer than 4 bytes and a token at least one, so a short prompt cannot have more tokens than the longest.
            if (text.Length * 4 < longest)
                continue;
            if (countTokens(text) is var count && count > longest)
                (longest, longestRow) = (count, row);
        }
        if (longest + 16 > context)
            problems.Add(
                new(
                    Severity.Error,
                    "prompt-over-context",
                    $"the longest prompt has {longest} tokens and leaves no space for an answer in the model's context of {context}",
                    "Use fewer features, a shorter template, scaled numbers, or a model with a longer context.",
                    longestRow + 1
                )
            );
    }

    /// <summary>Distinct numbers that become the same text ("0.00").</summary>
    static void Collapses(TablePrompts prompts, Table table, IReadOnlyList<int> rows, List<Problem> problems)
    {
        foreach (var feature in prompts.State.Features.Where(f => f.Kind == ColumnKind.Number))
        {
            if (FormatOf(prompts.Template, feature.Name) is not { } format)
                continue;
            double[] values = [.. rows.Select(r => table[feature.Name].Numbers[r]).Where(double.IsFinite).Distinct()];
            var written = values.Select(format.Write).Distinct(StringComparer.Ordinal).Count();
            if (values.Length > 1 && written < values.Length * Kept)
                problems.Add(
                    new(
                        Severity.Warning,
                        "values-collapse",
                        $"{values.Length} different values become {written} different texts with {format.Words()}",
                        "Use more decimals or scaled numbers.",
                        Column: feature.Name
                    )
                );
        }
    }

    /// <summary>The format that writes a number without its cell; null for levels and for cells as written.</summary>
    static CellFormat? FormatOf(PromptTemplate template, string column) =>
        template.Formats?.GetValueOrDefault(column) is { } own
            ? own.Form is CellForm.Scaled or CellForm.AsWritten
                ? null
                : own
            : template.Numbers.Style == NumberStyle.Decimal
                ? new(CellForm.Decimals, template.Numbers.Decimals)
                : null;

    /// <summary>Features whose cells equal the target's, so that the question contains the answer.</summary>
    static void Copies(TablePrompts prompts, Table table, IReadOnlyList<int> rows, List<Problem> problems)
    {
        if (rows.Count < 2 || !table.Has(prompts.State.TargetName))
            return;
        var target = table[prompts.State.TargetName].Cells;
        foreach (var feature in prompts.State.Features)
            if (rows.All(r => string.Equals(table[feature.Name].Cells[r], target[r], StringComparison.Ordinal)))
                problems.Add(
                    new(
                        Severity.Warning,
                        "target-in-prompt",
                        "the column equals the target in every row, so the prompt contains the answer",
                        "Remove the column from the features.",
                        Column: feature.Name
                    )
                );
    }
}
