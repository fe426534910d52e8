using System.Globalization;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>Problems of a table with a schema: errors prevent learning, warnings degrade it.</summary>
public static class TableCheck
{
    const int FewRows = 30;
    const int ManyMissing = 20;

    /// <summary>Errors first; within a severity, in table order.</summary>
    public static IReadOnlyList<Problem> Problems(Table table, Schema schema)
    {
        var problems = new List<Problem>();
        var target = TargetCheck.Usable(table, schema, problems);
        foreach (var column in schema.Columns)
        {
            if (!table.Has(column.Name))
                problems.Add(
                    new(
                        Severity.Error,
                        "no-such-column",
                        "the schema names a column that the table does not have",
                        $"The table has: {Names(table)}.",
                        null,
                        column.Name
                    )
                );
            else if (column.Role == ColumnRole.Feature)
                CheckFeature(table[column.Name], column, table.RowCount, problems);
            if (table.Has(column.Name) && column.Role != ColumnRole.Ignored && column.Kind is ColumnKind.Number or ColumnKind.Integer)
                problems.AddRange(FillValues.Problems(table[column.Name]));
            if (table.Has(column.Name) && column.Kind == ColumnKind.Category && column.Role != ColumnRole.Ignored)
                problems.AddRange(LookAlikes.Problems(table[column.Name]));
            if (table.Has(column.Name) && column.Kind is ColumnKind.Category or ColumnKind.Text or ColumnKind.Identifier)
                problems.AddRange(SpreadsheetDates.Problems(table[column.Name]));
        }
        problems.AddRange(Subtotals.Problems(table));
        if (HeadingRows.Of(table) is { } headings)
            problems.Add(headings);
        problems.AddRange(LeftOut(table, schema));
        if (schema.Features.Count == 0)
            problems.Add(
                new(
                    Severity.Error,
                    "no-features",
                    "the table has no feature column",
                    "Add a column, or change the role of a column to feature."
                )
            );
        if (table.RowCount < FewRows)
            problems.Add(
                new(
                    Severity.Warning,
                    "few-rows",
                    $"the table has {table.RowCount} rows",
                    "Scores on so few test rows are uncertain: read the intervals, or add rows."
                )
            );
        if (target is not null)
            problems.AddRange(LeakCheck.Problems(table, schema, target));
        if (target is not null)
            problems.AddRange(SplitMaker.Problems(table, schema).Where(p => !problems.Any(q => q.Code == p.Code && q.Column == p.Column)));
        CheckDuplicates(table, schema, problems);
        return [.. problems.OrderByDescending(p => p.Severity)];
    }

    /// <summary>The columns that the guess leaves out, with the reason.</summary>
    static IEnumerable<Problem> LeftOut(Table table, Schema schema)
    {
        foreach (var column in schema.Columns)
        {
            if (column.Role != ColumnRole.Ignored || !table.Has(column.Name))
                continue;
            var index = table.IndexOf(column.Name);
            if (SchemaGuess.WhyLeftOut(table.Columns[index], index) is not { } why || table.Columns.Any(c => c.PartOf == column.Name))
                continue;
            var date = column.Kind == ColumnKind.Date;
            yield return new(
                Severity.Note,
                "left-out",
                $"the column is left out: {why}",
                date ? "Add its parts, or include it as it is, if it helps to predict the target."
                    : table.Columns[index].Facts.Filled == 0 ? "Fill in its values if they are known."
                    : "Include it if it helps to predict the target.",
                null,
                column.Name
            )
            {
                Remedies =
                [
                    .. date ? [Remedy.Parts(column.Name, [.. DateColumns.Useful(table.Columns[index])])] : Array.Empty<Remedy>(),
                    .. table.Columns[index].Facts.Filled > 0 ? [Remedy.Include(column.Name)] : Array.Empty<Remedy>(),
                ],
            };
        }
    }

