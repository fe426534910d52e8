namespace LiftLab.Engine.Tables.Cells;

/// <summary>The texts of a column as numbers: those that are, what each becomes, and the rest.</summary>
sealed class NumberTally
{
    /// <summary>Share of the cells with a unit that must have the same one.</summary>
    const double SameUnit = 0.8;

    readonly Dictionary<string, string> rewritten = new(StringComparer.Ordinal);
    readonly List<CountedText> rest = [];
    readonly Dictionary<NumberForms, (CountedText First, int Count)> forms = [];
    readonly HashSet<double> distinct = [];

    /// <param name="plainFirst">Whether a number in invariant notation is one whatever the decimal mark: in workbooks.</param>
    public NumberTally(CellTally tally, char mark, bool plainFirst)
    {
        Mark = mark;
        var withUnit = new List<(CountedText Cell, ReadNumber Number)>();
        foreach (var cell in tally.Texts)
        {
            if ((mark == '.' || plainFirst) && NumberText.IsNumber(cell.Text))
            {
                Take(cell, new(cell.Text, "", "", NumberForms.None));
                if (NumberText.IsCode(cell.Text))
                    Codes += cell.Count;
            }
            else if (NumberNotation.Read(cell.Text, mark) is not { } number)
                rest.Add(cell);
            else if (number.Unit.Length > 0 || number.Power.Length > 0)
                withUnit.Add((cell, number));
            else
            {
                Take(cell, number);
                if (NumberText.IsCode(cell.Text))
                    Codes += cell.Count;
            }
        }
        TakeUnits(withUnit);
        TakeOther();
        rest.Sort((a, b) => a.Row.CompareTo(b.Row));
    }

    public char Mark { get; }

    /// <summary>Cells that are numbers.</summary>
    public int Count { get; private set; }

    /// <summary>Cells that are numbers written as codes: with leading zeros or too many digits.</summary>
    public int Codes { get; private set; }

    /// <summary>Cells with a fraction or an exponent.</summary>
    public int Fractions { get; private set; }

    public int Distinct => distinct.Count;

    /// <summary>
    /// A text such as "1,2" that was read as 1.2 and may name the choices 1 and 2: few cells have a comma, and what stands before and
    /// behind each is a value of the column too, in ascending order. Null where there is none.
    /// </summary>
    public string? Choices
    {
        get
        {
            if (Mark != ',' || Fractions == 0 || 2 * Fractions > Count)
                return null;
            string? first = null;
            foreach (var text in rewritten.Keys.Where(k => k.Contains(',', StringComparison.Ordinal)))
            {
                if (
                    text.Split(',') is not [var left, var right]
                    || !int.TryParse(left, System.Globalization.CultureInfo.InvariantCulture, out var low)
                    || !int.TryParse(right, System.Globalization.CultureInfo.InvariantCulture, out var high)
                    || right != high.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    || low >= high
                    || !distinct.Contains(low)
                    || !distinct.Contains(high)
                )
                    return null;
                first ??= text;
            }
            return first;
        }
    }

    /// <summary>Texts that are no numbers, in the order of their first rows.</summary>
    public IReadOnlyList<CountedText> Rest => rest;

    public int RestCount => rest.Sum(r => r.Count);

    /// <summary>What a text becomes, for those that change.</summary>
    public IReadOnlyDictionary<string, string> Rewritten => rewritten;

    /// <summary>Cells of each notation, with the first text.</summary>
    public IReadOnlyDictionary<NumberForms, (CountedText First, int Count)> Forms => forms;

    /// <summary>The unit of the numbers; null for none.</summary>
    public string? Unit { get; private set; }

    /// <summary>Cells that have the unit, with the first text.</summary>
    public (CountedText First, int Count) WithUnit { get; private set; }

    /// <summary>The units where they differ too much for the numbers to be compared, with the number of cells.</summary>
    public IReadOnlyList<CountedText> MixedUnits { get; private set; } = [];

