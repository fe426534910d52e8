namespace LiftLab.Engine.Tables.Cells;

/// <summary>What the cells of one column are: numbers, dates, times, durations or texts, and what each text becomes.</summary>
/// <param name="Told">Date, time or duration; the kind that was told; else null.</param>
/// <param name="Unit">The unit of the numbers; null for none.</param>
/// <param name="Rewritten">What a text becomes, for those that change; an empty text is a missing value.</param>
/// <param name="Problems">How the cells were read, to be said.</param>
sealed record ColumnMeaning(ColumnKind? Told, string? Unit, IReadOnlyDictionary<string, string> Rewritten, IReadOnlyList<Problem> Problems)
{
    /// <summary>The order of day and month in dates.</summary>
    public DateOrder? Order { get; init; }

    /// <summary>Share of numbers, dates and times from which any other text is a mark of a missing value.</summary>
    const double Nearly = 0.9;

    /// <summary>Numbers with at most this many different integers may be codes of categories.</summary>
    const int MostCodes = 20;

    const int FewMarks = 5;
    const int SampleSize = 300;

    /// <summary>Share of codes (leading zeros, more than 15 digits) among numbers from which the column is one of texts.</summary>
    const double SomeCodes = 0.005;

    static readonly Dictionary<string, string> Unchanged = new(StringComparer.Ordinal);

    public static ColumnMeaning AsWritten(ColumnKind? told) => new(told, null, Unchanged, []);

    /// <param name="cells">Trimmed; empty for missing.</param>
    /// <param name="numbers">Number of cells that are numbers in invariant notation.</param>
    /// <param name="mark">The decimal mark of the file.</param>
    /// <param name="knowsNumbers">Whether the file marks numeric cells as such.</param>
    /// <param name="marks">The only texts that may be marks of missing values; null: guessed.</param>
    /// <param name="suspect">Whether a cell may be a code although it looks like a number; see <see cref="PartNumbers"/>.</param>
    public static ColumnMeaning Of(
        string name,
        IReadOnlyList<string> cells,
        int numbers,
        int filled,
        DecimalMark mark,
        bool knowsNumbers,
        ColumnReadOptions options,
        IReadOnlySet<string>? marks = null,
        bool suspect = false
    )
    {
        var told = options.Kind;
        if (filled == 0 || told is ColumnKind.Category or ColumnKind.Text or ColumnKind.Identifier)
            return AsWritten(told);
        if (!suspect || told is not null || PartNumbers.Of(name, new CellTally(cells)) is not { } codes)
            return Plain(name, cells, numbers, filled, mark, knowsNumbers, options, marks);
        if (codes.Evidence is not null)
            return AsWritten(codes.Kind(filled)) with { Problems = [codes.Said(name)] };
        var meaning = Plain(name, cells, numbers, filled, mark, knowsNumbers, options, marks);
        var areNumbers = meaning.Told is null && (numbers == filled || meaning.Rewritten.Count > 0);
        return areNumbers ? meaning with { Problems = [codes.Said(name), .. meaning.Problems] } : meaning;
    }

    static ColumnMeaning Plain(
        string name,
        IReadOnlyList<string> cells,
        int numbers,
        int filled,
        DecimalMark mark,
        bool knowsNumbers,
        ColumnReadOptions options,
        IReadOnlySet<string>? marks
    )
    {
        var told = options.Kind;
        var wantsNumber = told is null || told.Value.IsNumeric() && told is not (ColumnKind.Time or ColumnKind.Duration);
        if (numbers == filled && wantsNumber && (mark.Is == '.' || knowsNumbers))
            return told is null && DateMeaning.OfDigits(name, cells) is { } digits ? digits : AsWritten(told);
        var sample = CellTally.Sample(cells, SampleSize);
        if (told is null && !sample.Any(c => c.AsSpan().ContainsAnyInRange('0', '9') || c.Any(char.IsDigit)) && numbers == 0)
            return AsWritten(told);
        if (told is null && sample.Count == SampleSize && 4 * sample.Count(c => IsAny(c, mark.Is)) < sample.Count)
            return AsWritten(told);

        var tally = new CellTally(cells);
        if (wantsNumber)
        {
            var own = Best(tally, mark, knowsNumbers, out var other);
            if (told is not null || IsNumbers(own, options, marks) && own.Codes <= SomeCodes * own.Count)
                return Numbers(name, told, own, mark, other);
            if (own.MixedUnits.Count > 1 && DateMeaning.Of(name, tally, options) is not { Told: not null })
                return AsWritten(null) with { Problems = [MixedUnits(name, own)] };
            if (own.Count > own.RestCount)
                return AsWritten(null);
        }
        return DateMeaning.Of(name, tally, options);
    }