    static void CheckFeature(Column column, ColumnSchema schema, int rows, List<Problem> problems)
    {
        var facts = column.Facts;
        if (facts.Filled == 0)
        {
            problems.Add(new(Severity.Warning, "empty-column", "every value of the column is missing", "Ignore it.", null, column.Name));
            return;
        }
        if (facts.Distinct == 1 && facts.Missing == 0 && rows > 1)
            problems.Add(
                new(
                    Severity.Warning,
                    "constant-column",
                    $"every value is '{Short(column.Cells[0])}'",
                    "Ignore it: a constant column carries no information and makes prompts longer.",
                    null,
                    column.Name
                )
            );
        if (facts.Missing > 0)
            problems.Add(
                new(
                    Severity.Warning,
                    "missing-cells",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{facts.Missing} of {rows} cells are missing ({100.0 * facts.Missing / rows:0.#} %)"
                    ),
                    100.0 * facts.Missing / rows > ManyMissing
                        ? "Ignore the column, or fill in the missing values."
                        : "Prompts state that these values are missing and baselines impute them; fill them in if they are known.",
                    FirstMissing(column),
                    column.Name
                )
            );
        if (schema.Kind == ColumnKind.Identifier)
            problems.Add(
                new(
                    Severity.Warning,
                    "identifier-feature",
                    "the identifier column is used as a feature",
                    "Ignore it: a model that memorises identifiers predicts worse on new rows.",
                    null,
                    column.Name
                )
            );
        if (schema.Kind.IsNumeric() && facts.Numbers < facts.Filled)
            for (int r = 0, shown = 0; r < column.Cells.Count && shown < 3; r++)
                if (!column.IsMissing(r) && double.IsNaN(column.Numbers[r]))
                {
                    shown++;
                    problems.Add(
                        new(
                            Severity.Warning,
                            "not-a-number",
                            $"'{Short(column.Cells[r])}' is not a number; {facts.Filled - facts.Numbers} such cells are treated as missing",
                            "Correct the cell, or make the column a category.",
                            r + 1,
                            column.Name
                        )
                    );
                }
        if (schema.Kind is ColumnKind.Category or ColumnKind.Identifier && NumberText.CommonUnit(column.Cells) is { } unit)
            problems.Add(
                new(
                    Severity.Warning,
                    "numbers-with-unit",
                    $"the values are numbers with the unit '{unit}' and are read as text",
                    "Remove the unit from the cells and enter it in the schema.",
                    null,
                    column.Name
                )
            );
        else if (schema.Kind == ColumnKind.Category && facts.Distinct > 50 && facts.Distinct > 0.5 * facts.Filled)
            problems.Add(
                new(
                    Severity.Warning,
                    "many-categories",
                    $"{facts.Distinct} distinct values in {facts.Filled} rows",
                    "Ignore it, or change its kind to text or identifier.",
                    null,
                    column.Name
                )
            );
    }

    static void CheckDuplicates(Table table, Schema schema, List<Problem> problems)
    {
        Column[] used = [.. schema.Columns.Where(c => c.Role != ColumnRole.Ignored && table.Has(c.Name)).Select(c => table[c.Name])];
        if (used.Length < 2)
            return;
        var seen = new HashSet<RowOf>(table.RowCount);
        var (repeated, first) = (0, 0);
        for (var r = 0; r < table.RowCount; r++)
            if (!seen.Add(new(used, r)) && ++repeated == 1)
                first = r + 1;
        if (repeated > 0)
            problems.Add(
                new(
                    Severity.Warning,
                    "duplicate-rows",
                    repeated == 1 ? "the row repeats an earlier row" : $"{repeated} rows repeat an earlier row; this is the first",
                    "Remove duplicates: a row in both the training and the test part makes scores too good.",
                    first
                )
            );
    }

    internal static int FirstMissing(Column column)
    {
        var row = 0;
        while (!column.IsMissing(row))
            row++;
        return row + 1;
    }

    internal static string Short(string cell) => cell.Length <= 40 ? cell : cell[..39] + "…";

    static string Names(Table table) => string.Join(", ", table.Columns.Select(c => c.Name));
}
