using System.Globalization;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>
/// Why a column may say the target: it is known only with it or after it, and scores with it would be too good. A suspicion is no error:
/// easy tables have such columns.
/// </summary>
static class LeakSuspect
{
    const int FewestRows = 20;

    /// <summary>Share of rows that may contradict.</summary>
    const double Exceptions = 0.005;

    /// <summary>A class with more of the rows is guessed without any column.</summary>
    const double MostCommon = 0.95;

    /// <summary>Rank correlation of a number that rises or falls with the target.</summary>
    const double Monotone = 0.9995;

    const int FewestNumbers = 5;

    /// <summary>Numbers with at most this many different values are looked at value by value.</summary>
    const int FewNumbers = 50;

    /// <summary>Rows that each value must have on average.</summary>
    const int RowsOfValue = 5;

    /// <returns>A sentence without its subject; null where nothing is suspected.</returns>
    public static string? Of(Column column, ColumnKind kind, TargetGroups target, TargetRelation? relation)
    {
        if (target.Target is not { } named || named.Name == column.Name || column.Facts.Filled == 0)
            return null;
        if (LeakCheck.Relation(column, kind, named) is { } known)
            return known;
        if (target.Numbers is not null)
            return
                relation is { Measure: RelationMeasure.Spearman, Rows: >= FewestRows } r
                && Math.Abs(r.Value) >= Monotone
                && column.Facts.Distinct >= FewestNumbers
                ? $"it {(r.Value > 0 ? "rises" : "falls")} with the target '{named.Name}' in nearly every row"
                : null;
        if (target.ClassOf is not { } classes)
            return null;
        return Missing(column, classes, target.ClassCount, named.Name)
            ?? (IsListed(column, kind) ? Values(column, classes, target.ClassCount, named.Name) : null)
            ?? (target.ClassCount == 2 && kind.IsNumeric() ? Threshold(column, classes, named.Name) : null);
    }

    static bool IsListed(Column column, ColumnKind kind) =>
        kind.IsNumeric() ? column.Facts.Distinct <= FewNumbers : kind == ColumnKind.Category;

    /// <summary>Whether a cell is missing tells the class.</summary>
    static string? Missing(Column column, int[] classes, int count, string target)
    {
        if (column.Facts.Missing == 0 || column.Facts.Filled == 0)
            return null;
        var codes = new int[classes.Length];
        for (var r = 0; r < codes.Length; r++)
            codes[r] = column.IsMissing(r) ? 1 : 0;
        return Pure(codes, 2, classes, count) is { } share
            ? $"whether its cells are missing tells the target '{target}' in {share} of the rows"
            : null;
    }

    /// <summary>Each value goes with one class, though a class may have several values.</summary>
    static string? Values(Column column, int[] classes, int count, string target)
    {
        var codes = TargetRelation.Codes(column, out var distinct);
        return distinct >= 2 && (long)RowsOfValue * distinct <= column.Facts.Filled && Pure(codes, distinct, classes, count) is { } share
            ? $"each of its values goes with one value of the target '{target}' ({share} of the rows)"
            : null;
    }

    /// <summary>The share of rows in the most frequent class of their group, in words; null where it is too small or trivial.</summary>
    static string? Pure(int[] groups, int groupCount, int[] classes, int classCount)
    {
        if ((long)groupCount * classCount > 10_000_000)
            return null;
        var counts = new int[groupCount * classCount];
        for (var r = 0; r < groups.Length; r++)
            if (groups[r] >= 0 && classes[r] >= 0)
                counts[groups[r] * classCount + classes[r]]++;
        int rows = counts.Sum(),
            common = Enumerable.Range(0, classCount).Max(c => Enumerable.Range(0, groupCount).Sum(g => counts[g * classCount + c])),
            agreeing = Enumerable.Range(0, groupCount).Sum(g => counts.AsSpan(g * classCount, classCount).ToArray().Max());
        return rows >= FewestRows && common <= MostCommon * rows && rows - agreeing <= Exceptions * rows ? Percent(agreeing, rows) : null;
    }

    /// <summary>All rows of one class lie on one side of a number.</summary>
    static string? Threshold(Column column, int[] classes, string target)
    {
        int[] rows = [.. Enumerable.Range(0, classes.Length).Where(r => classes[r] >= 0 && !double.IsNaN(column.Numbers[r]))];
        var second = rows.Count(r => classes[r] == 1);
        if (rows.Length < FewestRows || Math.Max(second, rows.Length - second) > MostCommon * rows.Length)
            return null;
        double[] numbers = [.. rows.Select(r => column.Numbers[r])];
        Array.Sort(numbers, rows);
        // Rows that a threshold behind each number puts on the wrong side, with the second class above it or below it.
        int below = 0,
            seen = 0,
            best = 0;
        var cut = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            seen++;
            below += classes[rows[i]] == 1 ? 1 : 0;
            if (i + 1 < rows.Length && numbers[i + 1] == numbers[i])
                continue;
            var above = seen - below + (second - below);
            if (Math.Max(above, rows.Length - above) is var right && right > best)
                (best, cut) = (right, numbers[i]);
        }
        return rows.Length - best <= Exceptions * rows.Length
            ? $"the number {HeadNumbers.Text(cut, ColumnKind.Number)} separates the two values of the target '{target}' ({Percent(best, rows.Length)} of the rows)"
            : null;
    }

    static string Percent(int part, int all) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / all:0.#} %");
}
