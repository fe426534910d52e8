using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Profile;

/// <summary>
/// Dates among texts that were no dates: a spreadsheet program turned a gene's name (SEPT2 to 2-Sep), a range (5-9 to 9-May) or a code into
/// one. The file no longer has the text, so only a person can say what it was; a range is the exception.
/// </summary>
static partial class SpreadsheetDates
{
    const int LongestDate = 19,
        MostDistinct = 50_000,
        FewestOthers = 3;

    /// <summary>Share of the other texts that must be of one kind.</summary>
    const double Mostly = 0.6;

    const string Months = "jan feb mar apr may jun jul aug sep oct nov dec";

    /// <param name="Dates">With the number of cells and the first row of each.</param>
    sealed record Found(IReadOnlyDictionary<string, (int Count, int Row)> Dates, IReadOnlyCollection<string> Others, bool AreRanges);

    public static IEnumerable<Problem> Problems(Column column)
    {
        if (Find(column) is not { } found)
            yield break;
        var count = found.Dates.Sum(d => d.Value.Count);
        var others = Some(found.Others.Order(StringComparer.Ordinal));
        yield return new(
            Severity.Warning,
            "dates-among-texts",
            $"{count.ToString(CultureInfo.InvariantCulture)} {(count == 1 ? "cell looks" : "cells look")} like dates ({Some(found.Dates.Keys)}) among "
                + $"{(found.AreRanges ? "ranges" : "names or codes")} ({others}): spreadsheet programs turn "
                + (found.AreRanges ? "5-9 into 9-May" : "SEPT2 into 2-Sep and MARCH1 into 1-Mar"),
            found.AreRanges
                ? "Write them as ranges again, or correct them in the source."
                : "Correct them in the source: the file no longer has the texts. Import such a column as text.",
            found.Dates.Values.Min(d => d.Row),
            column.Name
        );
    }

    /// <summary>The range that each date was: the smaller of its two numbers comes first. Empty for other columns.</summary>
    public static IReadOnlyDictionary<string, string> Ranges(Column column)
    {
        var ranges = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Find(column) is not { AreRanges: true } found)
            return ranges;
        foreach (var date in found.Dates.Keys)
            if (DayMonth().Match(date) is { Success: true } d)
            {
                var (day, month) = (Number(d.Groups["n"].Value), Month(d.Groups["m"].Value));
                ranges[date] = month <= day ? $"{month}-{day}" : $"{day}-{month}";
            }
            else if (MonthNumber().Match(date) is { Success: true } m)
                ranges[date] = $"{Month(m.Groups["m"].Value)}-{Number(m.Groups["n"].Value)}";
        return ranges;
    }

    static Found? Find(Column column)
    {
        if (column.Facts.Distinct > MostDistinct || column.Facts.Numbers == column.Facts.Filled)
            return null;
        var dates = new Dictionary<string, (int Count, int Row)>(StringComparer.Ordinal);
        var others = new HashSet<string>(StringComparer.Ordinal);
        var known = others.GetAlternateLookup<ReadOnlySpan<char>>();
        char[] room = [];
        for (var row = 0; row < column.Cells.Count; row++)
        {
            var cell = column.CellAt(row, ref room);
            if (cell.Length == 0)
                continue;
            if (!IsDate(cell))
                known.Add(cell);
            else
            {
                var text = cell.ToString();
                dates[text] = dates.TryGetValue(text, out var seen) ? seen with { Count = seen.Count + 1 } : (1, row + 1);
            }
        }
        if (dates.Count == 0 || others.Count < FewestOthers || dates.Count > others.Count)
            return null;
        double Share(Regex kind) => (double)others.Count(o => kind.IsMatch(o)) / others.Count;
        var ranges = Share(Range()) >= Mostly;
        return ranges || Share(Symbol()) >= Mostly ? new(dates, others, ranges) : null;
    }

    static string Some(IEnumerable<string> texts) => string.Join(", ", texts.Take(3).Select(t => $"'{TableCheck.Short(t)}'"));

    static bool IsDate(ReadOnlySpan<char> cell) =>
        cell.Length is > 4 and <= LongestDate
        && cell.Contains('-')
        && cell.ContainsAnyInRange('0', '9')
        && (DayMonth().IsMatch(cell) || MonthNumber().IsMatch(cell) || Iso().IsMatch(cell));

    static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    static int Month(string name) => Months.IndexOf(name.ToLowerInvariant()[..3], StringComparison.Ordinal) / 4 + 1;

    /// <summary>9-May, 14-Oct.</summary>
    [GeneratedRegex("^(?<n>[0-9]{1,2})-(?<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$", RegexOptions.IgnoreCase)]
    private static partial Regex DayMonth();

    /// <summary>Jan-50, Sep-02.</summary>
    [GeneratedRegex("^(?<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-(?<n>[0-9]{1,2})$", RegexOptions.IgnoreCase)]
    private static partial Regex MonthNumber();

    [GeneratedRegex("^(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]( 00:00:00)?$")]
    private static partial Regex Iso();

    [GeneratedRegex(@"^[0-9]{1,5}\s*[-–]\s*[0-9]{1,5}\+?$|^[0-9]{1,5}\+$|^[<>≥≤]=?\s*[0-9]{1,5}$")]
    private static partial Regex Range();

    /// <summary>The symbol of a gene, or a code: capital letters and digits.</summary>
    [GeneratedRegex("^(?=.*[A-Z])[A-Z0-9][A-Za-z0-9._/-]{0,19}$", RegexOptions.CultureInvariant)]
    private static partial Regex Symbol();
}
