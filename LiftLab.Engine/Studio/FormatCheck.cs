using System.Globalization;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Studio;

/// <summary>Columns whose different numbers become the same text.</summary>
static class FormatCheck
{
    public const string Collapse = "values-collapse",
        Constant = "format-constant";

    /// <summary>A finding is given if a smaller share of a column's distinct numbers stays distinct.</summary>
    const double Kept = 0.8;

    public static IEnumerable<PromptFinding> Of(PromptDesk desk, PromptTemplate template, IReadOnlyList<WrittenRow> rows)
    {
        var numeric = desk.Task.Schema.Features.Where(f => f.Kind.IsNumeric()).ToArray();
        var texts = numeric.ToDictionary(f => f.Name, _ => new Dictionary<double, string>(), StringComparer.Ordinal);
        // Levels of a column divide its range on purpose; only a column that becomes one level is a finding there.
        var levels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in rows)
        foreach (var cell in row.Prompt.Cells)
            if (
                texts.TryGetValue(cell.Column, out var known)
                && desk.Table[cell.Column].Numbers[row.Row] is var value
                && double.IsFinite(value)
            )
            {
                var text = row.Text.Substring(cell.Start, cell.Length);
                known[value] = known.TryGetValue(value, out var before) && before != text ? before + text : text;
                if (cell.Level is not null)
                    levels.Add(cell.Column);
            }
        foreach (var feature in numeric)
        {
            var values = texts[feature.Name];
            var written = values.Values.Distinct(StringComparer.Ordinal).Count();
            if (values.Count < 2 || written >= Kept * values.Count || (written > 1 && levels.Contains(feature.Name)))
                continue;
            yield return new(
                written == 1
                    ? new(
                        Severity.Warning,
                        Constant,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"all {values.Count} different numbers become the text '{values.Values.First()}': the column says nothing"
                        ),
                        "Write the column with more digits, or scaled.",
                        Column: feature.Name
                    )
                    : new(
                        Severity.Warning,
                        Collapse,
                        string.Create(CultureInfo.InvariantCulture, $"{values.Count} different numbers become {written} different texts"),
                        "Write the column with more digits, or scaled.",
                        Column: feature.Name
                    ),
                Finer(template, feature.Name, [.. values.Keys])
            );
        }
    }

    /// <summary>The shortest decimals that keep the numbers apart, else significant digits.</summary>
    static PromptFix Finer(PromptTemplate template, string column, double[] values)
    {
        const int mostDecimals = 8;
        CellFormat[] candidates =
        [
            .. Enumerable.Range(0, mostDecimals + 1).Select(d => new CellFormat(CellForm.Decimals, d)),
            .. Enumerable.Range(2, 14).Select(d => new CellFormat(CellForm.Significant, d)),
        ];
        var format =
            candidates.FirstOrDefault(f => values.Select(f.Write).Distinct(StringComparer.Ordinal).Count() >= Kept * values.Length)
            ?? new(CellForm.AsWritten);
        return new($"Write it with {format.Words()}", template.With(column, format));
    }
}
