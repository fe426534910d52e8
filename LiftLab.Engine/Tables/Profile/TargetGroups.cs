using System.Globalization;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>The rows of a table in groups by their target: its most frequent classes and the rest, or thirds of its numbers.</summary>
public sealed class TargetGroups
{
    /// <summary>More groups cannot be told apart in a small histogram.</summary>
    public const int Most = 6;

    /// <summary>With more classes, relations are not computed.</summary>
    const int MostClasses = 1_000;

    readonly byte[] groups = [];
    double[]? ranks;

    TargetGroups(Column? target) => Target = target;

    TargetGroups(Column target, IReadOnlyList<string> labels, IReadOnlyList<int?> classes, byte[] groups)
        : this(target) => (Labels, Classes, this.groups) = (labels, classes, groups);

    internal Column? Target { get; }

    /// <summary>Empty where there is no target.</summary>
    public string TargetName => Target?.Name ?? "";

    /// <summary>Rows of each class in class order; null where the target is no class.</summary>
    public IReadOnlyList<ValueCount>? Balance { get; private init; }

    /// <summary>Whether these are the groups of a table with a schema, too.</summary>
    internal bool Are(Table table, Schema schema) =>
        Target is not null
        && schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target)?.Name == Target.Name
        && table.Has(Target.Name)
        && table[Target.Name] == Target
        && TargetCheck.HasClasses(schema.Task) == Balance is not null;

    /// <summary>"setosa", "other classes", "3.2 to 5"; one empty label where there is no target.</summary>
    public IReadOnlyList<string> Labels { get; } = [""];

    /// <summary>The index in class order of each group, which gives its colour; null for other groups.</summary>
    public IReadOnlyList<int?> Classes { get; } = [null];

    /// <summary>Class index by row, -1 where the target is missing; null where the target is a number or has too many classes.</summary>
    internal int[]? ClassOf { get; private init; }

    internal int ClassCount { get; private init; }

    /// <summary>The target of each row; null where it is a class.</summary>
    internal IReadOnlyList<double>? Numbers { get; private init; }

    /// <summary>The ranks of <see cref="Numbers"/>, which no row lacks.</summary>
    internal double[]? Ranks => Numbers is { } y && Target!.Facts.Numbers == y.Count ? ranks ??= Ranking.Of(y) : null;

    /// <summary>The group of a row; -1 where the target is missing.</summary>
    internal int Of(int row) =>
        groups.Length == 0 ? 0
        : groups[row] == byte.MaxValue ? -1
        : groups[row];

    public static TargetGroups Of(Table table, Schema schema)
    {
        var name = schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target && table.Has(c.Name))?.Name;
        if (name is null || table[name].Facts.Filled == 0)
            return new(null);
        var target = table[name];
        return TargetCheck.Balance(target, schema.Task) is { } balance ? OfClasses(target, balance) : OfNumbers(target);
    }

    static TargetGroups OfClasses(Column target, IReadOnlyList<ValueCount> balance)
    {
        var index = new Dictionary<string, int>(ClassLabels.Same);
        for (var i = 0; i < balance.Count; i++)
            index[balance[i].Value] = i;
        var kept = Enumerable.Range(0, balance.Count).ToArray();
        if (balance.Count > Most)
            kept = [.. kept.OrderByDescending(i => balance[i].Count).ThenBy(i => i).Take(Most - 1).Order()];
        var groupOf = Enumerable.Repeat(kept.Length, balance.Count).ToArray();
        for (var g = 0; g < kept.Length; g++)
            groupOf[kept[g]] = g;
        var classes = new int[target.Cells.Count];
        var groups = new byte[classes.Length];
        for (var r = 0; r < classes.Length; r++)
        {
            classes[r] = target.IsMissing(r) ? -1 : index[target.Cells[r]];
            groups[r] = classes[r] < 0 ? byte.MaxValue : (byte)groupOf[classes[r]];
        }
        var more = balance.Count > kept.Length;
        return new(
            target,
            [.. kept.Select(i => balance[i].Value), .. more ? (string[])[Others(balance.Count - kept.Length)] : []],
            [.. kept.Select(i => (int?)i), .. more ? (int?[])[null] : []],
            groups
        )
        {
            ClassOf = balance.Count <= MostClasses ? classes : null,
            ClassCount = balance.Count,
            Balance = balance,
        };
    }

    static string Others(int count) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} other classes");

    static TargetGroups OfNumbers(Column target)
    {
        var numbers = target.Numbers;
        double[] sorted = [.. numbers.Where(x => !double.IsNaN(x))];
        if (sorted.Length == 0)
            return new(target);
        Array.Sort(sorted);
        // A third ends where numbers differ: of many equal numbers none is in two groups.
        double[] cuts = [.. new[] { sorted.Length / 3, sorted.Length * 2 / 3 }.Select(i => sorted[i]).Distinct().Where(x => x > sorted[0])];
        var groups = new byte[numbers.Count];
        for (var r = 0; r < groups.Length; r++)
            groups[r] = double.IsNaN(numbers[r]) ? byte.MaxValue : (byte)cuts.Count(c => numbers[r] >= c);
        double[] ends = [sorted[0], .. cuts, sorted[^1]];
        return new(
            target,
            [
                .. ends.Skip(1)
                    .Select((end, i) => $"{HeadNumbers.Text(ends[i], ColumnKind.Number)} to {HeadNumbers.Text(end, ColumnKind.Number)}"),
            ],
            [.. ends.Skip(1).Select(_ => (int?)null)],
            groups
        )
        {
            Numbers = numbers,
        };
    }
}
