using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>
/// Codes that happen to be numbers: part numbers (1E5 beside 1D7), versions (1.10 beside 1.2.3), school grades (2- beside 2). As numbers
/// they are silently others: 1E5 is 100000, 00E1 and 00E7 are 0, 1.10 is 1.1, 2- is -2.
/// </summary>
/// <param name="Evidence">Why they are codes; null where they may be numbers too.</param>
/// <param name="First">The first such cell.</param>
/// <param name="Cells">Number of such cells.</param>
/// <param name="Distinct">Number of different texts of the column.</param>
/// <param name="IsScientific">Whether all are written as people write powers of ten: one digit, a small e (1e5).</param>
sealed partial record PartNumbers(string? Evidence, CountedText First, int Cells, int Distinct, bool IsScientific)
{
    /// <summary>Larger than any measured number.</summary>
    const double Vast = 1e40;

    static readonly SearchValues<char> DigitsAndPoints = SearchValues.Create("0123456789.");

    const int WideDigits = 2,
        FewestOfOneWidth = 3,
        MostGrades = 12,
        LongestCode = 24;

    /// <summary>
    /// Digits, the letter of an exponent, digits: what programs that print numbers avoid by a point or a sign (1.0E5, 1E+05).
    /// </summary>
    public static bool HasShape(ReadOnlySpan<char> cell)
    {
        var at = cell.IndexOfAny("eEdD");
        return at > 0
            && at + 1 < cell.Length
            && !cell[..at].ContainsAnyExceptInRange('0', '9')
            && !cell[(at + 1)..].ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Whether a cell makes it worth while to look at the whole column.</summary>
    public static bool IsSuspect(ReadOnlySpan<char> cell) =>
        cell.Length is > 1 and <= LongestCode
        && cell[0] is >= '0' and <= '9'
        && (HasShape(cell) || IsDotted(cell) || cell[^1] == '-' && !cell[..^1].ContainsAnyExceptInRange('0', '9'));

    /// <summary>Whether the name of a column says that its cells are codes ("firmware version").</summary>
    public static bool IsNamed(string column) => NamesCodes().IsMatch(column);

    /// <summary>Null for a column of numbers or of other texts.</summary>
    public static PartNumbers? Of(string name, CellTally tally) => Exponents(tally) ?? Dotted(name, tally) ?? Grades(tally);

    static PartNumbers? Exponents(CellTally tally)
    {
        var shaped = new List<CountedText>();
        CountedText? beside = null;
        var whole = false;
        foreach (var text in tally.Texts)
            if (HasShape(text.Text))
                shaped.Add(text);
            else if (!text.Text.AsSpan().ContainsAnyExceptInRange('0', '9'))
                whole = true;
            else if (IsMeasured(text.Text))
                return null;
            else if (beside is null && IsCode(text.Text))
                beside = text;
        if (shaped.Count == 0)
            return null;
        var evidence =
            shaped.FirstOrDefault(s => s.Text[0] == '0' && s.Text.AsSpan().ContainsAnyExcept("0eEdD")) is { Text: { } zero }
                ? $"'{zero}' begins with a zero"
            : beside is { } code ? $"'{code.Text}' stands beside them"
            : !whole && AreOneWidth(shaped) ? $"all have {shaped[0].Text.Length} characters"
            : shaped.FirstOrDefault(s => ValueOf(s.Text) >= Vast) is { Text: { } vast } ? $"'{vast}' is no size of anything"
            : null;
        return new(
            evidence,
            shaped[0],
            shaped.Sum(s => s.Count),
            tally.Texts.Count,
            shaped.All(s => s.Text[1] == 'e' && s.Text[0] is not '0')
        );
    }

    /// <summary>A number with a fraction or a sign: then the column is one of measurements.</summary>
    static bool IsMeasured(string text) =>
        text.AsSpan().ContainsAny(".,+-")
        && (NumberText.IsNumber(text) || (NumberNotation.Read(text, '.') ?? NumberNotation.Read(text, ',')) is { Unit: "", Power: "" });

    /// <summary>Letters and digits without a blank, and no number with a unit.</summary>
    static bool IsCode(string text) =>
        text.Length <= LongestCode
        && CodeText().IsMatch(text)
        && NumberNotation.Read(text, '.') is null
        && !MissingMark.IsSure(text)
        && !MissingMark.IsDoubtful(text);

    static bool AreOneWidth(List<CountedText> shaped) =>
        shaped.Count >= FewestOfOneWidth
        && shaped.All(s => s.Text.Length == shaped[0].Text.Length && s.Text.IndexOfAny(['e', 'E', 'd', 'D']) >= WideDigits)
        && shaped.Select(s => s.Text[(s.Text.IndexOfAny(['e', 'E', 'd', 'D']) + 1)..]).Distinct(StringComparer.Ordinal).Skip(1).Any();

    static double ValueOf(string shaped) =>
        double.TryParse(shaped.Replace('d', 'e').Replace('D', 'E'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : double.PositiveInfinity;

    /// <summary>Numbers of three and more parts (1.2.3) are versions, and so are those of two beside them or under such a name.</summary>
    static PartNumbers? Dotted(string name, CellTally tally)
    {
        CountedText? three = null,
            two = null;
        var (cells, texts) = (0, new Dictionary<double, string>());
        string? same = null;
        foreach (var text in tally.Texts)
            if (IsDotted(text.Text))
            {
                // neither a date (1.10.19) nor grouped digits (1.234.567)
                if (DateNotation.Read(text.Text, DateOrder.DayFirst) is null && NumberNotation.Read(text.Text, ',') is null)
                    three ??= text;
                cells += text.Count;
            }
            else if (TwoParts().IsMatch(text.Text))
            {
                two ??= text;
                cells += text.Count;
                if (!texts.TryAdd(Column.ParseNumber(text.Text), text.Text))
                    same ??= $"'{texts[Column.ParseNumber(text.Text)]}' and '{text.Text}' differ";
            }
        return two is { } first && three is { } version
                ? new($"'{version.Text}' stands beside them", first, cells, tally.Texts.Count, false)
            : two is { } only && same is not null && IsNamed(name) ? new(same, only, cells, tally.Texts.Count, false)
            : null;
    }

    /// <summary>School grades: 2 and 2- without another negative number.</summary>
    static PartNumbers? Grades(CellTally tally)
    {
        if (tally.Texts.Count > MostGrades)
            return null;
        var minus = tally.Texts.Where(t => Grade().IsMatch(t.Text)).ToArray();
        return
            minus.Length > 0
            && tally.Texts.All(t => Grade().IsMatch(t.Text) || t.Text.Length == 1 && char.IsAsciiDigit(t.Text[0]))
            && minus.Any(m => tally.Texts.Any(t => t.Text == m.Text[..1]))
            ? new($"'{minus[0].Text[..1]}' and '{minus[0].Text}' are grades", minus[0], minus.Sum(m => m.Count), tally.Texts.Count, false)
            : null;
    }

    static bool IsDotted(ReadOnlySpan<char> cell) =>
        cell.Count('.') >= 2
        && cell[0] is >= '0' and <= '9'
        && !cell.ContainsAnyExcept(DigitsAndPoints)
        && !cell.Contains("..", StringComparison.Ordinal);

    /// <summary>The column as texts, with the reason and the way back; the reading as numbers with a word of doubt otherwise.</summary>
    public Problem Said(string name) =>
        Evidence is { } why
            ? new(
                Severity.Note,
                "codes-kept",
                $"{ColumnMeaning.Cells(Cells)} ('{First.Text}' is the first) could be numbers and {(Cells == 1 ? "is" : "are")} kept as text: {why}",
                "Read the column as numbers if this is wrong.",
                First.Row,
                name
            )
            {
                Remedies = [Remedy.Kind(name, ColumnKind.Number, "Read as numbers")],
            }
            : new(
                IsScientific ? Severity.Note : Severity.Warning,
                "codes-or-powers",
                $"{ColumnMeaning.Cells(Cells)} ('{First.Text}' as {Number(ValueOf(First.Text))}) {(Cells == 1 ? "was" : "were")} read as powers of ten; part numbers look the same",
                "Keep the column as text if these are codes.",
                First.Row,
                name
            )
            {
                Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
            };

    /// <summary>The kind of a column of codes.</summary>
    public ColumnKind Kind(int filled) => Distinct == filled && filled > 10 ? ColumnKind.Identifier : ColumnKind.Category;

    static string Number(double value) => value.ToString(value < 1e15 ? "0" : "0.###E+0", CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?=.*[A-Za-z])(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._/#-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex CodeText();

    [GeneratedRegex(@"^[0-9]{1,4}\.[0-9]{1,4}$", RegexOptions.CultureInvariant)]
    private static partial Regex TwoParts();

    [GeneratedRegex("^[0-9]-$", RegexOptions.CultureInvariant)]
    private static partial Regex Grade();

    [GeneratedRegex(
        @"(^|[_ .-])(version|release|build|firmware|section|chapter|clause|sku|part|icd(9|10|11)?|code|kapitel|abschnitt)([_ .-]?(no|nr|number|id|code|version))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex NamesCodes();
}
