using System.Globalization;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Cells;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>One feature of a table for prediction, compared with the run's own column.</summary>
/// <param name="rows">The run's rows, which define range and categories.</param>
sealed class AskedColumn(ColumnSchema feature, Column own, IReadOnlyList<int> rows, Column asked)
{
    readonly List<Problem> problems = [];

    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>The column as learners are given it.</summary>
    public Column Read()
    {
        problems.Clear();
        var read = feature.Kind switch
        {
            _ when feature.Kind.IsNumeric() => Numbers(),
            ColumnKind.Category => Categories(),
            _ => asked,
        };
        Missing(asked);
        return read;
    }

    Column Numbers()
    {
        var unreadable = Rows(row => asked.Cells[row].Length > 0 && !double.IsFinite(asked.Numbers[row]));
        Add(unreadable, "unreadable-cells", "cannot be read as a number and counts as missing", "Write a number, or leave the cell empty.");
        double[] known = [.. rows.Select(r => own.Numbers[r]).Where(double.IsFinite)];
        if (known.Length > 0)
        {
            var (low, high) = (known.Min(), known.Max());
            Add(
                Rows(row => asked.Numbers[row] < low || asked.Numbers[row] > high),
                "out-of-range",
                string.Create(CultureInfo.InvariantCulture, $"lies outside the run's rows, which have {low:G6} to {high:G6}"),
                "Check unit and decimal mark; answers outside the range of the training rows are not reliable."
            );
        }
        return unreadable.Length == 0
            ? asked
            : new(asked.Name, [.. asked.Cells.Select((c, row) => double.IsFinite(asked.Numbers[row]) ? c : "")]);
    }

    Column Categories()
    {
        HashSet<string> known = new(rows.Select(r => own.Cells[r]).Where(c => c.Length > 0), StringComparer.Ordinal);
        // "1.0" means the category "1": programs write codes as decimals where a cell of the column is empty.
        var numbers = new Dictionary<double, string>();
        foreach (var text in known)
            if (!PartNumbers.HasShape(text) && Column.ParseNumber(text) is var number && double.IsFinite(number))
                numbers.TryAdd(number, text);
        string[] cells = [.. asked.Cells.Select(Same)];
        Add(
            Rows(row => cells[row].Length > 0 && !known.Contains(cells[row])),
            "unseen-categories",
            $"does not occur in the run's rows{Known(known)}",
            "Check the spelling; the model has learned nothing about other categories."
        );
        return new(asked.Name, cells);

        string Same(string cell) =>
            cell.Length > 0
            && !known.Contains(cell)
            && !PartNumbers.HasShape(cell)
            && numbers.TryGetValue(Column.ParseNumber(cell), out var same)
                ? same
                : cell;
    }

    static string Known(HashSet<string> known) =>
        known.Count is > 0 and <= 12 ? $", which have {QuotedNames.Of(known.Order(StringComparer.Ordinal))}" : "";

    void Missing(Column column)
    {
        if (rows.All(r => !own.IsMissing(r)))
            Add(
                Rows(column.IsMissing),
                "unseen-missing",
                "is empty; no row of the run lacks this value",
                "Fill in the value; the model has learned nothing about missing ones.",
                texts: false
            );
    }

    int[] Rows(Func<int, bool> holds) => [.. Enumerable.Range(0, asked.Cells.Count).Where(holds)];

    /// <param name="what">What is wrong with one cell.</param>
    /// <param name="texts">Whether the cells' texts are listed.</param>
    void Add(int[] at, string code, string what, string whatToDo, bool texts = true)
    {
        if (at.Length == 0)
            return;
        var listed = texts ? " " + QuotedNames.Of(at.Select(row => asked.Cells[row]).Distinct(StringComparer.Ordinal), 5) : "";
        var count =
            at.Length == 1 ? "the cell" : string.Create(CultureInfo.InvariantCulture, $"each of {at.Length} cells (this is the first)");
        problems.Add(new(Severity.Warning, code, $"{count}{listed} {what}", whatToDo, at[0] + 1, feature.Name) { Cells = at.Length });
    }
}
