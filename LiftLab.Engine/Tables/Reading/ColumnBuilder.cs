using System.Runtime.InteropServices;

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
    readonly Dictionary<string, double> pool = new(StringComparer.Ordinal);
    readonly Dictionary<string, double>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly SortedSet<string> missingMarks = new(StringComparer.Ordinal);
    bool sharing = true;

    readonly HashSet<string>? marks;
    readonly ColumnReadOptions options;

    /// <param name="marks">The texts that mean "no value"; null: found out by <see cref="MissingMark"/>.</param>
    /// <param name="options">How the cells of this column are read; null: guessed.</param>
    public ColumnBuilder(IReadOnlyList<string>? marks = null, ColumnReadOptions? options = null)
    {
        this.options = options ?? ColumnReadOptions.Guessed;
        lookup = pool.GetAlternateLookup<ReadOnlySpan<char>>();
        this.marks = marks?.ToHashSet(StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Cells => cells;

    /// <summary>Number of cells that are not missing.</summary>
    public int Filled { get; private set; }

    /// <summary>Number of cells that are numbers in invariant notation.</summary>
    public int NumberCount { get; private set; }

    /// <summary>The cell texts that were read as missing values, in code point order.</summary>
    public IReadOnlyCollection<string> MissingMarks => missingMarks;

    public void Add(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        if (marks is null ? MissingMark.IsSure(cell) : marks.Count > 0 && IsGiven(cell))
        {
            missingMarks.Add(cell.ToString());
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

    /// <summary>Whether the cell is a given mark that is missing in every column; doubtful marks are so in numeric columns only.</summary>
    bool IsGiven(ReadOnlySpan<char> cell) =>
        marks!.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(cell, out var mark) && !MissingMark.IsDoubtful(mark);

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
                missingMarks.Add(cells[i]);
                cells[i] = "";
            }
        Filled = NumberCount;
    }

    public Column Build(string name)
    {
        cells.TrimExcess();
        return new(name, cells, [.. numbers]) { Told = options.Kind };
    }
}
