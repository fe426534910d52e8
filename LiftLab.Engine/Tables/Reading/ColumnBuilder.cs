using System.Runtime.InteropServices;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Collects the cells of one column with their numbers. Equal cells share one string and are parsed once, so that a column with few
/// distinct values needs one reference per row. Sharing stops in a column with few equal cells, where the dictionary costs more than it
/// saves.
/// </summary>
sealed class ColumnBuilder
{
    const int Trial = 4096;
    readonly List<string> cells = [];
    readonly List<double> numbers = [];
    readonly List<string>? written;
    readonly Dictionary<string, double> pool = new(StringComparer.Ordinal);
    readonly Dictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly Dictionary<string, (int Count, int Row)> missingMarks = new(StringComparer.Ordinal);
    ColumnMeaning? meaning;
    bool sharing = true;

    readonly HashSet<string>? marks;
    readonly ColumnReadOptions options;
    FormatTally? formats;
    readonly HashSet<string>? words,
        missing;

    /// <param name="marks">The texts that mean "no value"; null: found out by <see cref="MissingMark"/>.</param>
    /// <param name="keepsWritten">Whether the cells are kept as the file has them, too.</param>
    /// <param name="options">How the cells of this column are read; null: guessed.</param>
    public ColumnBuilder(IReadOnlyList<string>? marks = null, ColumnReadOptions? options = null, bool keepsWritten = false)
    {
        written = keepsWritten ? [] : null;
        this.options = options ?? ColumnReadOptions.Guessed;
        lookup = pool.GetAlternateLookup<ReadOnlySpan<char>>();
        this.marks = marks?.ToHashSet(StringComparer.Ordinal);
        words = this.options.Words is { Count: > 0 } w ? w.ToHashSet(StringComparer.Ordinal) : null;
        missing = this.options.Missing is { Count: > 0 } m ? m.ToHashSet(StringComparer.Ordinal) : null;
    }

    public IReadOnlyList<string> Cells => cells;

    /// <summary>The unit that a row below the header gives; null for none.</summary>
    public string? Unit { get; set; }

    /// <summary>Number of cells that are not missing.</summary>
    public int Filled { get; private set; }

    /// <summary>Number of cells that are numbers in invariant notation.</summary>
    public int NumberCount { get; private set; }

    /// <summary>The cell texts that were read as missing values, in code point order.</summary>
    public IReadOnlyCollection<string> MissingMarks => missingMarks.Keys;

    public void Add(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        written?.Add(cell.ToString());
        if (IsMark(cell))
        {
            Count(cell.ToString(), cells.Count + 1, 1);
            cell = default;
        }
        if (cell.Length == 0)
        {
            cells.Add("");
            numbers.Add(double.NaN);
            return;
        }
        if (!sharing || !lookup.TryGetValue(cell, out var text, out var number))
        {
            text = cell.ToString();
            number = Column.ParseNumber(text);
            if (sharing)
                pool.Add(text, number);
        }
        cells.Add(text);
        numbers.Add(number);
        Filled++;
        if (!double.IsNaN(number))
            NumberCount++;
        if (sharing && cells.Count % Trial == 0 && pool.Count > cells.Count / 2)
        {
            sharing = false;
            pool.Clear();
            pool.TrimExcess();
        }
    }

    /// <summary>The number format of the cell that was added last.</summary>
    public void Format(NumberFormat format) => (formats ??= new()).Add(format, cells.Count);

    bool IsMark(ReadOnlySpan<char> cell) =>
        cell.Length > 0
        && (
            missing is not null && missing.GetAlternateLookup<ReadOnlySpan<char>>().Contains(cell)
            || (marks is null ? MissingMark.IsSure(cell) : marks.Count > 0 && IsGiven(cell))
                && words?.GetAlternateLookup<ReadOnlySpan<char>>().Contains(cell) != true
        );

