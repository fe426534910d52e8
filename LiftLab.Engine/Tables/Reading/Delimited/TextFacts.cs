using System.Buffers;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Facts about a whole text that decide how it is read. One pass over the characters.</summary>
sealed record TextFacts
{
    /// <summary>The characters that are looked at, with the one behind a CR.</summary>
    static readonly SearchValues<char> Telling = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(c => (char)c),
        '"',
        '\'',
        '“',
        '”',
        '\uFEFF',
        '\u007F',
    ]);

    long lineStart;

    public long ReturnLines { get; private set; }
    public long FeedLines { get; private set; }
    public long BothLines { get; private set; }

    /// <summary>Number of NUL characters.</summary>
    public long Nuls { get; private set; }

    /// <summary>Number of control characters other than NUL and white space.</summary>
    public long Controls { get; private set; }

    public long Length { get; private set; }

    /// <summary>A byte order mark after the beginning.</summary>
    public bool HasMarkInside { get; private set; }

    public bool HasQuote { get; private set; }

    /// <summary>Characters of the longest line.</summary>
    public long LongestLine { get; private set; }

    /// <summary>A backslash before a quote.</summary>
    public bool HasBackslashQuote { get; private set; }

    /// <summary>A single quote or a typographic quote at the beginning of a cell.</summary>
    public bool HasSingleQuote { get; private set; }
    public bool HasTypographicQuote { get; private set; }

    /// <summary>Kinds of line end that occur.</summary>
    public int LineEndKinds => (ReturnLines > 0 ? 1 : 0) + (FeedLines > 0 ? 1 : 0) + (BothLines > 0 ? 1 : 0);

    /// <summary>False where control characters are frequent: tables have none, and they are a twentieth of random bytes.</summary>
    public bool LooksLikeText => Controls <= Length / 100 && Nuls <= Length / 10;

    public static TextFacts Of(TextReader text, CancellationToken cancel)
    {
        var facts = new TextFacts();
        var buffer = new char[1 << 15];
        var before = '\n';
        int read;
        while ((read = text.Read(buffer, 0, buffer.Length)) > 0)
        {
            cancel.ThrowIfCancellationRequested();
            var block = buffer.AsSpan(0, read);
            for (var i = before == '\r' ? 0 : block.IndexOfAny(Telling); i >= 0; i = Next(block, i))
                facts.Take(i == 0 ? before : block[i - 1], block[i], facts.Length + i);
            before = block[^1];
            facts.Length += read;
        }
        if (before == '\r')
            facts.ReturnLines++;
        facts.LongestLine = Math.Max(facts.LongestLine, facts.Length - facts.lineStart);
        return facts;
    }

    static int Next(ReadOnlySpan<char> block, int i)
    {
        if (++i >= block.Length)
            return -1;
        if (block[i - 1] == '\r')
            return i;
        var next = block[i..].IndexOfAny(Telling);
        return next < 0 ? -1 : i + next;
    }

    /// <param name="at">The place of <paramref name="c"/> in the text.</param>
    void Take(char before, char c, long at)
    {
        if (c is '\r' or '\n')
        {
            LongestLine = Math.Max(LongestLine, at - lineStart);
            lineStart = at + 1;
        }
        if (before == '\r')
        {
            if (c == '\n')
                BothLines++;
            else
                ReturnLines++;
        }
        else if (c == '\n')
            FeedLines++;
        var cellStart = before is '\n' or '\r' or ',' or ';' or '\t' or '|' or ' ';
        if (c == '\0')
            Nuls++;
        else if (c == '\uFEFF')
            HasMarkInside |= before is '\n' or '\r' && Length > 0 || Length == 0 && before is '\n' or '\r';
        else if (c == '"')
        {
            HasQuote = true;
            HasBackslashQuote |= before == '\\';
        }
        else if (c == '\'')
            HasSingleQuote |= cellStart;
        else if (c is '“' or '”')
            HasTypographicQuote |= cellStart;
        else if (char.IsControl(c) && c is not ('\t' or '\r' or '\n' or '\f' or '\v'))
            Controls++;
    }
}
