using System.Diagnostics;

namespace LiftLab.Engine;

/// <summary>
/// A turn among processes, also of several machines on a network file system: a lock on a file, which the operating system releases when
/// the process dies.
/// </summary>
public static class FileTurn
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the turn.</summary>
    /// <param name="file">The file to lock; created if it does not exist, and left.</param>
    /// <exception cref="IOException">The folder cannot be written, or another process keeps its turn.</exception>
    public static IDisposable Take(string file)
    {
        var since = Stopwatch.GetTimestamp();
        FileStream? turn = null;
        SpinWait.SpinUntil(() => (turn = Try(file, since)) is not null);
        return turn!;
    }

    /// <summary>Null where another process has its turn.</summary>
    /// <param name="since">A timestamp of <see cref="Stopwatch"/>: when the caller began to wait.</param>
    /// <inheritdoc cref="Take"/>
    public static FileStream? Try(string file, long since)
    {
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsInUse(e))
        {
            return Stopwatch.GetElapsedTime(since) < Longest
                ? null
                : throw new IOException(
                    $"Another process holds '{file}' for more than {Longest.TotalSeconds:0} s. Stop it, then try again.",
                    e
                );
        }
    }

    /// <summary>EAGAIN of Linux and macOS, sharing and lock violations of Windows.</summary>
    public static bool IsInUse(Exception e) => (e.HResult & 0xFFFF) is 11 or 35 or 32 or 33;
}
