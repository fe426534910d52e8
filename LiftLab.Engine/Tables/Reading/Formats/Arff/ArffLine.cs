using System.Globalization;

namespace LiftLab.Engine.Tables.Reading.Formats.Arff;

/// <summary>Splits lines of an ARFF file into values. The values of a line are valid until the next one is read.</summary>
sealed class ArffLine
{
    readonly List<(int Start, int Length)> values = [];
    char[] buffer = new char[256];
    int used;

    public int Count => values.Count;

    public ReadOnlySpan<char> this[int index] => buffer.AsSpan(values[index].Start, values[index].Length);

    /// <summary>
    /// Splits at commas, or at blanks and tabs. Values may stand in single or double quotes, with backslashes before special characters.
    /// </summary>
    /// <remarks>A % behind a blank or a separator begins a comment, as in Weka.</remarks>
    /// <returns>False where a quote is not closed.</returns>
    public bool Split(ReadOnlySpan<char> line, bool atBlanks)
    {
        line = WithoutComment(line);
        Begin(line.Length);
        var at = 0;
        while (true)
        {
            at = SkipBlanks(line, at);
            if (atBlanks && at == line.Length)
                return true;
            var begin = used;
            if (at < line.Length && line[at] is '\'' or '"')
            {
                if (!Quoted(line, ref at))
                    return false;
                while (at < line.Length && !Separates(line[at], atBlanks))
                {
                    if (!char.IsWhiteSpace(line[at]))
                        buffer[used++] = line[at]; // "'a'b": what follows the quote belongs to the value
                    at++;
                }
            }
            else
            {
                var end = at;
                while (end < line.Length && !Separates(line[end], atBlanks))
                    end++;
                var value = line[at..end].TrimEnd();
                value.CopyTo(buffer.AsSpan(used));
                used += value.Length;
                at = end;
            }
            values.Add((begin, used - begin));
            if (at >= line.Length)
                return true;
            at++;
        }
    }

    /// <summary>Where the brace that closes a list of values is: not in quotes, and not in a comment behind; -1 for none.</summary>
    public int EndOfList(ReadOnlySpan<char> list)
    {
        Begin(list.Length);
        for (var at = 1; at < list.Length; at++)
        {
            at = SkipBlanks(list, at);
            if (at < list.Length && list[at] is '\'' or '"' && !Quoted(list, ref at))
                return -1;
            while (at < list.Length && list[at] is not (',' or '}'))
                at++;
            if (at < list.Length && list[at] == '}')
                return at;
        }
        return -1;
    }

    /// <summary>Reads one value: in quotes, or up to a blank or one of the given characters.</summary>
    /// <param name="at">Where it begins, after blanks; afterwards where it ends.</param>
    /// <returns>Null where a quote is not closed.</returns>
    public string? One(ReadOnlySpan<char> line, ref int at, ReadOnlySpan<char> ends)
    {
        Begin(line.Length);
        at = SkipBlanks(line, at);
        if (at < line.Length && line[at] is '\'' or '"')
            return Quoted(line, ref at) ? new(buffer, 0, used) : null;
        var begin = at;
        while (at < line.Length && !char.IsWhiteSpace(line[at]) && !ends.Contains(line[at]))
            at++;
        return line[begin..at].ToString();
    }

    public static int SkipBlanks(ReadOnlySpan<char> line, int at)
    {
        while (at < line.Length && char.IsWhiteSpace(line[at]))
            at++;
        return at;
    }

    static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        if (!line.Contains('%'))
            return line;
        for (var at = 0; at < line.Length; at++)
        {
            if (at > 0 && line[at - 1] != ',' && !char.IsWhiteSpace(line[at - 1]))
                continue;
            if (line[at] == '%')
                return line[..at].TrimEnd();
            if (line[at] is not ('\'' or '"'))
                continue;
            var quote = line[at];
            for (at++; at < line.Length && line[at] != quote; at++)
                if (line[at] == '\\')
                    at++;
        }
        return line;
    }

    static bool Separates(char c, bool atBlanks) => c == ',' || atBlanks && char.IsWhiteSpace(c);

    void Begin(int length)
    {
        values.Clear();
        used = 0;
        if (buffer.Length < length)
            buffer = new char[Math.Max(length, 2 * buffer.Length)];
    }

    bool Quoted(ReadOnlySpan<char> line, ref int at)
    {
        var quote = line[at++];
        while (at < line.Length && line[at] != quote)
        {
            if (line[at] != '\\' || at + 1 == line.Length)
            {
                buffer[used++] = line[at++];
                continue;
            }
            at++;
            if (
                line[at] == 'u'
                && at + 4 < line.Length
                && ushort.TryParse(line.Slice(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            )
            {
                buffer[used++] = (char)code;
                at += 5;
                continue;
            }
            buffer[used++] = line[at] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                var c => c,
            };
            at++;
        }
        if (at >= line.Length)
            return false;
        at++;
        return true;
    }
}
