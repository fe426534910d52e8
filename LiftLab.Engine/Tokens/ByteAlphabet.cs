namespace LiftLab.Engine.Tokens;

/// <summary>
/// GPT-2's mapping of bytes to visible characters: printable Latin-1 maps to itself, the other 68 bytes to U+0100 and up, in order.
/// Vocabularies of byte-level BPE use it ("Ġthe" is a space and "the").
/// </summary>
static class ByteAlphabet
{
    const char FirstStandIn = '\u0100';
    static readonly char[] Characters = Write();
    static readonly short[] Bytes = Read();

    public static char Of(byte value) => Characters[value];

    /// <summary>The byte of a character, or −1.</summary>
    public static int ByteOf(char character) => character < Bytes.Length ? Bytes[character] : -1;

    static char[] Write()
    {
        var (characters, next) = (new char[256], FirstStandIn);
        for (var b = 0; b < 256; b++)
            characters[b] = b is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF ? (char)b : next++;
        return characters;
    }

    static short[] Read()
    {
        var bytes = new short[Characters.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var b = 0; b < 256; b++)
            bytes[Characters[b]] = (short)b;
        return bytes;
    }
}
