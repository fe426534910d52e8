namespace LiftLab.Engine.Runs.Events;

/// <summary>
/// Reads a run's events in order over all attempts, and continues at the same place when the files grow. Not thread-safe. Events that a
/// superseded attempt wrote after its successor began are skipped, so every reader gets the same events.
/// </summary>
public sealed class RunTail(IEventFolder folder, long afterSequence = 0)
{
    const int Window = 256 << 10;
    byte[] buffer = new byte[Window];
    int attempt;
    long offset;

    /// <summary>Sequence number of the last event read, or of the event to start after.</summary>
    public long Sequence { get; private set; } = afterSequence;

    /// <summary>The last sequence number in a run's files; 0 before the first event.</summary>
    public static long LastSequence(IEventFolder folder) =>
        AttemptFile.Numbers(folder).Select(n => AttemptFile.End(folder.AttemptFile(n)).Sequence).DefaultIfEmpty().Max();

    /// <summary>All events of a run so far.</summary>
    /// <exception cref="DirectoryNotFoundException">The run has been deleted.</exception>
    public static IReadOnlyList<RunEvent> All(IEventFolder folder)
    {
        var (tail, events) = (new RunTail(folder), new List<RunEvent>());
        while (tail.Read() is { Count: > 0 } more)
            events.AddRange(more);
        return events;
    }

    /// <summary>
    /// The events written since the last call, at most about <paramref name="limit"/>; empty if there are none.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The run has been deleted.</exception>
    /// <exception cref="IOException">A file cannot be read, or has a line longer than <see cref="AttemptFile.LongestLine"/>.</exception>
    public IReadOnlyList<RunEvent> Read(int limit = 2_000)
    {
        var events = new List<RunEvent>();
        while (events.Count < limit)
        {
            // Check for a successor before reading: if it exists, this file is complete and is read to its end.
            var next = Next();
            if (attempt > 0 && ReadOn(events, limit, next is { } n ? AttemptFile.FirstSequence(folder.AttemptFile(n)) : null))
                continue;
            if (next is null)
                break;
            (attempt, offset) = (next.Value, 0);
        }
        return events;
    }

    int? Next()
    {
        if (attempt > 0 && File.Exists(folder.AttemptFile(attempt + 1)))
            return attempt + 1;
        var numbers = AttemptFile.Numbers(folder);
        if (numbers.Count == 0 && !Directory.Exists(folder.Path))
            throw new DirectoryNotFoundException($"the run '{folder.Id}' has been deleted");
        foreach (var number in numbers)
            if (number > attempt)
                return number;
        return null;
    }

    /// <summary>Reads one window of the current file. False if no complete line remains in it.</summary>
    bool ReadOn(List<RunEvent> events, int limit, long? successor)
    {
        using var stream = AttemptFile.OpenRead(folder.AttemptFile(attempt));
        stream.Position = offset;
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var start = 0;
        while (events.Count < limit && buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = buffer.AsSpan(start, end);
            start += end + 1;
            var sequence = AttemptFile.SequenceOf(line);
            if (sequence <= Sequence || sequence >= successor)
                continue;
            if (AttemptFile.Parse(line) is not { } e)
                continue;
            events.Add(e);
            Sequence = e.Sequence;
        }
        offset += start;
        if (start > 0)
            return true;
        if (length < buffer.Length)
            return false;
        if (buffer.Length > AttemptFile.LongestLine)
            throw new IOException(
                $"'{folder.AttemptFile(attempt)}' is damaged: it has a line of more than {ByteWords.Of(AttemptFile.LongestLine)}"
            );
        Array.Resize(ref buffer, buffer.Length * 2);
        return true;
    }
}