    void TakeUnits(List<(CountedText Cell, ReadNumber Number)> cells)
    {
        if (cells.Count == 0)
            return;
        var currency = cells.Any(c => c.Number.Unit.Length > 0 && c.Number.Power.Length > 0);
        // "5K" alone may be five of some unit; beside "3M", or behind a currency, K is a thousand.
        var scaled = currency || cells.Where(c => c.Number.Unit.Length == 0).Select(c => c.Number.Power).Distinct().Skip(1).Any();
        (CountedText Cell, ReadNumber Number)[] all =
        [
            .. cells.Select(c =>
                scaled || c.Number.Power.Length == 0 ? c : c with { Number = c.Number with { Unit = c.Number.Power, Power = "" } }
            ),
        ];
        var units = all.Where(c => c.Number.Unit.Length > 0)
            .GroupBy(c => Units.Key(c.Number.Unit))
            .OrderByDescending(g => g.Sum(c => c.Cell.Count))
            .ToArray();
        var most = units.Length == 0 ? null : units[0].Key;
        var share = units.Length == 0 ? 1 : (double)units[0].Sum(c => c.Cell.Count) / units.Sum(g => g.Sum(c => c.Cell.Count));
        if (share < SameUnit)
        {
            MixedUnits = [.. units.Select(g => new CountedText(g.First().Number.Unit, g.Sum(c => c.Cell.Count), g.First().Cell.Row))];
            rest.AddRange(all.Select(c => c.Cell));
            return;
        }
        foreach (var (cell, number) in all)
            if (number.Unit.Length > 0 && Units.Key(number.Unit) != most || Powered(number) is not { } powered)
                rest.Add(cell);
            else
            {
                Take(cell, powered);
                if (number.Power.Length > 0)
                    Note(NumberForms.Power, cell);
                if (number.Unit.Length == 0)
                    continue;
                Unit ??= units[0].GroupBy(c => c.Number.Unit).MaxBy(g => g.Sum(c => c.Cell.Count))!.Key;
                WithUnit = WithUnit.Count == 0 ? (cell, cell.Count) : (WithUnit.First, WithUnit.Count + cell.Count);
            }
    }

    static ReadNumber? Powered(ReadNumber number)
    {
        if (number.Power.Length == 0)
            return number;
        if (
            !decimal.TryParse(
                number.Text,
                System.Globalization.NumberStyles.Float,
                System.Globalization.CultureInfo.InvariantCulture,
                out var value
            )
        )
            return null;
        for (var i = Units.Power(number.Power) ?? 0; i > 0; i--)
            value *= 10;
        return number with { Text = value.ToString("0.############################", System.Globalization.CultureInfo.InvariantCulture) };
    }

    /// <summary>
    /// Numbers with the other decimal mark among numbers with fractions: 96,83 beside 96.83. Only where it can be nothing else: the mark
    /// comes once and not before exactly three digits.
    /// </summary>
    void TakeOther()
    {
        if (rest.Count == 0 || Unit is not null || 2 * Fractions < Count || Count == 0)
            return;
        var other = Mark == '.' ? ',' : '.';
        foreach (var cell in rest.ToArray())
            if (
                cell.Text.IndexOf(other, StringComparison.Ordinal) is >= 0 and var at
                && cell.Text.LastIndexOf(other) == at
                && !cell.Text.Contains(Mark, StringComparison.Ordinal)
                && cell.Text.Length - at - 1 is > 0 and not 3
                && NumberText.Invariant(cell.Text, other) is { } text
            )
            {
                rest.Remove(cell);
                Take(cell, new(text, "", "", NumberForms.OtherMark));
            }
    }

    void Take(CountedText cell, ReadNumber number)
    {
        Count += cell.Count;
        distinct.Add(Column.ParseNumber(number.Text));
        if (!NumberText.IsInteger(number.Text))
            Fractions += cell.Count;
        if (!string.Equals(number.Text, cell.Text, StringComparison.Ordinal))
            rewritten[cell.Text] = number.Text;
        for (var form = 1; form <= (int)NumberForms.OtherMark; form <<= 1)
            if (number.Forms.HasFlag((NumberForms)form))
                Note((NumberForms)form, cell);
    }

    void Note(NumberForms form, CountedText cell) =>
        forms[form] = forms.TryGetValue(form, out var known) ? (known.First, known.Count + cell.Count) : (cell, cell.Count);
}
