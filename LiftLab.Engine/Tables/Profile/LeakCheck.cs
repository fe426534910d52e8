using System.Globalization;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>
/// Features that say the target: their values and the target's go one to one, or one is the other times a factor plus a constant.
/// </summary>
static class LeakCheck
{
    /// <summary>With fewer rows, values go one to one by chance.</summary>
    const int FewestRows = 20;

    /// <summary>Share of rows that may contradict a one-to-one relation.</summary>
    const double Exceptions = 0.005;

    /// <summary>Squared correlation of two numbers that are the same up to factor, constant and rounding.</summary>
    const double Linear = 0.99995;

    const int FewestNumbers = 5;

    public static IEnumerable<Problem> Problems(Table table, Schema schema, Column target)
    {
        foreach (var feature in schema.Features)
            if (table.Has(feature.Name) && Relation(table[feature.Name], feature.Kind, target) is { } what)
                yield return new(
                    Severity.Warning,
                    "says-the-target",
                    what,
                    "Ignore it if it is not known before the target: scores with it are too good.",
                    null,
                    feature.Name
                )
                {
                    Remedies = [Remedy.Ignore(feature.Name)],
                };
    }

    internal static string? Relation(Column feature, ColumnKind kind, Column target)
    {
        var numbers = kind.IsNumeric() && target.Facts.Numbers == target.Facts.Filled && target.Facts.Distinct >= FewestNumbers;
        return numbers && LinearMap(feature, target) is { } map ? $"the target '{target.Name}' is {map}"
            : OneToOne(feature, target) is { } pairs ? $"its values and those of the target '{target.Name}' go one to one: {pairs}"
            : null;
    }

    static string? OneToOne(Column feature, Column target)
    {
        if (feature.Facts.Distinct != target.Facts.Distinct || target.Facts.Distinct < 2)
            return null;
        var counts = new Dictionary<(string Feature, string Target), int>();
        Dictionary<string, string> featureOf = new(ClassLabels.Same),
            targetOf = new(ClassLabels.Same);
        var rows = 0;
        for (var r = 0; r < target.Cells.Count; r++)
        {
            if (feature.IsMissing(r) || target.IsMissing(r))
                continue;
            rows++;
            string f = Same(featureOf, feature.Cells[r]),
                t = Same(targetOf, target.Cells[r]);
            counts[(f, t)] = counts.GetValueOrDefault((f, t)) + 1;
        }
        // Each value of one must come twice on average, else all-different values go one to one.
        if (rows < FewestRows || rows < 2 * targetOf.Count || featureOf.Count != targetOf.Count)
            return null;
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        var agreeing = 0;
        foreach (var ((f, t), count) in counts.OrderByDescending(c => c.Value))
            if (!pairs.ContainsKey(f) && !pairs.ContainsValue(t))
            {
                pairs[f] = t;
                agreeing += count;
            }
        if (rows - agreeing > Exceptions * rows)
            return null;
        var except = rows - agreeing;
        return string.Join(", ", pairs.Take(3).Select(p => $"'{TableCheck.Short(p.Key)}' is '{TableCheck.Short(p.Value)}'"))
            + (pairs.Count > 3 ? ", …" : "")
            + (except > 0 ? $" (all but {except} of {rows} rows)" : "");

        static string Same(Dictionary<string, string> known, string cell)
        {
            if (!known.TryGetValue(cell, out var first))
                known[cell] = first = cell;
            return first;
        }
    }

    static string? LinearMap(Column feature, Column target)
    {
        double[] x = [],
            y = [];
        int[] rows =
        [
            .. Enumerable.Range(0, target.Cells.Count).Where(r => !double.IsNaN(feature.Numbers[r]) && !double.IsNaN(target.Numbers[r])),
        ];
        if (rows.Length < FewestRows || feature.Facts.Distinct < FewestNumbers)
            return null;
        x = [.. rows.Select(r => feature.Numbers[r])];
        y = [.. rows.Select(r => target.Numbers[r])];
        Spread a = Spread.Of(x),
            b = Spread.Of(y);
        if (!(a.Deviation > 0) || !(b.Deviation > 0))
            return null;
        var r1 = 0.0;
        for (var i = 0; i < x.Length; i++)
            r1 += (x[i] - a.Mean) / a.Deviation * ((y[i] - b.Mean) / b.Deviation);
        r1 /= x.Length;
        if (r1 * r1 < Linear)
            return null;
        var factor = Math.Sign(r1) * b.Deviation / a.Deviation;
        var constant = b.Mean - factor * a.Mean;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"this column times {factor:G4}{(Math.Abs(constant) > 1e-9 * b.Deviation ? $" {(constant < 0 ? "minus" : "plus")} {Math.Abs(constant):G4}" : "")}"
        );
    }
}
