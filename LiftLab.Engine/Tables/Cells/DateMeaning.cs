using System.Globalization;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>Finds columns of dates, times of day and durations.</summary>
static class DateMeaning
{
    const double Nearly = 0.9;
    const int FewestDigitDates = 5;

    /// <summary>
    /// A column of numbers that are all dates: as digits (20240301), or counted in days or seconds (45352, 1709251200) where the name says
    /// that they are dates. Null for another column.
    /// </summary>
    public static ColumnMeaning? OfDigits(string name, IReadOnlyList<string> cells)
    {
        var rewritten = new Dictionary<string, string>(StringComparer.Ordinal);
        var counted = CountedDate.IsNamed(name);
        foreach (var cell in cells)
        {
            if (cell.Length == 0 || rewritten.ContainsKey(cell))
                continue;
            if ((DateNotation.ReadDigits(cell) ?? (counted ? CountedDate.Read(cell) : null)) is not { } date)
                return null;
            rewritten[cell] = date.Text;
        }
        if (rewritten.Count < FewestDigitDates)
            return null;
        var first = rewritten.First();
        return new(
            ColumnKind.Date,
            null,
            rewritten,
            [Said(name, "dates", $"the cells were read as dates ('{first.Key}' as {first.Value})", ColumnKind.Integer, "Keep as numbers")]
        );
    }

    public static ColumnMeaning Of(string name, CellTally tally, ColumnReadOptions options)
    {
        var told = options.Kind;
        if (told is null or ColumnKind.Date && Dates(name, tally, options) is { } dates)
            return dates;
        if (told is null or ColumnKind.Duration or ColumnKind.Time && Clock(name, tally, options) is { } clock)
            return clock;
        return ColumnMeaning.AsWritten(told);
    }

    static ColumnMeaning? Dates(string name, CellTally tally, ColumnReadOptions options)
    {
        int day = 0,
            month = 0,
            doubtful = 0,
            dates = 0;
        CountedText? first = null;
        foreach (var text in tally.Texts)
            if ((DateNotation.Read(text.Text, DateOrder.DayFirst) ?? Digits(text.Text, options)) is { } date)
            {
                dates += text.Count;
                if (date.Order == DateOrder.DayFirst)
                    day += text.Count;
                if (date.Order == DateOrder.MonthFirst)
                    month += text.Count;
                if (date.Ambiguous)
                {
                    doubtful += text.Count;
                    first ??= text;
                }
            }
        var order =
            options.Order
            ?? (
                day != month ? (day > month ? DateOrder.DayFirst : DateOrder.MonthFirst)
                : first?.Text.Contains('/', StringComparison.Ordinal) == true ? DateOrder.MonthFirst
                : DateOrder.DayFirst
            );
        var meaning = Rewrite(
            tally,
            options,
            ColumnKind.Date,
            null,
            text => (DateNotation.Read(text, order) ?? Digits(text, options))?.Text,
            out var example
        );
        if (meaning is null || dates == 0)
            return null;
        var unsure = options.Order is null && doubtful > 0 && day == 0 && month == 0;
        var said = Said(
            name,
            "dates",
            $"the cells were read as dates ('{example.Text}' as {meaning.Rewritten.GetValueOrDefault(example.Text, example.Text)})"
                + (unsure ? $"; day and month could be exchanged in all of them" : ""),
            ColumnKind.Category,
            "Keep as text"
        );
        if (unsure)
            said = said with
            {
                Severity = Severity.Warning,
                Code = "day-or-month",
                WhatToDo = "Choose the order of day and month.",
                Remedies = [Order(name, order == DateOrder.DayFirst ? DateOrder.MonthFirst : DateOrder.DayFirst), .. said.Remedies],
            };
        // Dates that are already written as 2024-03-01 need no word on how they were read.
        var changed = unsure || meaning.Rewritten.Values.Any(v => v.Length > 0);
        return meaning with { Order = order, Problems = [.. changed ? [said] : Array.Empty<Problem>(), .. Rest(name, tally, meaning)] };
    }

    static ReadDate? Digits(string text, ColumnReadOptions options) =>
        options.Kind == ColumnKind.Date ? DateNotation.ReadDigits(text) ?? CountedDate.Read(text) : null;

