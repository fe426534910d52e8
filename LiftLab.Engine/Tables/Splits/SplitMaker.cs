using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Tables.Splits;

/// <summary>
/// The paper's split: 64 % training, 16 % validation, 20 % test. The test rows are drawn with seed 0 and are the same in every run; the
/// run's seed divides the remaining rows. A part that would have fewer rows than classes gets as many as there are classes. Classification
/// uses a stratified split, draw for draw scikit-learn's
/// <c>StratifiedShuffleSplit(1, test_size=0.2)</c>; regression uses its <c>ShuffleSplit</c>. Rows without a target are left out.
/// </summary>
public static class SplitMaker
{
    public const double HeldOut = 0.2;

    /// <exception cref="BadDataException">Too few rows, or too few rows of a class, for all three parts.</exception>
    public static Split Make(Table table, Schema schema, int seed)
    {
        var (split, problems) = Try(table, schema, seed);
        return split ?? throw new BadDataException(problems);
    }

    /// <summary>The reasons why this table cannot be split, and what is unusual about its split.</summary>
    public static IReadOnlyList<Problem> Problems(Table table, Schema schema) => Try(table, schema, 0).Problems;

    static (Split? Split, IReadOnlyList<Problem> Problems) Try(Table table, Schema schema, int seed)
    {
        var target = table[schema.Target.Name];
        var numbers = schema.Task == TaskKind.Regression;
        bool Usable(int row) => numbers ? !double.IsNaN(target.Numbers[row]) : !target.IsMissing(row);
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(Usable)];
        if (rows.Length < 5)
            return (
                null,
                [
                    new(
                        Severity.Error,
                        "too-few-rows",
                        $"{rows.Length} rows have a usable target",
                        "Add rows: training, validation and test parts need at least 5 together.",
                        null,
                        target.Name
                    ),
                ]
            );
        if (numbers)
        {
            var (rest, heldOut) = Plain(rows, 0);
            var (train, validation) = Plain(rest, seed);
            return (new(train, validation, heldOut), []);
        }

        var labels = ClassLabels.InOrder(rows.Select(r => target.Cells[r]));
        var codeOf = labels.Select((label, i) => (label, i)).ToDictionary(p => p.label, p => p.i, ClassLabels.Same);
        int Code(int row) => codeOf[target.Cells[row]];

        var test = StratifiedShuffleSplit.Held(rows.Length, labels.Count, HeldOut);
        var first = StratifiedShuffleSplit.Blocker([.. rows.Select(Code)], labels, test);
        if (first.Count > 0)
            return (null, InColumn(first, target.Name));
        var (dev, testRows) = StratifiedShuffleSplit.Make(rows, Code, labels.Count, test, 0);
        var valid = StratifiedShuffleSplit.Held(dev.Length, labels.Count, HeldOut);
        var second = StratifiedShuffleSplit.Blocker([.. dev.Select(Code)], labels, valid);
        if (second.Count > 0)
            return (null, InColumn(second, target.Name));
        var (trainRows, validRows) = StratifiedShuffleSplit.Make(dev, Code, labels.Count, valid, seed);
        return (
            new(trainRows, validRows, testRows),
            [.. Larger("test", test, rows.Length, labels.Count), .. Larger("validation", valid, dev.Length, labels.Count)]
        );

        IEnumerable<Problem> Larger(string part, int held, int of, int classes)
        {
            var usual = (int)Math.Ceiling(HeldOut * of);
            if (held > usual)
                yield return new(
                    Severity.Warning,
                    "split-enlarged",
                    $"the {part} part has {held} rows instead of {usual}, one for each of the {classes} classes",
                    "Merge classes that have few rows, or add rows, for the usual split.",
                    null,
                    target.Name
                );
        }
    }

    static IReadOnlyList<Problem> InColumn(IReadOnlyList<Problem> problems, string column) =>
        [.. problems.Select(p => p with { Column = column })];

    static (int[] Kept, int[] HeldOut) Plain(int[] rows, int seed)
    {
        var order = new NumpyRandom(seed).Permutation(rows.Length);
        var held = (int)Math.Ceiling(HeldOut * rows.Length);
        return ([.. order.Skip(held).Select(i => rows[i])], [.. order.Take(held).Select(i => rows[i])]);
    }
}
