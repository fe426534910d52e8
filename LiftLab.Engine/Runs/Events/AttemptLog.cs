using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Events;

/// <summary>
/// The log of one attempt: a separate file with one JSON line per event, which other processes see when the call returns. Sequence numbers
/// continue from earlier attempts. Thread-safe. Creating the file claims the attempt number, so two workers never share one.
/// </summary>
public sealed class AttemptLog : IDisposable
{
    readonly Lock gate = new();
    readonly IEventFolder folder;
    readonly FileStream stream;
    readonly TimeProvider clock;
    readonly string? reserve;
    long sequence;
    bool ended;

    AttemptLog(IEventFolder folder, int attempt, FileStream stream, long sequence, TimeProvider clock, string? reserve)
    {
        (this.folder, Attempt, this.stream, this.sequence, this.clock, this.reserve) = (folder, attempt, stream, sequence, clock, reserve);
    }

    public int Attempt { get; }

    /// <summary>Claims the next attempt number.</summary>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public static AttemptLog Claim(IEventFolder folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder.AttemptsFolder);
        while (true)
        {
            var former = AttemptFile.Numbers(folder);
            var number = former.Count == 0 ? 1 : former[^1] + 1;
            FileStream stream;
            try
            {
                stream = Open(folder, number, FileMode.CreateNew);
            }
            catch (IOException) when (File.Exists(folder.AttemptFile(number)))
            {
                continue;
            }
            // Reserves space so that the disk-full event can still be written.
            var reserve = Path.Combine(folder.AttemptsFolder, $"{number:000}.reserve");
            File.WriteAllBytes(reserve, new byte[16 << 10]);
            var last = former.Select(n => AttemptFile.End(folder.AttemptFile(n)).Sequence).DefaultIfEmpty().Max();
            return new(folder, number, stream, last, clock, reserve);
        }
    }

    /// <summary>
    /// Opens the log of an attempt whose process is known to be dead, to write its end. An incomplete last line is removed.
    /// </summary>
    public static AttemptLog Reopen(IEventFolder folder, int attempt, TimeProvider clock)
    {
        var file = folder.AttemptFile(attempt);
        var (_, length) = AttemptFile.End(file);
        var last = AttemptFile.Numbers(folder).Where(n => n <= attempt).Max(n => AttemptFile.End(folder.AttemptFile(n)).Sequence);
        var reserve = Path.Combine(folder.AttemptsFolder, $"{attempt:000}.reserve");
        File.Delete(reserve);
        var stream = Open(folder, attempt, FileMode.Open);
        stream.SetLength(length);
        stream.Position = length;
        return new(folder, attempt, stream, last, clock, null);
    }

    /// <summary>
    /// A client of NFS keeps what is written to an open file for up to half a minute; a dashboard on another machine would hear of events
    /// and signs of life that late.
    /// </summary>
    static FileStream Open(IEventFolder folder, int attempt, FileMode mode) =>
        new(
            folder.AttemptFile(attempt),
            mode,
            FileAccess.Write,
            FileShare.Read | FileShare.Delete,
            bufferSize: 0,
            NetworkFolder.Is(folder.AttemptsFolder) ? FileOptions.WriteThrough : FileOptions.None
        );

    /// <summary>Whether a higher attempt exists, so that this one must stop.</summary>
    public bool IsSuperseded => File.Exists(folder.AttemptFile(Attempt + 1));

    /// <summary>Whether the log's file was deleted: events go nowhere then, and no write fails.</summary>
    public bool IsGone => !File.Exists(folder.AttemptFile(Attempt));

    /// <summary>Appends one event; does nothing after the terminal event.</summary>
    /// <exception cref="SupersededException">A higher attempt exists.</exception>
    /// <exception cref="IOException">The disk is full; the file then ends with the last complete line.</exception>
    public void Write(string source, LearningEvent body)
    {
        if (IsSuperseded)
            throw new SupersededException(Attempt);
        lock (gate)
        {
            if (ended)
                return;
            var good = stream.Position;
            var line = AttemptFile.Write(new(sequence + 1, Attempt, clock.GetUtcNow(), source, body));
            try
            {
                if (body is RunEnded)
                    FreeReserve();
                stream.Write(line);
            }
            catch (IOException)
            {
                stream.SetLength(good);
                stream.Position = good;
                throw;
            }
            sequence++;
            ended = body is RunEnded;
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        FreeReserve();
    }

    void FreeReserve()
    {
        if (reserve is null)
            return;
        try
        {
            File.Delete(reserve);
        }
        catch (DirectoryNotFoundException) { } // the run was deleted
    }
}

/// <summary>Another attempt has taken over the run.</summary>
public sealed class SupersededException(int attempt) : Exception($"attempt {attempt} is superseded by a later one");
