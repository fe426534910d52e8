namespace LiftLab.Engine.Tokens;

/// <summary>Where the characters of a text (UTF-16 units, no lone halves) lie in its UTF-8 form.</summary>
sealed class Utf8Places
{
    readonly int[] byteAt;

    public Utf8Places(string text)
    {
        byteAt = new int[text.Length + 1];
        var (at, bytes) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            for (var i = 0; i < rune.Utf16SequenceLength; i++)
                byteAt[at++] = bytes;
            bytes += rune.Utf8SequenceLength;
        }
        byteAt[at] = bytes;
    }

    /// <summary>The first byte of the character at an index; the text's length gives the number of bytes.</summary>
    public int Byte(int character) => byteAt[character];

    /// <summary>The characters that a stretch of bytes lies in.</summary>
    public TokenRange Range(int id, int start, int length)
    {
        var first = Character(start).Character;
        if (length == 0)
            return new(id, first, 0);
        var (last, beyond) = Character(start + length);
        if (beyond > 0) // inside a character: up to its end
            do last++;
            while (byteAt[last] == byteAt[last - 1]);
        return new(id, first, last - first);
    }

    /// <summary>The character that a byte belongs to, and how many of its bytes lie before that one.</summary>
    public (int Character, int Beyond) Character(int position)
    {
        var index = Array.BinarySearch(byteAt, position);
        if (index < 0)
            index = ~index - 1;
        while (index > 0 && byteAt[index - 1] == byteAt[index])
            index--;
        return (index, position - byteAt[index]);
    }
}
