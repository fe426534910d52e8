using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace LiftLab.Engine.Runs.Events;

/// <summary>The files <c>attempts/NNN.jsonl</c>: finds and parses them. A line counts once its newline is written.</summary>
static class AttemptFile
{
    /// <summary>Longest line that is read; a boundary event is tens of kilobytes.</summary>
    public const int LongestLine = 64 << 20;

    static readonly byte[] SequenceKey = "{\"sequence\":"u8.ToArray();

    /// <summary>Numbers of the existing attempts, ascending.</summary>
    public static IReadOnlyList<int> Numbers(IEventFolder folder)
    {
        if (!Directory.Exists(folder.AttemptsFolder))
            return [];
        var numbers = new List<int>();
        foreach (var file in Directory.EnumerateFiles(folder.AttemptsFolder, "*.jsonl"))
            if (int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                numbers.Add(number);
        numbers.Sort();
        return numbers;
    }

    public static byte[] Write(RunEvent e) => [.. JsonSerializer.SerializeToUtf8Bytes(e, RunJson.Line), (byte)'\n'];

    /// <summary>Null for a damaged line.</summary>
    public static RunEvent? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<RunEvent>(line, RunJson.Line);
        }
        catch (Exception e) when (e is not OutOfMemoryException) // also an unknown or missing kind, and values that a record refuses
        {
            return null;
        }
    }

    /// <summary>The start event of the last attempt, from its first line; null if there is none.</summary>
    public static AttemptStarted? LastStart(IEventFolder folder)
    {
        if (Numbers(folder) is not [.., var attempt])
            return null;
        using var lines = new StreamReader(OpenRead(folder.AttemptFile(attempt)));
        return lines.ReadLine() is { } first ? Parse(System.Text.Encoding.UTF8.GetBytes(first))?.Body as AttemptStarted : null;
    }

    /// <summary>A line's sequence number, without parsing the rest; 0 for a damaged line.</summary>
    public static long SequenceOf(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(SequenceKey))
            return Utf8Parser.TryParse(line[SequenceKey.Length..], out long sequence, out _) ? sequence : 0;
        return Parse(line)?.Sequence ?? 0;
    }

    public static Stream OpenRead(string file) => PlainFile.Open(file);

    /// <summary>The first sequence number of an attempt; null while its first line is incomplete.</summary>
    public static long? FirstSequence(string file)
    {
        using var stream = OpenRead(file);
        var buffer = new byte[128];
        var read = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        // The number is at the start of the line, which can be longer than the bytes read.
        return SequenceOf(buffer.AsSpan(0, read)) is > 0 and var sequence ? sequence : null;
    }

    /// <summary>
    /// The sequence number of the last line that has one, and the length up to the last newline; (0, 0) for a file without a complete
    /// line.
    /// </summary>
    /// <exception cref="IOException">The end of the file has no event in it, or the file cannot be read.</exception>
    public static (long Sequence, long Length) End(string file)
    {
        using var stream = OpenRead(file);
        // A boundary event is tens of kilobytes: widen the window until a whole line with a number is in it.
        for (long window = 64 << 10; ; window *= 8)
        {
            var from = Math.Max(0, stream.Length - window);
            stream.Position = from;
            var bytes = new byte[stream.Length - from];
            bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            var last = bytes.AsSpan().LastIndexOf((byte)'\n');
            for (int end = last, start; end >= 0; end = start - 1)
            {
                start = bytes.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
                if (start == 0 && from > 0)
                    break; // its beginning is before the window
                if (SequenceOf(bytes.AsSpan(start, end - start)) is > 0 and var sequence)
                    return (sequence, from + last + 1);
            }
            if (from == 0)
                return (0, last + 1);
            if (window > LongestLine)
                throw new IOException($"'{file}' is damaged: its last {ByteWords.Of(window)} have no event in them");
        }
    }
}
