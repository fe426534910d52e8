using System.Globalization;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>Says how the numbers of a column were read.</summary>
static class NumberProblems
{
    const int Shown = 4;

    static readonly (NumberForms Form, string Code, string What)[] Said =
    [
        (NumberForms.Brackets, "negative-in-brackets", "numbers in brackets were read as negative"),
        (NumberForms.TrailingMinus, "trailing-minus", "numbers with the minus behind were read as negative"),
        (NumberForms.Exponent, "number-notation", "numbers with an exponent were read as numbers"),
        (NumberForms.Footnote, "number-notation", "numbers with a footnote mark were read without it"),
        (NumberForms.About, "number-notation", "approximate numbers were read as exact"),
        (NumberForms.Power, "number-notation", "numbers with a word for a power of ten were multiplied out"),
        (NumberForms.Uncertain, "number-notation", "numbers with an uncertainty (±) were read without it"),
        (NumberForms.Feet, "number-notation", "feet and inches were read as inches"),
        (NumberForms.Digits, "number-notation", "digits of another script were read as numbers"),
    ];

    /// <param name="other">Whether the column has another decimal mark than the file.</param>
    public static IReadOnlyList<Problem> Of(string name, NumberTally tally, DecimalMark mark, bool other)
    {
        var problems = new List<Problem>();
        if (tally.Forms.TryGetValue(NumberForms.Grouped, out var grouped) && (tally.Mark == '.' || mark.Doubt || other))
            problems.Add(Grouped(name, tally, grouped, mark));
        else if (other && tally.Rewritten.FirstOrDefault(r => r.Key.Contains(',', StringComparison.Ordinal)) is { Key: { } comma } first)
            problems.Add(
                new(
                    Severity.Warning,
                    "decimal-comma-column",
                    $"'{comma}' was read as {first.Value}: in this column the comma is the decimal mark, in the rest of the file the point",
                    "Make the column a category if this is wrong.",
                    null,
                    name
                )
                {
                    Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
                }
            );
        if (tally.Choices is { } choices)
            problems.Add(
                new(
                    Severity.Warning,
                    "choices-or-decimals",
                    $"'{choices}' was read as {tally.Rewritten[choices]}; {choices.Replace(",", " and ", StringComparison.Ordinal)} are values of the column too, so it may name several choices",
                    "Keep the column as text if its cells list choices.",
                    null,
                    name
                )
                {
                    Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
                }
            );
        if (tally.Unit is { } unit)
            problems.Add(Unit(name, tally, unit));
        foreach (var (form, code, what) in Said)
            if (tally.Forms.TryGetValue(form, out var found))
                problems.Add(
                    new(
                        Severity.Note,
                        code,
                        $"{what} in {ColumnMeaning.Cells(found.Count)} ('{found.First.Text}' as {tally.Rewritten[found.First.Text]})",
                        "Make the column a category if this is wrong.",
                        found.First.Row,
                        name
                    )
                    {
                        Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
                    }
                );
        if (tally.Forms.TryGetValue(NumberForms.OtherMark, out var odd))
            problems.Add(
                new(
                    Severity.Warning,
                    "decimal-marks-mixed",
                    $"{ColumnMeaning.Cells(odd.Count)} {(odd.Count == 1 ? "has" : "have")} a decimal {Name(tally.Mark == '.' ? ',' : '.')} among numbers with a decimal {Name(tally.Mark)} and {(odd.Count == 1 ? "was" : "were")} read with it ('{odd.First.Text}' as {tally.Rewritten.GetValueOrDefault(odd.First.Text, odd.First.Text)})",
                    "Write them with one decimal mark, or make the column a category if this is wrong.",
                    odd.First.Row,
                    name
                )
                {
                    Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
                }
            );
        if (tally.Rest.Count > 0)
            problems.Add(Marks(name, tally));
        return problems;
    }

    static Problem Grouped(string name, NumberTally tally, (CountedText First, int Count) grouped, DecimalMark mark)
    {
        var decimalReading = mark.Doubt && !mark.Told;
        char sign = tally.Mark == '.' ? ',' : '.';
        return new(
            Severity.Warning,
            "grouped-digits",
            $"numbers with grouped digits ({grouped.First.Text}) were read as one number ({tally.Rewritten[grouped.First.Text]})",
            decimalReading
                ? $"Every {Name(sign)} precedes exactly three digits, so it could be the decimal mark too: choose it if this is wrong."
                : "Write the numbers without digit grouping if this is wrong.",
            grouped.First.Row,
            name
        )
        {
            Remedies = decimalReading ? [Decimal(sign)] : [],
        };
    }

    /// <summary>The choice of the other decimal mark.</summary>
    public static Remedy Decimal(char mark) =>
        new($"Read the {Name(mark)} as the decimal mark", $"--decimal-mark {mark}") { DecimalMark = mark };

    public static string Name(char mark) => mark == ',' ? "comma" : "point";

    static Problem Unit(string name, NumberTally tally, string unit)
    {
        var (first, count) = tally.WithUnit;
        var without = tally.Count - count;
        return new(
            without > 0 ? Severity.Warning : Severity.Note,
            "unit-in-cells",
            $"{ColumnMeaning.Cells(count)} have the unit '{unit}' and were read as numbers ('{first.Text}' as {tally.Rewritten.GetValueOrDefault(first.Text, first.Text)})"
                + (without > 0 ? $"; {(without == 1 ? "1 cell has" : $"{without} cells have")} no unit and were read as the same" : ""),
            without > 0 ? "Correct the cells if they have another unit." : "Make the column a category if this is wrong.",
            first.Row,
            name
        )
        {
            Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
        };
    }

    static Problem Marks(string name, NumberTally tally)
    {
        CountedText[] marks = [.. tally.Rest.OrderByDescending(r => r.Count).ThenBy(r => r.Row)];
        var known = marks.All(m => MissingMark.IsDoubtful(m.Text));
        var count = tally.RestCount;
        return new(
            known ? Severity.Note : Severity.Warning,
            "marks-among-numbers",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(count == 1 ? "1 cell is not a number and was" : $"{count} cells are not numbers and were")} read as missing: {string.Join(", ", marks.Take(Shown).Select(m => $"'{Short(m.Text)}' ({m.Count})"))}{(marks.Length > Shown ? $", and {marks.Length - Shown} other texts" : "")}"
            ),
            "Make the column a category if these texts are values.",
            tally.Rest[0].Row,
            name
        )
        {
            Remedies =
            [
                Remedy.Kind(name, ColumnKind.Category, "Keep the column as text"),
                .. marks.Length == 1 ? [Remedy.Word(name, marks[0].Text)] : Array.Empty<Remedy>(),
            ],
        };
    }

    static string Short(string text) => text.Length <= 40 ? text : text[..39] + "…";
}
