using System.Text;
using System.Text.Unicode;

namespace LiftLab.Engine.Tables.Reading;

/// <summary>
/// The encoding of a text file: by its byte order mark if it has one, else UTF-16 if its pattern of zero bytes is found, else UTF-8 if
/// the bytes are valid, else Windows-1252 (a superset of Latin-1).
/// </summary>
/// <param name="Skip">Length of the byte order mark in bytes.</param>
sealed record TextEncoding(Encoding Encoding, string Name, int Skip)
{
    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The encoding of a name that <see cref="Of"/> gives; a byte order mark of it is skipped.</summary>
    /// <returns>Null for another name.</returns>
    public static TextEncoding? Named(string name, ReadOnlySpan<byte> bytes) =>
        name switch
        {
            "utf-8" => new(new UTF8Encoding(false), name, bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0),
            "utf-16" => new(Encoding.Unicode, name, bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? 2 : 0),
            "utf-16BE" => new(Encoding.BigEndianUnicode, name, bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? 2 : 0),
            "windows-1252" => new(Encoding.GetEncoding(1252), name, 0),
            _ => null,
        };

    public static TextEncoding Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return new(new UTF8Encoding(false), "utf-8", 3);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return new(Encoding.Unicode, "utf-16", 2);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return new(Encoding.BigEndianUnicode, "utf-16BE", 2);
        if (Utf16WithoutMark(bytes) is { } utf16)
            return utf16;
        return Utf8.IsValid(bytes) ? new(new UTF8Encoding(false), "utf-8", 0) : new(Encoding.GetEncoding(1252), "windows-1252", 0);
    }

    /// <summary>Detects UTF-16 without a byte order mark: in Western text every second byte is zero.</summary>
    static TextEncoding? Utf16WithoutMark(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length & ~1, 4096)];
        if (sample.Length < 8)
            return null;
        int evenZeros = 0,
            oddZeros = 0;
        for (var i = 0; i < sample.Length; i += 2)
        {
            if (sample[i] == 0)
                evenZeros++;
            if (sample[i + 1] == 0)
                oddZeros++;
        }
        var units = sample.Length / 2;
        if (oddZeros > 0.9 * units && evenZeros == 0)
            return new(Encoding.Unicode, "utf-16", 0);
        if (evenZeros > 0.9 * units && oddZeros == 0)
            return new(Encoding.BigEndianUnicode, "utf-16BE", 0);
        return null;
    }
}
