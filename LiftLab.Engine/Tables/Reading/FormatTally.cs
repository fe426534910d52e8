using System.Globalization;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>The number formats of one column of a workbook, and what they say about its numbers.</summary>
sealed class FormatTally
{
    const double Nearly = 0.9;
    readonly List<(NumberFormat Format, int Count, int Row)> formats = [];
    int last;

    /// <param name="row">Number of the data row.</param>
    public void Add(NumberFormat format, int row)
    {
        if (last >= formats.Count || !ReferenceEquals(formats[last].Format, format))
            last = formats.FindIndex(f => ReferenceEquals(f.Format, format));
        if (last < 0)
        {
            last = formats.Count;
            formats.Add((format, 0, row));
        }
        formats[last] = formats[last] with { Count = formats[last].Count + 1 };
    }

    /// <summary>Time of day or duration where nearly all cells are formatted so; else null.</summary>
    public ColumnKind? Kind(int filled)
    {
        var (times, durations) = (Of(ColumnKind.Time), Of(ColumnKind.Duration));
        return times + durations < Nearly * filled ? null
            : durations > 0 ? ColumnKind.Duration
            : ColumnKind.Time;

        int Of(ColumnKind kind) => formats.Where(f => f.Format.Kind == kind).Sum(f => f.Count);
    }

    /// <summary>
    /// Numbers that are all shown as percentages are read as shown (12 % and not 0.12), as in text files; null where some are not, or where
    /// a person or the run's table says that they are numbers without a unit.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Percents(
        IReadOnlyList<string> cells,
        IReadOnlyList<double> numbers,
        ColumnReadOptions options
    )
    {
        if (formats.Count == 0 || formats.Exists(f => !f.Format.IsPercent))
            return null;
        if (options.Kind is { } told && !(told.IsNumeric() && options.Unit == "%"))
            return null;
        var rewritten = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
            if (!double.IsNaN(numbers[i]))
                rewritten.TryAdd(cells[i], Hundredfold(cells[i], numbers[i]));
        return rewritten;
    }

    /// <summary>How the numbers of the column were read.</summary>
    /// <param name="percents">What <see cref="Percents"/> gave.</param>
    /// <param name="numeric">Whether the column was read as numbers.</param>
    /// <param name="unit">The unit of the numbers; null for none.</param>
    public IEnumerable<Problem> Problems(string name, IReadOnlyDictionary<string, string>? percents, bool numeric, out string? unit)
    {
        unit = null;
        var units = formats
            .Where(f => f.Format.Unit.Length > 0)
            .GroupBy(f => Units.Key(f.Format.Unit))
            .Select(g => (g.First().Format.Unit, Count: g.Sum(f => f.Count), Row: g.Min(f => f.Row)))
            .OrderByDescending(g => g.Count)
            .ToArray();
        var codes = formats.Where(f => f.Format.Mask is not null).ToArray();
        if (codes.Length > 0)
            return [Codes(name, codes.Sum(c => c.Count), codes[0].Format.Mask!, codes[0].Row)];
        if (units.Length == 0 || !numeric)
            return [];
        var plain = formats.Where(f => f.Format.Unit.Length == 0).Sum(f => f.Count);
        if (percents?.FirstOrDefault(p => p.Key != p.Value) is { Key: { } stored } first)
        {
            unit = "%";
            return [Percent(name, units[0].Count, stored, first.Value, units[0].Row)];
        }
        if (units.Length > 1)
            return [Differ(name, units, plain)];
        if (units[0].Unit == "%")
            return [Fractions(name, units[0].Count, plain, units[0].Row)];
        unit = units[0].Unit;
        return [InFormat(name, units[0].Unit, units[0].Count, plain, units[0].Row)];
    }

    static Problem Percent(string name, int count, string stored, string shown, int row) =>
        Said(
            Severity.Note,
            "percent-format",
            $"{ColumnMeaning.Cells(count)} {(count == 1 ? "is" : "are")} formatted as percentages and were read as shown ('{stored}' as {shown} %)",
            "Read the stored fractions if another program writes the table with them.",
            row,
            name,
            Remedy.Kind(name, ColumnKind.Number, "Read the stored fractions")
        );

    static Problem Fractions(string name, int count, int plain, int row) =>
        Said(
            plain > 0 ? Severity.Warning : Severity.Note,
            "percent-format",
            $"{ColumnMeaning.Cells(count)} {(count == 1 ? "is" : "are")} formatted as percentages"
                + (plain > 0 ? $" and {ColumnMeaning.Cells(plain)} {(plain == 1 ? "is" : "are")} not" : "")
                + "; the stored fractions were read (0.12 for 12 %)",
            plain > 0 ? "Check that all cells hold fractions." : "Nothing is to be done if fractions are meant.",
            row,
            name
        );

    static Problem Differ(string name, (string Unit, int Count, int Row)[] units, int plain) =>
        Said(
            Severity.Warning,
            "units-differ",
            $"the cells are formatted with different units ({string.Join(", ", units.Take(4).Select(u => $"'{u.Unit}' in {ColumnMeaning.Cells(u.Count)}"))}"
                + (plain > 0 ? $", none in {ColumnMeaning.Cells(plain)}" : "")
                + "); the stored numbers were read without them",
            "Convert the cells to one unit, or ignore the column.",
            units[1].Row,
            name,
            Remedy.Ignore(name)
        );

    static Problem InFormat(string name, string unit, int count, int plain, int row) =>
        Said(
            plain > 0 ? Severity.Warning : Severity.Note,
            "unit-in-format",
            $"{ColumnMeaning.Cells(count)} {(count == 1 ? "is" : "are")} formatted with the unit '{unit}', which was read as the unit of the column"
                + (plain > 0 ? $"; {(plain == 1 ? "1 cell has" : $"{plain} cells have")} no unit and were read as the same" : ""),
            plain > 0 ? "Correct the cells if they have another unit." : "Change the unit of the column if this is wrong.",
            row,
            name
        );

    static Problem Codes(string name, int count, string mask, int row) =>
        Said(
            Severity.Note,
            "code-format",
            $"{ColumnMeaning.Cells(count)} {(count == 1 ? "is" : "are")} formatted as a code ({mask}) and were read as shown, with leading zeros",
            "Nothing is to be done if they are codes.",
            row,
            name,
            [.. mask.All(c => c == '0') ? [Remedy.Kind(name, ColumnKind.Integer, "Read as numbers")] : Array.Empty<Remedy>()]
        );

    static Problem Said(Severity severity, string code, string what, string whatToDo, int row, string name, params Remedy[] remedies) =>
        new(severity, code, what, whatToDo, row, name) { Remedies = remedies };

    static string Hundredfold(string text, double number) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && Math.Abs(exact) < 1e20m
            ? (exact * 100).ToString("0.############################", CultureInfo.InvariantCulture)
            : (number * 100).ToString("R", CultureInfo.InvariantCulture);
}