    /// <summary>Whether the cell is a given mark that is missing in every column; doubtful marks are so in numeric columns only.</summary>
    bool IsGiven(ReadOnlySpan<char> cell) =>
        marks!.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out var mark) && !MissingMark.IsDoubtful(mark);

    void Count(string mark, int row, int count)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(missingMarks, mark, out var exists);
        known = exists ? (known.Count + count, Math.Min(known.Row, row)) : (count, row);
    }

    /// <summary>Converts the cells to what they mean.</summary>
    /// <returns>How they were read, to be said.</returns>
    public IReadOnlyList<Problem> Read(string name, DecimalMark decimalMark, bool knowsNumbers)
    {
        var percents = formats?.Percents(cells, numbers, options);
        if (percents is not null)
            Rewrite(percents);
        var asked = options.Kind is null && formats?.Kind(Filled) is { } time ? options with { Kind = time } : options;
        meaning = ColumnMeaning.Of(name, cells, NumberCount, Filled, decimalMark, knowsNumbers, asked, marks);
        if (meaning.Rewritten.Count > 0)
            Rewrite(meaning.Rewritten);
        if (options.Merged is { Count: > 0 } merged)
            Rewrite(merged);
        if (formats is null)
            return meaning.Problems;
        string? unit = null;
        var said = formats.Problems(name, percents, Filled == NumberCount || percents is not null, out unit);
        meaning = meaning with { Unit = meaning.Unit ?? unit, Problems = [.. said, .. meaning.Problems] };
        return meaning.Problems;
    }

    void Rewrite(IReadOnlyDictionary<string, string> rewritten)
    {
        (NumberCount, Filled) = (0, 0);
        var numberOf = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i].Length > 0 && rewritten.TryGetValue(cells[i], out var text))
            {
                if (text.Length == 0)
                    Count(cells[i], i + 1, 1);
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numberOf, text, out var known);
                if (!known)
                    number = Column.ParseNumber(text);
                (cells[i], numbers[i]) = (text, number);
            }
            if (cells[i].Length > 0)
                Filled++;
            if (!double.IsNaN(numbers[i]))
                NumberCount++;
        }
    }

    /// <summary>Converts numbers with the given decimal mark to invariant notation; other cells are unchanged.</summary>
    public void RewriteNumbers(char mark)
    {
        var known = new Dictionary<string, (string Text, double Number)>(StringComparer.Ordinal);
        NumberCount = 0;
        for (var i = 0; i < cells.Count; i++)
        {
            ref var rewritten = ref CollectionsMarshal.GetValueRefOrAddDefault(known, cells[i], out var seen);
            if (!seen)
            {
                var text = NumberText.Invariant(cells[i], mark) ?? cells[i];
                rewritten = (text, Column.ParseNumber(text));
            }
            (cells[i], numbers[i]) = rewritten;
            if (!double.IsNaN(numbers[i]))
                NumberCount++;
        }
    }

    /// <summary>Reads doubtful marks as missing values where every other cell is a number.</summary>
    public void DropDoubtfulMarks()
    {
        if (NumberCount == Filled || Filled - NumberCount > NumberCount || marks is { Count: 0 })
            return;
        for (var i = 0; i < cells.Count; i++)
            if (
                double.IsNaN(numbers[i])
                && cells[i].Length > 0
                && !(MissingMark.IsDoubtful(cells[i]) && marks?.Contains(cells[i]) != false)
            )
                return;
        for (var i = 0; i < cells.Count; i++)
            if (double.IsNaN(numbers[i]) && cells[i].Length > 0)
            {
                Count(cells[i], i + 1, 1);
                cells[i] = "";
            }
        Filled = NumberCount;
    }

    /// <summary>Options that read the same column of another file alike.</summary>
    public ColumnReadOptions AsRead =>
        options with
        {
            Kind =
                meaning?.Told
                ?? options.Kind
                ?? (
                    Filled == 0 ? null
                    : NumberCount == Filled && !cells.Any(c => NumberText.IsCode(c)) ? ColumnKind.Number
                    : ColumnKind.Category
                ),
            Missing = missingMarks.Count > 0 ? [.. missingMarks.Keys.Order(StringComparer.Ordinal)] : null,
            Order = meaning?.Order ?? options.Order,
            Unit = meaning?.Unit,
        };

    public Column Build(string name)
    {
        cells.TrimExcess();
        double[] parsed = [.. numbers];
        // The builder lives until all columns are built.
        numbers.Clear();
        numbers.TrimExcess();
        pool.Clear();
        pool.TrimExcess();
        return new(name, cells, parsed)
        {
            Told = meaning?.Told ?? options.Kind,
            Unit = meaning?.Unit ?? Unit,
            Written = written?.SequenceEqual(cells, StringComparer.Ordinal) == false ? written : null,
            Marks =
            [
                .. missingMarks
                    .Select(m => new MarkCount(m.Key, m.Value.Count, m.Value.Row))
                    .OrderByDescending(m => m.Count)
                    .ThenBy(m => m.Row),
            ],
        };
    }
}
