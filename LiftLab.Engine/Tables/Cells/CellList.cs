using System.Collections;

namespace LiftLab.Engine.Tables.Cells;

/// <summary>
/// The cells of one column. Equal cells share one string as long as equal cells are frequent. Packed, a cell takes one to four bytes
/// (shared texts), or its characters and four bytes; its string is made when it is asked for. Cells are added only; a list that is
/// complete can be read by several threads.
/// </summary>
sealed class CellList : IReadOnlyList<string>
{
    /// <summary>After every so many cells it is decided whether texts are shared further.</summary>
    const int Trial = 4096;

    /// <summary>Packed, more shared texts cost more than the cells that they stand for.</summary>
    const int MostShared = 1 << 16;

    readonly List<string> texts = [""];
    readonly List<CellChunk> chunks = [];
    Dictionary<string, int> codes = new(StringComparer.Ordinal);
    Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    List<string>? plain = [];
    bool sharing = true;

    // The chunk that is being filled: codes, or characters and ends.
    int[] filling = [];
    char[] characters = [];
    int filled,
        used;
    bool coded = true;

    public CellList() => lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count { get; private set; }

    public bool IsPacked => plain is null;

    /// <summary>Size in bytes. Not packed: an estimate for texts of the usual length.</summary>
    public long Bytes => plain is not null ? 50L * Count : chunks.Sum(c => c.Bytes) + texts.Sum(t => 22L + 2 * t.Length) + 4L * filled;

    public string this[int row] =>
        plain is not null ? plain[row]
        : row >> 16 is var at && at < chunks.Count ? chunks[at].Text(row & (CellChunk.Rows - 1))
        : Filling(row & (CellChunk.Rows - 1));

    public int LengthOf(int row) =>
        plain is null && row >> 16 is var at && at < chunks.Count ? chunks[at].Length(row & (CellChunk.Rows - 1)) : this[row].Length;

    /// <summary>The characters of a cell, without a string of its own where the list is packed.</summary>
    /// <param name="room">Where characters may be written; enlarged where it is too small.</param>
    public ReadOnlySpan<char> Characters(int row, ref char[] room) =>
        plain is null && row >> 16 is var at && at < chunks.Count ? chunks[at].Characters(row & (CellChunk.Rows - 1), ref room) : this[row];

    public delegate bool TextTest(ReadOnlySpan<char> text);

    /// <summary>Whether any cell passes a test. Shared texts are tested once.</summary>
    public bool AnyText(TextTest test)
    {
        if (sharing)
            return texts.Exists(t => test(t));
        char[] room = [];
        for (var row = 0; row < Count; row++)
            if (test(Characters(row, ref room)))
                return true;
        return false;
    }

    /// <summary>Adds a cell.</summary>
    /// <param name="isNew">Whether the code is given for the first time.</param>
    /// <returns>The code of its text, from 1, or 0 for an empty cell; -1 where texts are not shared.</returns>
    public int Add(ReadOnlySpan<char> cell, out bool isNew)
    {
        isNew = false;
        var code = 0;
        if (cell.Length > 0)
            if (!sharing)
                code = -1;
            else if (!lookup.TryGetValue(cell, out code))
            {
                (code, isNew) = (texts.Count, true);
                var text = cell.ToString();
                texts.Add(text);
                codes.Add(text, code);
            }
        if (plain is not null)
            plain.Add(code >= 0 ? texts[code] : cell.ToString());
        else
            Pack(cell, code);
        Count++;
        if (sharing && Count % Trial == 0 && (codes.Count > Count / 2 || IsPacked && codes.Count > MostShared))
            StopSharing();
        return code;
    }

    public void Add(string cell) => Add(cell, out _);

    void StopSharing()
    {
        sharing = false;
        codes = [];
        lookup = default;
        if (plain is null)
            return; // packed cells refer to the texts
        texts.Clear();
        texts.Add("");
    }

    /// <summary>Packs the cells that are there and those that follow.</summary>
    public void Pack()
    {
        if (plain is not { } cells)
            return;
        plain = null;
        filling = new int[CellChunk.Rows];
        foreach (var cell in cells)
            Pack(
                cell,
                cell.Length == 0 ? 0
                    : sharing ? codes[cell]
                    : -1
            );
    }

    void Pack(ReadOnlySpan<char> cell, int code)
    {
        if (code < 0 && coded)
        {
            // The first text of its own: the cells of this chunk so far become texts too.
            coded = false;
            var before = filling.AsSpan(0, filled).ToArray();
            filled = used = 0;
            foreach (var known in before)
                Append(texts[known]);
        }
        if (coded)
            filling[filled++] = code;
        else
            Append(code >= 0 ? texts[code] : cell);
        if (filled == CellChunk.Rows)
            Seal();
    }

    void Append(ReadOnlySpan<char> cell)
    {
        if (used + cell.Length > characters.Length)
            Array.Resize(ref characters, Math.Max(8 * CellChunk.Rows, 2 * (used + cell.Length)));
        cell.CopyTo(characters.AsSpan(used));
        used += cell.Length;
        filling[filled++] = used;
    }

    void Seal()
    {
        chunks.Add(
            coded
                ? CellChunk.OfCodes(filling.AsSpan(0, filled), texts)
                : CellChunk.OfTexts(characters.AsSpan(0, used), filling.AsSpan(0, filled))
        );
        (filled, used, coded) = (0, 0, sharing);
    }

    /// <summary>Releases what only adding needs. No cell can be added afterwards.</summary>
    public void Complete()
    {
        plain?.TrimExcess();
        if (filled > 0)
            Seal();
        filling = [];
        characters = [];
        sharing = false;
        codes = [];
        lookup = default;
        chunks.TrimExcess();
        texts.TrimExcess();
    }

    string Filling(int row)
    {
        if (row >= filled)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"there are {Count} cells");
        return coded
            ? texts[filling[row]]
            : new(characters.AsSpan(row == 0 ? 0 : filling[row - 1], filling[row] - (row == 0 ? 0 : filling[row - 1])));
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (var row = 0; row < Count; row++)
            yield return this[row];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
