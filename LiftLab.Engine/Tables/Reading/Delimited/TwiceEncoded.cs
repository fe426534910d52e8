using System.Text;
using System.Text.Unicode;

namespace LiftLab.Engine.Tables.Reading.Delimited;

/// <summary>
/// Text that was encoded as UTF-8 twice: a program read UTF-8 as windows-1252 and saved it as UTF-8 ("MÃ¼ller" for "Müller"). Such a file
/// is valid UTF-8.
/// </summary>
static class TwiceEncoded
{
    /// <summary>The name of the encoding in the options of reading.</summary>
    public const string Name = "utf-8-twice";

    static readonly Encoding Western = MakeWestern();

    /// <summary>The file as UTF-8.</summary>
    /// <param name="Word">The first word that changed, as it is in the file and as it was meant.</param>
    /// <param name="Line">The line of that word, from 1.</param>
    /// <param name="Changed">Number of sequences that changed.</param>
    /// <param name="Kept">Number of other characters outside ASCII; they are kept.</param>
    public sealed record Undone(byte[] Bytes, (string Was, string Is) Word, int Line, int Changed, int Kept)
    {
        /// <param name="undone">Whether the table was read from <see cref="Bytes"/>.</param>
        public Problem Said(bool undone) =>
            new(
                Severity.Warning,
                "encoded-twice",
                $"the text was encoded as UTF-8 twice in {(Changed == 1 ? "1 place" : $"{Changed} places")}: '{Word.Was}' in line {Line} "
                    + (undone ? $"was read as '{Word.Is}'" : $"may stand for '{Word.Is}'"),
                undone ? "Read the file as it is if this is wrong." : "Decode the file twice if the words are wrong."
            )
            {
                Remedies = [undone ? Remedy.Decode("utf-8", "Read as it is") : Remedy.Decode(Name, "Decode twice")],
            };
    }

    /// <summary>Null where no sequence of the file is UTF-8 that was encoded twice, or the file is not UTF-8.</summary>
    public static Undone? Undo(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAnyInRange((byte)0xC2, (byte)0xE2) < 0 || !Utf8.IsValid(bytes))
            return null;
        var (once, first, changed, kept) = Rewrite(bytes);
        if (changed == 0)
            return null;
        var was = WordAt(bytes, first);
        var meant = Encoding.UTF8.GetString(Rewrite(was).Once);
        return new(once, (Encoding.UTF8.GetString(was), meant), bytes[..first].Count((byte)'\n') + 1, changed, kept);
    }

    static (byte[] Once, int First, int Changed, int Kept) Rewrite(ReadOnlySpan<byte> bytes)
    {
        var once = new MemoryStream(bytes.Length);
        int changed = 0,
            kept = 0,
            from = 0,
            first = -1;
        while (from < bytes.Length)
        {
            var next = bytes[from..].IndexOfAnyExceptInRange((byte)0, (byte)127);
            if (next < 0)
                break;
            once.Write(bytes.Slice(from, next));
            from += next;
            var length = bytes[from..].IndexOfAnyInRange((byte)0, (byte)127);
            var run = bytes.Slice(from, length < 0 ? bytes.Length - from : length);
            var meant = Meant(run);
            if (meant is not null)
            {
                if (first < 0)
                    first = from;
                changed++;
            }
            else if (!run.SequenceEqual((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) // the byte order mark
                kept++;
            once.Write(meant is null ? run : meant);
            from += run.Length;
        }
        once.Write(bytes[Math.Min(from, bytes.Length)..]);
        return (once.ToArray(), first, changed, kept);
    }

    /// <summary>The bytes of UTF-8 that a run of characters outside ASCII stands for; null where it is another text.</summary>
    static byte[]? Meant(ReadOnlySpan<byte> run)
    {
        try
        {
            var bytes = Western.GetBytes(Encoding.UTF8.GetString(run));
            return bytes.Length > 1 && Utf8.IsValid(bytes) ? bytes : null;
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    static ReadOnlySpan<byte> WordAt(ReadOnlySpan<byte> bytes, int at)
    {
        const int most = 40;
        int start = at,
            end = at;
        while (start > 0 && at - start < most && IsOfWord(bytes[start - 1]))
            start--;
        while (end < bytes.Length && end - at < most && IsOfWord(bytes[end]))
            end++;
        while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80)
            end++; // not in the middle of a character
        while (start < at && (bytes[start] & 0xC0) == 0x80)
            start++;
        return bytes[start..end];
    }

    static bool IsOfWord(byte b) => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b);

    static Encoding MakeWestern()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("windows-1252", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
