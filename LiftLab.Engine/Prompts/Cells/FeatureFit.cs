using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Prompts.Cells;

/// <summary>Fits the forms of a table's features on the training rows: scales of numbers, codes of categories, texts written out.</summary>
static class FeatureFit
{
    /// <summary>
    /// A category column is written out if at least this share of its training cells has no code of use: cells beyond the categories that
    /// have codes, and cells whose text occurs once (their share estimates the share of unseen texts in new rows, Good and Turing).
    /// </summary>
    const double MostWithoutCode = 0.2;

    /// <summary>A category column with fewer distinct texts is never written out by this rule: codes suffice for few texts.</summary>
    const int FewestTexts = 20;

    /// <returns>In table order.</returns>
    public static IReadOnlyList<PromptFeature> Of(PromptTemplate template, Table table, Schema schema, IReadOnlyList<int> trainRows)
    {
        var scaled = template.Numbers.Style == NumberStyle.Scaled;
        string[] texts = scaled ? [.. schema.Features.Where(c => IsWrittenOut(c, template, table, trainRows)).Select(c => c.Name)] : [];
        var bytes = texts.Length == 0 ? 0 : template.TextBytes / texts.Length;
        var symbols = 0;
        PromptFeature Feature(ColumnSchema column)
        {
            var numeric = IsNumeric(column);
            var inLevels = template.Formats?.GetValueOrDefault(column.Name) is { } own ? own.Form == CellForm.Scaled : scaled;
            var scale =
                inLevels && numeric ? ColumnScale.Fit(trainRows.Select(r => table[column.Name].Numbers[r]), template.Numbers.Clip) : null;
            var text = texts.Contains(column.Name);
            var codes = scaled && !numeric && !text ? CategoryCodes.Fit(trainRows.Select(r => table[column.Name].Cells[r]), symbols) : null;
            symbols += codes?.Symbols ?? 0;
            return new(column.Name, column.Kind, column.Unit, column.ValueLabels, scale, codes, text, text ? bytes : 0)
            {
                ReadableName = column.ReadableName,
            };
        }
        return [.. schema.Features.Select(Feature)];
    }

    static bool IsWrittenOut(ColumnSchema column, PromptTemplate template, Table table, IReadOnlyList<int> trainRows)
    {
        if (IsNumeric(column))
            return false;
        if (template.WriteOut.Contains(column.Name, StringComparer.Ordinal))
            return true;
        return template.TextBytes > 0
            && (column.Kind == ColumnKind.Text || WithoutCode(trainRows.Select(r => table[column.Name].Cells[r])) >= MostWithoutCode);
    }

    /// <summary>Share (0 to 1) of the filled cells that have no code, or whose text occurs only once.</summary>
    static double WithoutCode(IEnumerable<string> cells)
    {
        int[] counts = [.. cells.Where(c => c.Length > 0).GroupBy(c => c, StringComparer.Ordinal).Select(g => g.Count()).OrderDescending()];
        var lost = counts.Skip(CategoryCodes.Most).Sum() + counts.Take(CategoryCodes.Most).Count(c => c == 1);
        return counts.Length < FewestTexts ? 0 : (double)lost / counts.Sum();
    }

    static bool IsNumeric(ColumnSchema column) => column.Kind.IsNumeric();
}
