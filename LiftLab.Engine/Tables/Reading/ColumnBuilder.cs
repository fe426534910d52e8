using System.Runtime.InteropServices;
using LiftLab.Engine.Tables.Cells;
using LiftLab.Engine.Tables.Reading.Workbooks;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// Collects the cells of one column with their numbers. Equal cells are parsed once as long as equal cells are frequent.
/// </summary>
sealed class ColumnBuilder
{
    readonly NumberList numbers = new();
    readonly List<double> numberOf = [double.NaN]; // by the code of a shared text
    readonly List<string>? written;
    CellList cells = new();
    readonly Dictionary<string, (int Count, int Row)> missingMarks = new(StringComparer.Ordinal);
    ColumnMeaning? meaning;

    readonly HashSet<string>? marks;
    readonly ColumnReadOptions options;
    FormatTally? formats;
    bool suspect,
        guarded;
    readonly HashSet<string>? words,
        missing;

    /// <param name="marks">The texts that mean "no value"; null: found out by <see cref="MissingMark"/>.</param>
    /// <param name="keepsWritten">Whether the cells are kept as the file has them, too.</param>
    /// <param name="options">How the cells of this column are read; null: guessed.</param>
    public ColumnBuilder(IReadOnlyList<string>? marks = null, ColumnReadOptions? options = null, bool keepsWritten = false)
    {
        written = keepsWritten ? [] : null;
        this.options = options ?? ColumnReadOptions.Guessed;
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
        var code = cells.Add(cell, out var isNew);
        var number = code >= 0 && !isNew ? numberOf[code] : Column.ParseNumber(cell);
        if (isNew)
            numberOf.Add(number);
        if (!suspect && (isNew || code < 0))
            suspect = PartNumbers.IsSuspect(cell);
        guarded |= GuardedCells.IsSuspect(cell);
        numbers.Add(number);
        if (cell.Length > 0)
            Filled++;
        if (!double.IsNaN(number))
            NumberCount++;
    }

    /// <summary>Packs the cells that are there and those that follow: in a large table strings take most of the memory.</summary>
    public void Pack() => cells.Pack();

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
        Problem? bared = null;
        if (guarded && GuardedCells.Of(cells, out var first) is { Count: > 0 } bare)
        {
            Rewrite(bare);
            bared = GuardedCells.Said(name, first, bare[first.Text]);
        }
        var percents = formats?.Percents(cells, numbers, options);
        if (percents is not null)
            Rewrite(percents);
        suspect |= PartNumbers.IsNamed(name);
        var asked = options.Kind is null && formats?.Kind(Filled) is { } time ? options with { Kind = time } : options;
        meaning = ColumnMeaning.Of(name, cells, NumberCount, Filled, decimalMark, knowsNumbers, asked, marks, suspect);
        if (meaning.Rewritten.Count > 0)
            Rewrite(meaning.Rewritten);
        if (options.Merged is { Count: > 0 } merged)
            Rewrite(merged);
        if (bared is not null)
            meaning = meaning with { Problems = [bared, .. meaning.Problems] };
        if (formats is null)
            return meaning.Problems;
        string? unit = null;
        var said = formats.Problems(name, percents, Filled == NumberCount || percents is not null, out unit);
        meaning = meaning with { Unit = meaning.Unit ?? unit, Problems = [.. said, .. meaning.Problems] };
        return meaning.Problems;
    }

    void Rewrite(IReadOnlyDictionary<string, string> rewritten)
    {
        var numberOf = new Dictionary<string, double>(StringComparer.Ordinal);
        Replace(
            (i, cell) =>
            {
                if (cell.Length == 0 || !rewritten.TryGetValue(cell, out var text))
                    return (cell, numbers[i]);
                if (text.Length == 0)
                    Count(cell, i + 1, 1);
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numberOf, text, out var known);
                if (!known)
                    number = Column.ParseNumber(text);
                return (text, number);
            }
        );
    }

    /// <summary>Converts numbers with the given decimal mark to invariant notation; other cells are unchanged.</summary>
    public void RewriteNumbers(char mark)
    {
        var known = new Dictionary<string, (string Text, double Number)>(StringComparer.Ordinal);
        Replace(
            (_, cell) =>
            {
                ref var rewritten = ref CollectionsMarshal.GetValueRefOrAddDefault(known, cell, out var seen);
                if (!seen)
                {
                    var text = NumberText.Invariant(cell, mark) ?? cell;
                    rewritten = (text, Column.ParseNumber(text));
                }
                return rewritten;
            }
        );
    }

    /// <summary>Reads doubtful marks as missing values where every other cell is a number.</summary>
    public void DropDoubtfulMarks()
    {
        if (NumberCount == Filled || Filled - NumberCount > NumberCount || marks is { Count: 0 })
            return;
        for (var i = 0; i < cells.Count; i++)
            if (
                double.IsNaN(numbers[i])
                && cells[i] is { Length: > 0 } cell
                && !(MissingMark.IsDoubtful(cell) && marks?.Contains(cell) != false)
            )
                return;
        Replace(
            (i, cell) =>
            {
                if (!double.IsNaN(numbers[i]) || cell.Length == 0)
                    return (cell, numbers[i]);
                Count(cell, i + 1, 1);
                return ("", double.NaN);
            }
        );
    }

    void Replace(Func<int, string, (string Text, double Number)> replaced)
    {
        var next = new CellList();
        if (cells.IsPacked)
            next.Pack();
        (NumberCount, Filled) = (0, 0);
        for (var i = 0; i < cells.Count; i++)
        {
            var (text, number) = replaced(i, cells[i]);
            next.Add(text);
            numbers[i] = number;
            if (text.Length > 0)
                Filled++;
            if (!double.IsNaN(number))
                NumberCount++;
        }
        cells = next;
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
                    : NumberCount == Filled && !cells.AnyText(NumberText.IsCode) ? ColumnKind.Number
                    : ColumnKind.Category
                ),
            Missing = missingMarks.Count > 0 ? [.. missingMarks.Keys.Order(StringComparer.Ordinal)] : null,
            Order = meaning?.Order ?? options.Order,
            Unit = meaning?.Unit,
        };

    public Column Build(string name)
    {
        cells.Complete();
        return new(name, cells, numbers.Complete())
        {
            Told = meaning?.Told ?? options.Kind,
            Unit = meaning?.Unit ?? Unit,
            LeftOut = options.LeftOut,
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
