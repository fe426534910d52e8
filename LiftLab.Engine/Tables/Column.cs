using System.Globalization;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Tables;

/// <summary>
/// One named column of a <see cref="Table"/>: the text of every cell, in row order. Numbers are in invariant notation
/// (readers convert decimal commas). An empty cell is a missing value.
/// </summary>
public sealed class Column(string name, IReadOnlyList<string> cells)
{
    IReadOnlyList<double>? numbers;
    ColumnFacts? facts;

    public string Name { get; } = name;

    public IReadOnlyList<string> Cells { get; } = cells;

    /// <summary>The cells as numbers; NaN where the cell is missing or is not a finite number. Parsed once, on first use.</summary>
    public IReadOnlyList<double> Numbers => numbers ??= ParseAll();

    /// <summary>For a reader that has already parsed the cells.</summary>
    internal Column(string name, IReadOnlyList<string> cells, IReadOnlyList<double> numbers)
        : this(name, cells) => this.numbers = numbers;

    /// <summary>What the cells were read as, where a person or the reader has decided it; null: guessed from the cells.</summary>
    public ColumnKind? Told { get; init; }

    /// <summary>The unit that the cells had in the file ("$", "%"); null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>Why the column is no feature, where its source says so; null: guessed.</summary>
    public string? LeftOut { get; init; }

    /// <summary>The texts that were read as missing values, most frequent first.</summary>
    public IReadOnlyList<MarkCount> Marks { get; init; } = [];

    /// <summary>The cells as the file has them ("52,000", "NA"); null where they are the same or were not asked for.</summary>
    public IReadOnlyList<string>? Written { get; init; }

    /// <summary>The column with its cells as the file has them.</summary>
    public Column AsWritten => Written is null ? this : new(Name, Written);

    /// <summary>The column of dates that this column was computed from; null for a column of the file.</summary>
    public string? PartOf { get; init; }

    /// <summary>Whether the column is used, where a step has decided it: feature or ignored; null: guessed.</summary>
    public ColumnRole? Use { get; init; }

    /// <summary>The same column under another name or with other cells.</summary>
    internal Column With(string? name = null, IReadOnlyList<string>? cells = null) =>
        Copy(name ?? Name, cells ?? Cells, Told, Unit, Marks, PartOf, Use);

    /// <summary>The same column, told to be of a kind; null: guessed.</summary>
    internal Column As(ColumnKind? told, string? unit) => Copy(Name, Cells, told, unit, Marks, PartOf, Use);

    internal Column WithoutMarks() => Copy(Name, Cells, Told, Unit, [], PartOf, Use);

    internal Column Using(ColumnRole use) => Copy(Name, Cells, Told, Unit, Marks, PartOf, use);

    internal Column PartOfColumn(string dates) => Copy(Name, Cells, Told, Unit, Marks, dates, Use);

    Column Copy(
        string name,
        IReadOnlyList<string> cells,
        ColumnKind? told,
        string? unit,
        IReadOnlyList<MarkCount> marks,
        string? partOf,
        ColumnRole? use
    ) =>
        new(name, cells)
        {
            Told = told,
            Unit = unit,
            Marks = marks,
            PartOf = partOf,
            Use = use,
            LeftOut = LeftOut,
        };

    internal ColumnFacts Facts => facts ??= ColumnFacts.Of(this);

    public bool IsMissing(int row) => Cells is CellList packed ? packed.LengthOf(row) == 0 : Cells[row].Length == 0;

    /// <summary>The text of a cell, without a string of its own where the cells are packed.</summary>
    /// <param name="room">Where characters may be written; enlarged where it is too small.</param>
    internal ReadOnlySpan<char> CellAt(int row, ref char[] room) =>
        Cells is CellList packed ? packed.Characters(row, ref room) : Cells[row];

    /// <summary>Size of cells and numbers in bytes; an estimate where cells are not packed.</summary>
    public long Bytes => (Cells is CellList packed ? packed.Bytes : 50L * Cells.Count) + 8L * Cells.Count;

    /// <summary>Parses a finite number in invariant notation; NaN for any other text.</summary>
    public static double ParseNumber(string cell) => ParseNumber(cell.AsSpan());

    /// <inheritdoc cref="ParseNumber(string)"/>
    public static double ParseNumber(ReadOnlySpan<char> cell) =>
        IsShort(cell, out var value) ? value
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) ? value
        : double.NaN;

    /// <summary>Integers of so many digits, and powers of ten up to so many, are exact, so that their quotient is rounded once.</summary>
    const int ExactDigits = 15;

    static readonly double[] PowersOfTen =
    [
        .. Enumerable.Range(0, ExactDigits + 1).Select(n => double.Parse($"1e{n}", CultureInfo.InvariantCulture)),
    ];

    /// <summary>Reads a sign, digits and a point, at most 15 digits: most numbers, and several times faster than all notations.</summary>
    static bool IsShort(ReadOnlySpan<char> cell, out double value)
    {
        value = 0;
        if (cell.Length is 0 or > ExactDigits + 2)
            return false;
        var signed = cell[0] is '-' or '+';
        long digits = 0;
        int count = 0,
            whole = -1;
        for (var i = signed ? 1 : 0; i < cell.Length; i++)
            if (cell[i] - '0' is >= 0 and <= 9 and var digit)
                (digits, count) = (10 * digits + digit, count + 1);
            else if (cell[i] == '.' && whole < 0)
                whole = count;
            else
                return false;
        if (count is 0 or > ExactDigits)
            return false;
        value = whole < 0 ? digits : digits / PowersOfTen[count - whole];
        if (cell[0] == '-')
            value = -value;
        return true;
    }

    double[] ParseAll()
    {
        var parsed = new double[Cells.Count];
        for (var i = 0; i < parsed.Length; i++)
            // Readers share one string among equal cells, and adjacent cells are often equal: this skips most parses.
            parsed[i] = Cells[i] is var cell && i > 0 && ReferenceEquals(cell, Cells[i - 1]) ? parsed[i - 1] : ParseNumber(cell);
        return parsed;
    }
}
