using System.Globalization;
using System.Runtime.InteropServices;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>How a relation between a column and the target is measured.</summary>
public enum RelationMeasure
{
    /// <summary>Rank correlation of two numbers, -1 to 1.</summary>
    Spearman,

    /// <summary>
    /// Square root of the share of the ranks' variance that groups explain (ε² of the Kruskal-Wallis test, corrected for the number of
    /// groups), 0 to 1: a number and classes, or categories and a number.
    /// </summary>
    RankShare,

    /// <summary>Cramér's V of categories and classes with the bias correction of Bergsma (2013), 0 to 1.</summary>
    CramersV,
}

/// <summary>How closely a column goes with the target. It says nothing of several columns together.</summary>
/// <param name="Rows">Rows in which both are known.</param>
public sealed record TargetRelation(RelationMeasure Measure, double Value, int Rows)
{
    const int FewestRows = 3;

    /// <summary>"ρ −0.82".</summary>
    public string Words => string.Create(CultureInfo.InvariantCulture, $"{Sign} {(Value < 0 ? "−" : "")}{Math.Abs(Value):0.00}");

    public string Sign =>
        Measure switch
        {
            RelationMeasure.Spearman => "ρ",
            RelationMeasure.RankShare => "ε",
            _ => "V",
        };

    /// <returns>Null where the column's kind has no such measure, or where the rows do not suffice.</returns>
    public static TargetRelation? Of(Column column, ColumnKind kind, TargetGroups target)
    {
        if (target.Target is null || target.Target.Name == column.Name)
            return null;
        if (kind.IsNumeric() || kind == ColumnKind.Date)
        {
            var x = HeadNumbers.Of(column, kind);
            return target.Numbers is { } y ? Correlation(x, y, target)
                : target.ClassOf is { } classes ? Share(x, classes, target.ClassCount)
                : null;
        }
        if (kind != ColumnKind.Category || 2L * column.Facts.Distinct > column.Facts.Filled)
            return null;
        var codes = Codes(column, out var distinct);
        return target.Numbers is { } numbers ? Share(numbers, codes, distinct)
            : target.ClassOf is { } labels ? Association(codes, distinct, labels, target.ClassCount)
            : null;
    }

    /// <summary>A number for each text, -1 for an empty cell.</summary>
    internal static int[] Codes(Column column, out int distinct)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        var codes = new int[column.Cells.Count];
        char[] room = [];
        for (var r = 0; r < codes.Length; r++)
        {
            var cell = column.CellAt(r, ref room);
            if (cell.Length == 0)
                codes[r] = -1;
            else if (!lookup.TryGetValue(cell, out codes[r]))
                known[cell.ToString()] = codes[r] = known.Count;
        }
        distinct = known.Count;
        return codes;
    }

    static TargetRelation? Correlation(IReadOnlyList<double> x, IReadOnlyList<double> y, TargetGroups target)
    {
        var rows = new List<int>(x.Count);
        for (var r = 0; r < x.Count; r++)
            if (!double.IsNaN(x[r]) && !double.IsNaN(y[r]))
                rows.Add(r);
        if (rows.Count < FewestRows)
            return null;
        var a = Ranking.Of(rows.Count == x.Count ? x : [.. rows.Select(r => x[r])]);
        var b = rows.Count == x.Count && target.Ranks is { } known ? known : Ranking.Of([.. rows.Select(r => y[r])]);
        var mean = (rows.Count + 1) / 2.0;
        double both = 0,
            own = 0,
            others = 0;
        for (var i = 0; i < a.Length; i++)
        {
            var (da, db) = (a[i] - mean, b[i] - mean);
            (both, own, others) = (both + da * db, own + da * da, others + db * db);
        }
        return own > 0 && others > 0 ? new(RelationMeasure.Spearman, Math.Clamp(both / Math.Sqrt(own * others), -1, 1), rows.Count) : null;
    }

    /// <param name="groups">By row; -1 for none.</param>
    static TargetRelation? Share(IReadOnlyList<double> x, int[] groups, int count)
    {
        var rows = new List<int>(x.Count);
        for (var r = 0; r < x.Count; r++)
            if (!double.IsNaN(x[r]) && groups[r] >= 0)
                rows.Add(r);
        var (n, mean) = (rows.Count, (rows.Count + 1) / 2.0);
        if (n < FewestRows)
            return null;
        var ranks = Ranking.Of(n == x.Count ? x : [.. rows.Select(r => x[r])]);
        var (sums, sizes) = (new double[count], new int[count]);
        var total = 0.0;
        for (var i = 0; i < n; i++)
        {
            var off = ranks[i] - mean;
            total += off * off;
            sums[groups[rows[i]]] += off;
            sizes[groups[rows[i]]]++;
        }
        var filled = sizes.Count(s => s > 0);
        if (!(total > 0) || filled < 2 || n <= filled)
            return null;
        var between = 0.0;
        for (var g = 0; g < count; g++)
            if (sizes[g] > 0)
                between += sums[g] * sums[g] / sizes[g];
        var h = (n - 1) * between / total;
        return new(RelationMeasure.RankShare, Math.Sqrt(Math.Clamp((h - filled + 1) / (n - filled), 0, 1)), n);
    }

    static TargetRelation? Association(int[] a, int countA, int[] b, int countB)
    {
        var pairs = new Dictionary<(int, int), int>();
        var (ofA, ofB) = (new int[countA], new int[countB]);
        var n = 0;
        for (var r = 0; r < a.Length; r++)
            if (a[r] >= 0 && b[r] >= 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(pairs, (a[r], b[r]), out _)++;
                ofA[a[r]]++;
                ofB[b[r]]++;
                n++;
            }
        double k = ofA.Count(c => c > 0),
            l = ofB.Count(c => c > 0);
        if (n < FewestRows || k < 2 || l < 2)
            return null;
        // χ² / n: pairs that do not occur add nothing to the sum of observed² / (row · column).
        var phi = pairs.Sum(p => (double)p.Value * p.Value / ((double)ofA[p.Key.Item1] * ofB[p.Key.Item2])) - 1;
        var corrected = Math.Max(0, phi - (k - 1) * (l - 1) / (n - 1));
        double kk = k - (k - 1) * (k - 1) / (n - 1),
            ll = l - (l - 1) * (l - 1) / (n - 1),
            least = Math.Min(kk, ll) - 1;
        return least > 0 ? new(RelationMeasure.CramersV, Math.Sqrt(Math.Min(1, corrected / least)), n) : null;
    }
}
