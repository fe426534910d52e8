using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs.Plans;

/// <summary>Chooses the features with the most informative picture of the answers.</summary>
public static class BoundaryChoice
{
    /// <summary>Maximum rows that are used; the first ones.</summary>
    const int Rows = 20_000;

    /// <summary>A category column that explains less of the target gives lines that lie on each other.</summary>
    const double LeastForLines = 0.05;

    /// <summary>
    /// The two numeric features that explain most of the target, in table order. Where the target is a number and only one numeric feature
    /// varies: that feature, with one line per category of the column that explains most, if it has few categories. Null without enough
    /// numeric features or without a target.
    /// </summary>
    public static FeaturePair? Of(Table table, Schema schema)
    {
        if (schema.Columns.All(c => c.Role != ColumnRole.Target))
            return null;
        var target = table[schema.Target.Name];
        string[] ranked =
        [
            .. BoundarySurface.Numeric(schema).OrderByDescending(name => Explained(table[name].Numbers, target, schema.Task)),
        ];
        if (Target.Of(schema.Task, []).IsDrawnOverOne)
            ranked = [.. ranked.Where(name => table[name].Numbers.Where(double.IsFinite).Distinct().Skip(1).Any())];
        string[] inTableOrder = [.. table.Columns.Select(c => c.Name).Where(ranked.Take(2).Contains)];
        return inTableOrder switch
        {
            [var x, var y] => new(x, y),
            [var x] when Target.Of(schema.Task, []).IsDrawnOverOne => new(x, LinesOf(table, schema, target)),
            _ => null,
        };
    }

    /// <summary>The column of the lines; null where no column separates the target.</summary>
    static string? LinesOf(Table table, Schema schema, Column target) =>
        BoundarySurface
            .LineColumns(schema)
            .Where(name =>
                table[name].Cells.Where(c => c.Length > 0).Distinct().Take(BoundarySurface.MostLines + 1).Count()
                    is > 1
                        and <= BoundarySurface.MostLines
            )
            .Select(name => (Name: name, Share: BetweenClasses(target.Numbers, table[name])))
            .Where(c => c.Share >= LeastForLines)
            .OrderByDescending(c => c.Share)
            .Select(c => c.Name)
            .FirstOrDefault();

    /// <summary>Share of a number's variance that lies between the categories of a column.</summary>
    static double BetweenClasses(IReadOnlyList<double> number, Column categories)
    {
        int[] rows = [.. Enumerable.Range(0, number.Count).Where(i => double.IsFinite(number[i]) && !categories.IsMissing(i)).Take(Rows)];
        return rows.Length < 3 ? 0 : BetweenClasses(number, categories, rows);
    }

    /// <summary>
    /// Share of a feature's variance that lies between the classes (η², Pearson's correlation ratio), or its squared correlation with the
    /// number (r²): 0 to 1. Rows without the feature or the target are skipped.
    /// </summary>
    /// <param name="x">One number per row; NaN if it is missing.</param>
    public static double Explained(IReadOnlyList<double> x, Column target, TaskKind task)
    {
        int[] rows = [.. Enumerable.Range(0, x.Count).Where(i => double.IsFinite(x[i]) && !target.IsMissing(i)).Take(Rows)];
        return rows.Length < 3 ? 0
            : task == TaskKind.Classification ? BetweenClasses(x, target, rows)
            : WithNumber(x, target.Numbers, [.. rows.Where(i => double.IsFinite(target.Numbers[i]))]);
    }

    static double BetweenClasses(IReadOnlyList<double> x, Column target, int[] rows)
    {
        var mean = rows.Average(i => x[i]);
        var total = rows.Sum(i => (x[i] - mean) * (x[i] - mean));
        return total <= 0 ? 0 : rows.GroupBy(i => target.Cells[i]).Sum(g => g.Count() * Math.Pow(g.Average(i => x[i]) - mean, 2)) / total;
    }

    static double WithNumber(IReadOnlyList<double> x, IReadOnlyList<double> y, int[] rows)
    {
        if (rows.Length < 3)
            return 0;
        var (meanX, meanY) = (rows.Average(i => x[i]), rows.Average(i => y[i]));
        var together = rows.Sum(i => (x[i] - meanX) * (y[i] - meanY));
        var around = rows.Sum(i => (x[i] - meanX) * (x[i] - meanX)) * rows.Sum(i => (y[i] - meanY) * (y[i] - meanY));
        return around <= 0 ? 0 : together * together / around;
    }
}
