using LiftLab.Engine.Prompts;

namespace LiftLab.Engine.Studio;

/// <summary>Tokens of a column in two drafts, for the compared row.</summary>
/// <param name="Column">Null for the template's own text.</param>
public sealed record ColumnTokens(string? Column, int Before, int After)
{
    public int Difference => After - Before;
}

/// <summary>Two templates on the same rows.</summary>
/// <param name="Text">The compared row's text, word by word.</param>
/// <param name="Columns">Tokens per column of the compared row; empty without a tokenizer.</param>
/// <param name="MeanBefore">Mean tokens of a row over <paramref name="Rows"/> rows; null without a tokenizer.</param>
/// <param name="BecomeEqual">Pairs of rows, from 0, that the first template tells apart and the second does not.</param>
/// <param name="BecomeDifferent">Pairs of rows, from 0, that only the second template tells apart.</param>
public sealed record DraftComparison(
    IReadOnlyList<DiffPart> Text,
    IReadOnlyList<ColumnTokens> Columns,
    double? MeanBefore,
    double? MeanAfter,
    int Rows,
    IReadOnlyList<(int First, int Second)> BecomeEqual,
    IReadOnlyList<(int First, int Second)> BecomeDifferent
)
{
    /// <summary>Maximum rows whose texts are compared; the first ones are used.</summary>
    const int MostRows = 2_000;

    /// <summary>Maximum rows whose tokens are counted.</summary>
    const int MostCounted = 200;

    /// <exception cref="FormatException">A template cannot be used.</exception>
    public static DraftComparison Of(PromptDesk desk, TablePrompts before, TablePrompts after, int row, CancellationToken cancel = default)
    {
        var (first, second) = (desk.Lens(before, row), desk.Lens(after, row));
        int[] rows = [.. Enumerable.Range(0, Math.Min(MostRows, desk.Table.RowCount))];
        var (one, other) = (Prompts(desk, before, rows, cancel), Prompts(desk, after, rows, cancel));
        int[] counted = [.. rows.Take(MostCounted)];
        double? Mean(TablePrompts prompts) =>
            desk.Tokenizer is null || rows.Length == 0 ? null : counted.Average(r => desk.Count(prompts, r)!.Value);
        return new(
            WordDiff.Of(first.Text, second.Text),
            first.Tokens is null
                ? []
                :
                [
                    .. first.Cells.Zip(second.Cells).Select(c => new ColumnTokens(c.First.Column, c.First.Tokens, c.Second.Tokens)),
                    new(null, first.TemplateTokens, second.TemplateTokens),
                ],
            Mean(before),
            Mean(after),
            rows.Length,
            Equal(one, other),
            Equal(other, one)
        );
    }

    static string[] Prompts(PromptDesk desk, TablePrompts prompts, int[] rows, CancellationToken cancel)
    {
        var texts = new string[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            texts[i] = prompts.Prompt(desk.Table, rows[i]);
        }
        return texts;
    }

    /// <summary>Each row that is equal to an earlier one in the second texts and not in the first.</summary>
    static List<(int First, int Second)> Equal(string[] apart, string[] together)
    {
        var pairs = new List<(int First, int Second)>();
        var seen = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (var i = 0; i < together.Length; i++)
            if (!seen.TryGetValue(together[i], out var alike))
                seen[together[i]] = [i];
            else
            {
                if (alike.All(j => apart[j] != apart[i]))
                    pairs.Add((alike[0], i));
                alike.Add(i);
            }
        return pairs;
    }
}
