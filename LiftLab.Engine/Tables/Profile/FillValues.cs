using System.Globalization;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>Numbers such as -999 that stand for a missing value in tables of other programs, and lie far from all other numbers.</summary>
static class FillValues
{
    const int FewestNumbers = 10;

    static readonly HashSet<double> Usual =
    [
        .. ((double[])[9, 99, 999, 9999, 99999, 999999, 888, 8888, 777, 7777, 998, 997, 98, 97]).SelectMany(x => (double[])[x, -x]),
        -999.25,
        -999.9,
        -99.9,
        999.9,
        99.9,
        9999.9,
        short.MinValue,
        short.MaxValue,
        int.MinValue,
        int.MaxValue,
        9.969209968386869e36,
        1e20,
        1e30,
        -1e30,
        1e36,
        -1e36,
    ];

    public static IEnumerable<Problem> Problems(Column column)
    {
        if (column.Facts.Numbers < FewestNumbers || column.Facts.AreCodes)
            yield break;
        var (low, high) = Range(column, double.NegativeInfinity, double.PositiveInfinity);
        if (!Usual.Contains(low) && !Usual.Contains(high))
            yield break;
        // Several may lie beside each other: 97, 98, 99.
        var found = new List<double>();
        double from = double.NegativeInfinity,
            to = double.PositiveInfinity;
        while (true)
        {
            (low, high) = Range(column, from, to);
            if (Usual.Contains(high))
                found.Add(to = high);
            else if (Usual.Contains(low))
                found.Add(from = low);
            else
                break;
        }
        if (double.IsNaN(low) || low >= high)
            yield break;
        double[] far = [.. found.Where(x => x > high ? x - high > high - low : low - x > high - low || low >= 0 && x <= -9)];
        foreach (var value in far)
        {
            int[] rows = [.. Enumerable.Range(0, column.Cells.Count).Where(r => column.Numbers[r] == value)];
            if (rows.Length < 2 || 2 * rows.Length > column.Facts.Numbers)
                continue;
            string[] texts = [.. rows.Select(r => column.Cells[r]).Distinct(StringComparer.Ordinal)];
            yield return new(
                Severity.Warning,
                "may-be-missing",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{texts[0]}' in {rows.Length} cells lies far from all other numbers ({low:G6} to {high:G6}): it may stand for a missing value"
                ),
                "Read it as missing if it does.",
                rows[0] + 1,
                column.Name
            )
            {
                Remedies = [Remedy.Missing(column.Name, texts)],
            };
        }
    }

    /// <summary>The least and the largest number between two bounds, which do not count; NaN where there is none.</summary>
    static (double Low, double High) Range(Column column, double from, double to)
    {
        double low = double.NaN,
            high = double.NaN;
        foreach (var x in column.Numbers)
            if (x > from && x < to)
            {
                if (!(x >= low))
                    low = x;
                if (!(x <= high))
                    high = x;
            }
        return (low, high);
    }
}
