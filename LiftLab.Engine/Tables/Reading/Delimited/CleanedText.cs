namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>
/// A text with one kind of line end and without byte order marks at the beginnings of lines, where files were joined. Typographic quotes
/// become straight quotes where asked.
/// </summary>
sealed class CleanedText(TextReader inner, bool straightQuotes) : TextReader
{
    readonly char[] buffer = new char[1 << 14];
    int length,
        at;
    bool afterReturn,
        atLineStart = true;

    public override int Peek() => throw new NotSupportedException();

    public override int Read(char[] target, int index, int count) => Read(target.AsSpan(index, count));

    public override int Read(Span<char> target)
    {
        var written = 0;
        while (written == 0 && target.Length > 0)
        {
            if (at == length)
            {
                (at, length) = (0, inner.Read(buffer, 0, buffer.Length));
                if (length == 0)
                    return 0;
            }
            while (at < length && written < target.Length)
            {
                var c = buffer[at++];
                if (c == '\n' && afterReturn)
                {
                    afterReturn = false;
                    continue;
                }
                afterReturn = c == '\r';
                if (c == '\uFEFF' && atLineStart)
                    continue;
                if (c == '\r')
                    c = '\n';
                else if (straightQuotes && c is '“' or '”' or '„')
                    c = '"';
                atLineStart = c == '\n';
                target[written++] = c;
            }
        }
        return written;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
