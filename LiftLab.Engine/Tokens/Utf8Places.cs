namespace LiftLab.Engine.Tokens;

/// <summary>Maps the UTF-16 indices of a text (without lone surrogates) to byte offsets in its UTF-8 form.</summary>
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

    /// <summary>The byte offset of the character at an index; the text's length maps to the number of bytes.</summary>
    public int Byte(int character) => byteAt[character];

    /// <summary>The range of characters that contains a range of bytes.</summary>
    public TokenRange Range(int id, int start, int length)
    {
        var first = Character(start).Character;
        if (length == 0)
            return new(id, first, 0);
        var (last, beyond) = Character(start + length);
        if (beyond > 0) // inside a character: extend to its end
            do last++;
            while (byteAt[last] == byteAt[last - 1]);
        return new(id, first, last - first);
    }

    /// <summary>The index of the character that contains a byte, and the byte's offset within it.</summary>
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
