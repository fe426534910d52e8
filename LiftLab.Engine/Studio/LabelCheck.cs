using System.Globalization;
using System.Text.RegularExpressions;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>Columns whose text in the prompt names the row's own label, so that the question contains the answer.</summary>
static class LabelCheck
{
    public const string Code = "label-in-prompt";

    /// <summary>Shorter labels are found in any text.</summary>
    const int ShortestLabel = 3;

    /// <summary>A finding is given if at least this share of the rows has its own label in the column.</summary>
    const double Least = 0.05;

    public static IEnumerable<PromptFinding> Of(PromptDesk desk, TablePrompts prompts, IReadOnlyList<WrittenRow> rows)
    {
        var labels = prompts.State.Labels;
        if (labels.Count == 0 || rows.Count == 0)
            yield break;
        Regex?[] words = [.. labels.Select(Word)];
        if (words.All(w => w is null))
            yield break;
        // own: the row's label stands in the column; other: another label does.
        var found = new Dictionary<string, (int Own, int Other, int First)>(StringComparer.Ordinal);
        foreach (var row in rows)
        foreach (var cell in row.Prompt.Cells)
        {
            var text = row.Text.Substring(cell.Start, cell.Length);
            for (var label = 0; label < words.Length; label++)
            {
                if (words[label] is not { } word || text.Length < ShortestLabel || !word.IsMatch(text))
                    continue;
                var (own, other, first) = found.GetValueOrDefault(cell.Column, (0, 0, row.Row));
                found[cell.Column] = label == (int)row.Target ? (own + 1, other, own == 0 ? row.Row : first) : (own, other + 1, first);
            }
        }
        foreach (var (column, (own, other, first)) in found)
            // Labels that stand there by chance name other classes as often.
            if (own >= Math.Max(2, Least * rows.Count) && own > 2 * other / Math.Max(1, labels.Count - 1))
                yield return new(
                    new(
                        Severity.Warning,
                        Code,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"the row's own label stands in this column in {own} of {rows.Count} prompts: the question contains the answer"
                        ),
                        "Leave the column out, unless it is known before the answer.",
                        first + 1,
                        column
                    ),
                    new("Leave the column out", Table: Remedy.Ignore(column))
                );
    }

    static Regex? Word(string label) =>
        label.Length >= ShortestLabel && double.IsNaN(Column.ParseNumber(label))
            ? new(@"(?<!\w)" + Regex.Escape(label) + @"(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)
            : null;
}