    static Remedy Order(string name, DateOrder order) =>
        new(
            order == DateOrder.DayFirst ? "The day is first" : "The month is first",
            $"--date-order {Remedy.Quoted($"{name}={order.ToString().ToLowerInvariant()}")}",
            name
        )
        {
            Reading = new() { Order = order },
        };

    static ColumnMeaning? Clock(string name, CellTally tally, ColumnReadOptions options)
    {
        var durations =
            options.Kind == ColumnKind.Duration
            || options.Kind is null
                && (
                    DurationNotation.IsNamed(name)
                    || tally.Texts.Any(t => DurationNotation.ExceedsClock(t.Text))
                    || tally.Texts.All(t => DateNotation.Hours(t.Text) is null)
                );
        if (!durations)
        {
            if (Rewrite(tally, options, ColumnKind.Time, "h", t => Written(DateNotation.Hours(t)), out var time) is not { } hours)
                return null;
            var what =
                $"the cells were read as times of day in hours ('{time.Text}' as {hours.Rewritten.GetValueOrDefault(time.Text, time.Text)})";
            return hours with { Problems = [Said(name, "times", what, ColumnKind.Category, "Keep as text"), .. Rest(name, tally, hours)] };
        }
        // 1:45 under a name such as "duration" is taken for hours and minutes unless a number over 23 shows minutes and seconds.
        var clock = !tally.Texts.Any(t => DurationNotation.ExceedsClock(t.Text));
        if (
            Rewrite(tally, options, ColumnKind.Duration, "s", t => Written(DurationNotation.Read(t, clock)), out var first)
            is not { } seconds
        )
            return null;
        var said =
            $"the cells were read as durations in seconds ('{first.Text}' as {seconds.Rewritten.GetValueOrDefault(first.Text, first.Text)})";
        return seconds with
        {
            Problems = [Said(name, "durations", said, ColumnKind.Category, "Keep as text"), .. Rest(name, tally, seconds)],
        };
    }

    static string? Written(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>Null where too many texts cannot be read.</summary>
    /// <param name="first">The first text that can be read.</param>
    static ColumnMeaning? Rewrite(
        CellTally tally,
        ColumnReadOptions options,
        ColumnKind kind,
        string? unit,
        Func<string, string?> read,
        out CountedText first
    )
    {
        var rewritten = new Dictionary<string, string>(StringComparer.Ordinal);
        (first, var readable, var marks, var word) = (default, 0, 0, false);
        foreach (var text in tally.Texts)
            if (read(text.Text) is { } value)
            {
                if (readable == 0)
                    first = text;
                readable += text.Count;
                if (!string.Equals(value, text.Text, StringComparison.Ordinal))
                    rewritten[text.Text] = value;
            }
            else
            {
                rewritten[text.Text] = "";
                word |= options.Words?.Contains(text.Text) == true;
                if (MissingMark.IsDoubtful(text.Text))
                    marks += text.Count;
            }
        var enough =
            readable >= Nearly * tally.Filled
            || readable + marks == tally.Filled && readable >= marks
            || tally.Filled - readable is var rest
                && 2 * readable > tally.Filled
                && rewritten.Count(r => r.Value.Length == 0) == 1
                && rest > 1;
        return readable > 0 && (options.Kind == kind || enough && !word) ? new(kind, unit, rewritten, []) : null;
    }

    static Problem Said(string name, string code, string what, ColumnKind otherwise, string words) =>
        new(Severity.Note, code, what, "Change the kind of the column if this is wrong.", null, name)
        {
            Remedies = [Remedy.Kind(name, otherwise, words)],
        };

    static IEnumerable<Problem> Rest(string name, CellTally tally, ColumnMeaning meaning)
    {
        CountedText[] rest = [.. tally.Texts.Where(t => meaning.Rewritten.TryGetValue(t.Text, out var to) && to.Length == 0)];
        if (rest.Length == 0)
            yield break;
        yield return new(
            rest.All(r => MissingMark.IsDoubtful(r.Text)) ? Severity.Note : Severity.Warning,
            "unreadable-cells",
            $"{ColumnMeaning.Cells(rest.Sum(r => r.Count))} could not be read and are missing ({string.Join(", ", rest.Take(4).Select(r => $"'{r.Text}'"))}{(rest.Length > 4 ? ", …" : "")})",
            "Correct the cells, or change the kind of the column.",
            rest[0].Row,
            name
        )
        {
            Remedies = [Remedy.Kind(name, ColumnKind.Category, "Keep as text")],
        };
    }
}
