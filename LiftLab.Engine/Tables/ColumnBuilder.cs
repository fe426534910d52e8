namespace LiftLab.Engine.Tables;

/// <summary>
/// Collects the cells of one column. Equal cells share one string, so that a column of a few classes costs a reference a row;
/// sharing stops where a column turns out to have hardly any equal cells.
/// </summary>
sealed class ColumnBuilder
{
    const int Trial = 8192;
    readonly List<string> cells = [];
    readonly HashSet<string> pool = new(StringComparer.Ordinal);
    readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly SortedSet<string> missingMarks = new(StringComparer.Ordinal);

    public ColumnBuilder() => lookup = pool.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => cells.Count;

    /// <summary>The marks that were read as missing, in code point order.</summary>
    public IReadOnlyCollection<string> MissingMarks => missingMarks;

    public void Add(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        if (MissingMark.IsSure(cell))
        {
            missingMarks.Add(cell.ToString());
            cell = default;
        }
        if (cell.Length == 0) cells.Add("");
        else if (lookup.TryGetValue(cell, out var shared)) cells.Add(shared);
        else
        {
            var text = cell.ToString();
            if (cells.Count < Trial || pool.Count < cells.Count / 2) pool.Add(text);
            cells.Add(text);
        }
    }

    /// <summary>Numbers of the given notation made invariant, once a distinct text; other cells stay.</summary>
    public void RewriteNumbers(char mark)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
        {
            if (!known.TryGetValue(cells[i], out var rewritten))
                known[cells[i]] = rewritten = NumberText.Invariant(cells[i], mark) ?? cells[i];
            cells[i] = rewritten;
        }
    }

    /// <summary>Makes doubtful marks missing where every other cell is a number.</summary>
    public void DropDoubtfulMarks()
    {
        var numbers = 0;
        var doubtful = 0;
        foreach (var cell in cells)
        {
            if (cell.Length == 0) continue;
            if (MissingMark.IsDoubtful(cell)) doubtful++;
            else if (NumberText.IsNumber(cell)) numbers++;
            else return;
        }
        if (doubtful == 0 || numbers < doubtful) return;
        for (var i = 0; i < cells.Count; i++)
            if (MissingMark.IsDoubtful(cells[i]))
            {
                missingMarks.Add(cells[i]);
                cells[i] = "";
            }
    }

    public IReadOnlyList<string> Cells => cells;

    public Column Build(string name)
    {
        cells.TrimExcess();
        return new(name, cells);
    }
}
