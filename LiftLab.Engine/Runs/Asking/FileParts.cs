using System.Text;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>
/// A long file of comma-separated text as parts of whole records, each with the header in front. Found by the file's bytes in one pass;
/// only
/// for UTF-8, one header row or none, and quotes that stand around cells.
/// </summary>
sealed class FileParts
{
    readonly string path;
    readonly int header;
    readonly IReadOnlyList<long> starts;
    readonly long end;

    FileParts(string path, int header, IReadOnlyList<long> starts, long end) =>
        (this.path, this.header, this.starts, this.end) = (path, header, starts, end);

    public int Count => starts.Count;

    /// <param name="delimiter">An ASCII character.</param>
    /// <param name="bytes">Size of a part; the last record makes it longer.</param>
    /// <returns>Null where the records cannot be found in this way.</returns>
    public static async Task<FileParts?> FindAsync(string path, char delimiter, bool hasHeader, int bytes, CancellationToken cancel)
    {
        if (!char.IsAscii(delimiter))
            return null;
        await using var file = File.OpenRead(path);
        var scan = new Scan((byte)delimiter, hasHeader, bytes);
        var utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var buffer = new byte[1 << 16];
        var text = new char[1 << 16];
        try
        {
            for (int read; (read = await file.ReadAsync(buffer, cancel)) > 0; )
            {
                utf8.GetChars(buffer.AsSpan(0, read), text, flush: false);
                foreach (var one in buffer.AsSpan(0, read))
                    if (!scan.Take(one))
                        return null;
            }
            utf8.GetChars([], text, flush: true);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        return scan.End() is { Count: > 1 } starts ? new(path, scan.Header, starts, scan.Length) : null;
    }

    /// <summary>Writes a part with the header in front as a file of its own.</summary>
    public async Task WriteAsync(int part, string target, CancellationToken cancel)
    {
        await using var from = File.OpenRead(path);
        await using var into = File.Create(target);
        await CopyAsync(from, into, 0, header, cancel);
        await CopyAsync(from, into, starts[part], part + 1 < Count ? starts[part + 1] : end, cancel);
    }

    static async Task CopyAsync(FileStream from, FileStream into, long start, long end, CancellationToken cancel)
    {
        var buffer = new byte[1 << 16];
        from.Position = start;
        while (start < end)
        {
            var read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - start)), cancel);
            if (read == 0)
                throw new EndOfStreamException("the file became shorter while it was read");
            await into.WriteAsync(buffer.AsMemory(0, read), cancel);
            start += read;
        }
    }

    /// <summary>Follows cells and records byte by byte.</summary>
    sealed class Scan(byte delimiter, bool hasHeader, int bytes)
    {
        readonly List<long> starts = [];
        bool quoted,
            closed,
            returned,
            begins = true,
            filled,
            blank;
        int cells,
            headerCells = -1;

        public int Header { get; private set; }

        public long Length { get; private set; }

        /// <returns>False where records are not told apart by bytes.</returns>
        public bool Take(byte one)
        {
            Length++;
            if (one == 0 || returned && one != '\n')
                return false;
            if (quoted)
            {
                (quoted, closed) = (one != '"', one == '"');
                return true;
            }
            if (closed)
            {
                closed = false;
                if (one == '"')
                    return quoted = true; // a doubled quote
                if (one != delimiter && one is not ((byte)'\n' or (byte)'\r'))
                    return false;
            }
            switch (one)
            {
                case (byte)'"':
                    var opens = begins;
                    (quoted, begins, filled) = (true, false, true);
                    return opens;
                case (byte)'\r':
                    return returned = true;
                case (byte)'\n':
                    return Record();
                default:
                    if (one == delimiter)
                    {
                        blank |= begins;
                        cells++;
                    }
                    else
                        filled = true;
                    begins = one == delimiter;
                    return true;
            }
        }

        bool Record()
        {
            if (filled && headerCells < 0)
            {
                headerCells = cells;
                Header = hasHeader ? (int)Length : 0;
                starts.Add(Header);
            }
            else if (headerCells < 0)
                return false; // a blank line above the table
            else if (Length - starts[^1] is var size && size >= bytes && cells == headerCells)
                // Behind a row that lacks cells the reader may see a note; a part ends behind a whole row if there is one.
                if (!(blank || begins) || size >= 2L * bytes)
                    starts.Add(Length);
            (cells, begins, filled, blank, returned) = (0, true, false, false, false);
            return true;
        }

        /// <summary>Where the parts start; null where a quote is still open.</summary>
        public List<long>? End()
        {
            if (quoted || returned)
                return null;
            if (starts.Count > 0 && starts[^1] == Length)
                starts.RemoveAt(starts.Count - 1);
            return starts;
        }
    }
}
