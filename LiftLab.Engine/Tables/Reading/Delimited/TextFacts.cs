namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>Facts about a whole text that decide how it is read. One pass over the characters.</summary>
sealed record TextFacts
{
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
            for (var i = 0; i < read; i++)
            {
                var c = buffer[i];
                if (c < ' ' || c is '"' or '\'' or '“' or '”' || before == '\r' || c is '\uFEFF' or '\u007F')
                    facts.Take(before, c);
                before = c;
            }
            facts.Length += read;
        }
        if (before == '\r')
            facts.ReturnLines++;
        return facts;
    }

    void Take(char before, char c)
    {
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
            HasBackslashQuote |= before == '\\';
        else if (c == '\'')
            HasSingleQuote |= cellStart;
        else if (c is '“' or '”')
            HasTypographicQuote |= cellStart;
        else if (char.IsControl(c) && c is not ('\t' or '\r' or '\n' or '\f' or '\v'))
            Controls++;
    }
}
