using System.Text;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>
/// Guesses the encoding of a text that is neither UTF-8 nor UTF-16. Such a text does not say its encoding, so that the guess is always
/// reported with a word by which a person can judge it.
/// </summary>
static class LegacyEncoding
{
    public static TextEncoding Guess(ReadOnlySpan<byte> bytes, ProblemLog problems)
    {
        var name = NameOf(bytes);
        var encoding = Encoding.GetEncoding(name);
        var (word, line) = FirstWord(bytes, encoding);
        problems.Warn(
            "encoding-guessed",
            $"the file is not UTF-8; it was read as {name}, which is a guess: '{word}' in line {line} is the first word with such a letter",
            "If the word is wrong, choose another encoding (--encoding), or save the file as UTF-8."
        );
        return new(encoding, name, 0);
    }

    /// <summary>Share of letters beside ASCII letters up to which words are Cyrillic: "süß" and "Größe" are not.</summary>
    const double SomeBesideAscii = 0.3;

    /// <summary>
    /// Japanese, Chinese and Korean text has pairs of bytes; Cyrillic words consist of bytes from 0xC0 in windows-1251; in Western text
    /// such letters stand alone between ASCII letters, where windows-1252 has punctuation at 0x80 to 0x9F and the encodings of DOS have
    /// letters.
    /// </summary>
    static string NameOf(ReadOnlySpan<byte> bytes)
    {
        // ä ö ü é è ñ ç á ó ú in the encodings of DOS and of the Macintosh
        ReadOnlySpan<byte> dosLetters = [0x84, 0x94, 0x81, 0x82, 0x85, 0xA4, 0x87, 0xA0, 0xA2, 0xA3];
        ReadOnlySpan<byte> macLetters = [0x8A, 0x9A, 0x9F, 0x8E, 0x8F, 0x96, 0x8D, 0x97, 0x9C];
        int dos = 0,
            mac = 0,
            high = 0,
            paired = 0,
            upper = 0,
            lower = 0,
            betweenLetters = 0,
            lowBetweenLetters = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] < 0x80)
                continue;
            high++;
            var beside = i > 0 && bytes[i - 1] >= 0x80 || i + 1 < bytes.Length && bytes[i + 1] >= 0x80;
            if (beside)
                paired++;
            if (bytes[i] is >= 0xC0 and <= 0xDF)
                upper++;
            if (bytes[i] >= 0xE0)
                lower++;
            if (i > 0 && char.IsAsciiLetter((char)bytes[i - 1]) || i + 1 < bytes.Length && char.IsAsciiLetter((char)bytes[i + 1]))
            {
                betweenLetters++;
                if (bytes[i] is >= 0x80 and <= 0xA7)
                    lowBetweenLetters++;
                if (dosLetters.Contains(bytes[i]))
                    dos++;
                if (macLetters.Contains(bytes[i]))
                    mac++;
            }
        }
        if (paired > 0.7 * high)
        {
            foreach (var name in (string[])["shift_jis", "gb18030", "euc-kr"])
                if (upper + lower < 0.95 * high && IsValid(bytes, name))
                    return name;
            if (upper + lower > 0.8 * high && betweenLetters < SomeBesideAscii * high)
                return lower >= upper ? "windows-1251" : "koi8-r";
        }
        return lowBetweenLetters <= 0.7 * betweenLetters || betweenLetters == 0 ? "windows-1252"
            : mac > dos ? "macintosh"
            : "ibm850";
    }

    static bool IsValid(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    static (string Word, int Line) FirstWord(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        const int most = 2000;
        var at = bytes.IndexOfAnyExceptInRange((byte)0, (byte)127);
        // A character of several bytes may end in an ASCII byte: the line is decoded from its beginning.
        var from = Math.Max(bytes[..at].LastIndexOf((byte)'\n') + 1, at - most);
        var line = encoding.GetString(bytes[from..Math.Min(bytes.Length, at + most)]);
        var middle = line.AsSpan().IndexOfAnyExceptInRange('\0', '\u007F');
        int start = middle,
            end = middle + 1;
        while (start > 0 && char.IsLetter(line[start - 1]))
            start--;
        while (end < line.Length && char.IsLetter(line[end]))
            end++;
        return (Layout.CellText.Short(line[start..end]), bytes[..at].Count((byte)'\n') + 1);
    }
}
