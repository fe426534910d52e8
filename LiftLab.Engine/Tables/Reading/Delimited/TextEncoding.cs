using System.Text;
using System.Text.Unicode;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>
/// The encoding of a text file: by its byte order mark if it has one, else UTF-16 if its pattern of zero bytes is found, else UTF-8 if
/// the bytes are valid or nearly so, else a guess by <see cref="LegacyEncoding"/>.
/// </summary>
/// <param name="Skip">Length of the byte order mark in bytes.</param>
/// <param name="BadBytes">Number of byte sequences that are not of the encoding; each is read as the replacement character.</param>
sealed record TextEncoding(Encoding Encoding, string Name, int Skip, int BadBytes = 0)
{
    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The names of the encodings that can be chosen.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "utf-8",
        TwiceEncoded.Name,
        "utf-16",
        "utf-16BE",
        "windows-1252",
        "windows-1250",
        "windows-1251",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "iso-8859-1",
        "iso-8859-2",
        "iso-8859-5",
        "iso-8859-7",
        "iso-8859-9",
        "iso-8859-15",
        "macintosh",
        "ibm437",
        "ibm850",
        "ibm852",
        "ibm866",
        "koi8-r",
        "koi8-u",
        "shift_jis",
        "euc-jp",
        "gb18030",
        "big5",
        "euc-kr",
    ];

    static readonly Dictionary<string, string> OtherNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = "utf-8",
        ["utf-8-sig"] = "utf-8",
        ["utf16"] = "utf-16",
        ["utf-16le"] = "utf-16",
        ["ascii"] = "utf-8",
        ["latin1"] = "iso-8859-1",
        ["latin-1"] = "iso-8859-1",
        ["latin2"] = "iso-8859-2",
        ["latin-9"] = "iso-8859-15",
        ["cp1252"] = "windows-1252",
        ["cp1250"] = "windows-1250",
        ["cp1251"] = "windows-1251",
        ["cp437"] = "ibm437",
        ["cp850"] = "ibm850",
        ["cp866"] = "ibm866",
        ["mac-roman"] = "macintosh",
        ["sjis"] = "shift_jis",
        ["shift-jis"] = "shift_jis",
        ["cp932"] = "shift_jis",
        ["gbk"] = "gb18030",
        ["gb2312"] = "gb18030",
        ["cp949"] = "euc-kr",
    };

    /// <summary>The encoding of a name or a usual alias; a byte order mark of it is skipped.</summary>
    /// <returns>Null for an unknown name.</returns>
    public static TextEncoding? Named(string given, ReadOnlySpan<byte> bytes)
    {
        var name = Names.FirstOrDefault(n => n.Equals(given, StringComparison.OrdinalIgnoreCase)) ?? OtherNames.GetValueOrDefault(given);
        return name switch
        {
            null => null,
            "utf-8" or TwiceEncoded.Name => Utf8Text(bytes, bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0),
            "utf-16" => new(Encoding.Unicode, name, bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? 2 : 0),
            "utf-16BE" => new(Encoding.BigEndianUnicode, name, bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? 2 : 0),
            _ => new(Encoding.GetEncoding(name), name, 0),
        };
    }

    /// <summary>Detects the encoding.</summary>
    /// <param name="problems">Told where the encoding is a guess.</param>
    public static TextEncoding Of(ReadOnlySpan<byte> bytes, ProblemLog problems)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            return Utf8Text(bytes, 3);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return new(Encoding.Unicode, "utf-16", 2);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return new(Encoding.BigEndianUnicode, "utf-16BE", 2);
        if (Utf16WithoutMark(bytes) is { } utf16)
            return utf16;
        if (Utf8.IsValid(bytes))
            return new(new UTF8Encoding(false), "utf-8", 0);
        var (good, bad) = Sequences(bytes);
        return good >= bad || bad == 1 && IsCut(bytes)
            ? new(new UTF8Encoding(false), "utf-8", 0, bad)
            : LegacyEncoding.Guess(bytes, problems);
    }

    static TextEncoding Utf8Text(ReadOnlySpan<byte> bytes, int skip) =>
        new(new UTF8Encoding(false), "utf-8", skip, Utf8.IsValid(bytes) ? 0 : Sequences(bytes).Bad);

    /// <summary>Numbers of valid and of invalid multibyte sequences of UTF-8.</summary>
    static (int Good, int Bad) Sequences(ReadOnlySpan<byte> bytes)
    {
        int good = 0,
            bad = 0;
        while (true)
        {
            var next = bytes.IndexOfAnyExceptInRange((byte)0, (byte)127);
            if (next < 0)
                return (good, bad);
            bytes = bytes[next..];
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == System.Buffers.OperationStatus.Done)
                good++;
            else
                bad++;
            bytes = bytes[Math.Max(1, length)..];
        }
    }

    /// <summary>Whether the file ends in the middle of a character.</summary>
    static bool IsCut(ReadOnlySpan<byte> bytes)
    {
        for (var tail = 1; tail <= Math.Min(3, bytes.Length); tail++)
            if (Rune.DecodeFromUtf8(bytes[^tail..], out _, out _) == System.Buffers.OperationStatus.NeedMoreData)
                return true;
        return false;
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
