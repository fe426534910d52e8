using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>Rows between the data that sum up the rows above them ("North total").</summary>
static class Subtotals
{
    /// <summary>Relative difference of a sum that is rounded.</summary>
    const double Rounding = 0.005;

    /// <summary>Largest share of rows that may be totals.</summary>
    const double Most = 0.34;

    public static IEnumerable<Problem> Problems(Table table)
    {
        var numbers = Numbers(table);
        foreach (var column in table.Columns)
            if (Sums(table, column, numbers) is { Length: > 0 } sums)
                yield return new(
                    Severity.Warning,
                    "subtotal-rows",
                    $"{(sums.Length == 1 ? "the row sums up" : $"{sums.Length} rows sum up")} the rows {(sums[0] == 0 ? "below" : "above")} "
                        + $"{(sums.Length == 1 ? "it" : "them")} ('{TableCheck.Short(column.Cells[sums[0]])}') and {(sums.Length == 1 ? "is" : "are")} read as data",
                    "Remove totals from the file: they are no examples.",
                    sums[0] + 1,
                    column.Name
                );
    }

    /// <summary>The texts that a column has in the rows that sum up others.</summary>
    public static IReadOnlyList<string> Labels(Table table, Column column) =>
        [.. Sums(table, column, Numbers(table)).Select(row => column.Cells[row]).Distinct(StringComparer.Ordinal)];

    static Column[] Numbers(Table table) =>
        [.. table.Columns.Where(c => c.Facts.Numbers > 0 && c.Facts.Numbers == c.Facts.Filled && c.PartOf is null)];

    static int[] Sums(Table table, Column column, Column[] numbers)
    {
        if (column.Facts.Numbers >= column.Facts.Filled)
            return [];
        var rows = new List<int>();
        char[] room = [];
        for (var r = 0; r < table.RowCount; r++)
            if (
                r == 0 && TotalWord.Is(column.Cells[0])
                || column.CellAt(r, ref room).Contains("tot", StringComparison.OrdinalIgnoreCase) && TotalWord.IsIn(column.Cells[r])
            )
                rows.Add(r);
        return rows.Count == 0 || rows.Count > Most * table.RowCount
            ? []
            :
            [
                .. rows.Where(
                    (row, i) =>
                        numbers.Any(n => row == 0 ? IsSum(n, 1, table.RowCount, 0) : IsSum(n, i == 0 ? 0 : rows[i - 1] + 1, row, row))
                ),
            ];
    }

    static bool IsSum(Column column, int from, int to, int row)
    {
        if (to - from < 2 || double.IsNaN(column.Numbers[row]))
            return false;
        double sum = 0,
            size = 0;
        for (var r = from; r < to; r++)
            if (!double.IsNaN(column.Numbers[r]))
                (sum, size) = (sum + column.Numbers[r], size + Math.Abs(column.Numbers[r]));
        return size > 0 && Math.Abs(column.Numbers[row] - sum) <= Rounding * size;
    }
}
