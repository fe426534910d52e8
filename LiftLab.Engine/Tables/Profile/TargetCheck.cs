namespace LiftLab.Engine.Tables.Profile;

/// <summary>Problems of the target column, and its class balance.</summary>
static class TargetCheck
{
    /// <summary>Adds the problems of the target to <paramref name="problems"/>.</summary>
    /// <returns>The target column; null where it cannot be used.</returns>
    public static Column? Usable(Table table, Schema schema, List<Problem> problems)
    {
        if (schema.Columns.All(c => c.Role != ColumnRole.Target))
        {
            problems.Add(new(Severity.Error, "no-target", "no column is chosen as target", "Choose the column to predict."));
            return null;
        }
        if (!table.Has(schema.Target.Name))
            return null;
        var column = table[schema.Target.Name];
        var facts = column.Facts;
        if (facts.Filled == 0)
        {
            problems.Add(
                new(Severity.Error, "no-target", "every value of the target column is missing", "Choose another target.", null, column.Name)
            );
            return null;
        }
        if (facts.Missing > 0)
            problems.Add(
                new(
                    Severity.Warning,
                    "target-missing",
                    $"{facts.Missing} rows have no target and are left out{MarkWords(column)}",
                    column.Marks.Count > 0
                        ? "Fill in the values if they are known; a text that is a value can be read as a word."
                        : "Fill in the values if they are known.",
                    TableCheck.FirstMissing(column),
                    column.Name
                )
                {
                    Remedies = [.. column.Marks.Take(3).Select(m => Remedy.Word(column.Name, m.Text))],
                }
            );
        return schema.Task == TaskKind.Regression ? CheckNumbers(column, problems) : CheckClasses(column, problems);
    }

    /// <summary>": 'NA' in 15 of them was read as missing".</summary>
    static string MarkWords(Column column) =>
        column.Marks.Count == 0
            ? ""
            : $": {string.Join(", ", column.Marks.Take(4).Select(m => $"'{TableCheck.Short(m.Text)}' ({m.Count})"))} was read as missing";

    static Column? CheckNumbers(Column column, List<Problem> problems)
    {
        var facts = column.Facts;
        var words = facts.Filled - facts.Numbers;
        if (words == 0)
        {
            if (facts.Distinct > 1)
                return column;
            problems.Add(
                new(
                    Severity.Error,
                    "one-value",
                    "the target has the same number in every row",
                    "Choose another target: there is nothing to predict.",
                    null,
                    column.Name
                )
            );
            return null;
        }
        var row = Enumerable.Range(0, column.Cells.Count).First(r => !column.IsMissing(r) && double.IsNaN(column.Numbers[r]));
        var few = words <= 0.05 * facts.Filled;
        problems.Add(
            new(
                few ? Severity.Warning : Severity.Error,
                "target-not-numeric",
                $"{words} target cells are not numbers ('{TableCheck.Short(column.Cells[row])}' is the first)",
                few
                    ? "These rows are left out; write the numbers without units or symbols."
                    : "Choose classification, choose another target, or write the numbers without units or symbols.",
                row + 1,
                column.Name
            )
        );
        return few ? column : null;
    }

    static Column CheckClasses(Column column, List<Problem> problems)
    {
        var facts = column.Facts;
        if (facts.Distinct > 2 && facts.Distinct > 0.5 * facts.Filled)
            problems.Add(
                new(
                    Severity.Warning,
                    "many-classes",
                    $"the target has {facts.Distinct} classes in {facts.Filled} rows",
                    facts.Numbers == facts.Filled
                        ? "Choose regression if the target is a measured number."
                        : "Choose another target, or merge classes.",
                    null,
                    column.Name
                )
            );
        foreach (
            var (label, count) in (Balance(column, TaskKind.Classification) ?? [])
                .Where(c => c.Count < 5 && facts.Distinct <= 50)
                .OrderBy(c => c.Value, StringComparer.Ordinal)
        )
            problems.Add(
                new(
                    Severity.Warning,
                    "small-class",
                    $"the class '{TableCheck.Short(label)}' has {(count == 1 ? "one row" : $"{count} rows")}",
                    "Add rows of this class, or merge it with another class.",
                    null,
                    column.Name
                )
                {
                    Remedies = SmallClasses.Remedies(column, label, count),
                }
            );
        WarnOfRare(column, problems);
        return column;
    }

    static void WarnOfRare(Column column, List<Problem> problems)
    {
        ValueCount[] classes = [.. Balance(column, TaskKind.Classification)!];
        if (RareClasses.In([.. classes.Select(c => c.Count)]) is not { Count: > 0 } rare)
            return;
        var (common, all) = (classes.MaxBy(c => c.Count)!, classes.Sum(c => c.Count));
        var named = string.Join(", ", rare.Take(5).Select(k => $"'{TableCheck.Short(classes[k].Value)}' {classes[k].Count}"));
        problems.Add(
            new(
                Severity.Warning,
                "uneven-classes",
                $"the classes are uneven: '{TableCheck.Short(common.Value)}' has {common.Count} of {all} rows, {named}",
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"Always answering '{TableCheck.Short(common.Value)}' is correct in {100.0 * common.Count / all:0.0} % of the rows: compare balanced accuracy, and add rows of the rare classes if there are any."
                ),
                null,
                column.Name
            )
        );
    }

    internal static bool HasClasses(TaskKind task) => task != TaskKind.Regression;

    /// <summary>Number of rows of each class, in class order; null for regression.</summary>
    public static IReadOnlyList<ValueCount>? Balance(Column target, TaskKind task)
    {
        if (!HasClasses(task))
            return null;
        var counts = target.Cells.Where(c => c.Length > 0).CountBy(c => c, ClassLabels.Same).ToDictionary(ClassLabels.Same);
        return [.. ClassLabels.InOrder(counts.Keys).Select(label => new ValueCount(label, counts[label]))];
    }
}