    /// <summary>The reading with the file's decimal mark, or with the other one where it leaves fewer texts.</summary>
    static NumberTally Best(CellTally tally, DecimalMark mark, bool knowsNumbers, out bool other)
    {
        other = false;
        var own = new NumberTally(tally, mark.Is, knowsNumbers);
        if (mark.Told || own.Count >= Nearly * tally.Filled || knowsNumbers && own.Count > 0)
            return own;
        var second = new NumberTally(tally, mark.Is == '.' ? ',' : '.', knowsNumbers);
        other = second.Count > own.Count && second.Count >= Nearly * tally.Filled;
        return other ? second : own;
    }

    static bool IsAny(string cell, char mark) =>
        NumberText.IsNumber(cell)
        || NumberNotation.Read(cell, mark) is not null
        || NumberNotation.Read(cell, mark == '.' ? ',' : '.') is not null
        || MissingMark.IsDoubtful(cell)
        || DateNotation.Read(cell, DateOrder.DayFirst) is not null
        || DateNotation.Hours(cell) is not null
        || DurationNotation.Read(cell, true) is not null;

    /// <summary>
    /// Whether the column is one of numbers, so that its other texts are marks of missing values: known marks and limits (&lt;0.1) up to
    /// half of the cells; any texts where numbers have fractions or are nine in ten; one word that comes again. Few different integers
    /// beside several words are codes.
    /// </summary>
    static bool IsNumbers(NumberTally tally, ColumnReadOptions options, IReadOnlySet<string>? marks)
    {
        if (tally.Count == 0 || tally.Count < tally.RestCount)
            return false;
        if (options.Words is { } words && tally.Rest.Any(r => words.Contains(r.Text)))
            return false;
        if (marks is not null && tally.Rest.Any(r => !marks.Contains(r.Text)))
            return false;
        CountedText[] unknown = [.. tally.Rest.Where(r => !MissingMark.IsDoubtful(r.Text) && !IsLimit(r.Text))];
        if (unknown.Length == 0)
            return true;
        var codes = tally.Fractions == 0 && tally.Distinct <= MostCodes;
        if (codes && (unknown.Length > 1 || IsOpenEnd(unknown[0].Text)))
            return false;
        var share = (double)tally.Count / (tally.Count + tally.RestCount);
        return share >= Nearly
            || 2 * tally.Fractions >= tally.Count
            || unknown.Length == 1 && unknown[0].Count > 1
            || unknown.Length <= FewMarks && unknown.All(u => u.Count > 1);
    }

    /// <summary>"&lt;0.10", "&gt; 5", "≤3": a limit of a measurement.</summary>
    static bool IsLimit(string text) =>
        text.Length > 1
        && text[0] is '<' or '>' or '≤' or '≥'
        && text.TrimStart('<', '>', '≤', '≥', '=', ' ') is var rest
        && (NumberNotation.Read(rest, '.') ?? NumberNotation.Read(rest, ',')) is not null;

    /// <summary>"6+": the last of a row of classes.</summary>
    static bool IsOpenEnd(string text) => text.Length > 1 && text[^1] == '+' && NumberText.IsNumber(text.AsSpan(0, text.Length - 1));

    static ColumnMeaning Numbers(string name, ColumnKind? told, NumberTally tally, DecimalMark mark, bool other)
    {
        var rewritten = new Dictionary<string, string>(tally.Rewritten, StringComparer.Ordinal);
        foreach (var text in tally.Rest)
            rewritten[text.Text] = "";
        return new(told, tally.Unit, rewritten, NumberProblems.Of(name, tally, mark, other));
    }

    static Problem MixedUnits(string name, NumberTally tally) =>
        new(
            Severity.Warning,
            "units-differ",
            $"the numbers have different units ({string.Join(", ", tally.MixedUnits.Take(4).Select(u => $"'{u.Text}' in {Cells(u.Count)}"))}) and are read as text",
            "Write them in one unit.",
            tally.MixedUnits[1].Row,
            name
        );

    internal static string Cells(int count) => count == 1 ? "1 cell" : $"{count} cells";
}

/// <summary>The decimal mark of a file.</summary>
/// <param name="Told">Whether a person has chosen it.</param>
/// <param name="Doubt">Whether the other mark is possible too: every mark precedes exactly three digits.</param>
/// <param name="OfPoints">Whether the doubt is about points, as in files with semicolons.</param>
readonly record struct DecimalMark(char Is, bool Told, bool Doubt, bool OfPoints = false);
