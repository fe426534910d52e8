using System.Diagnostics;

namespace LiftLab.Web.Storage;

/// <summary>
/// A turn among the dashboards that share a lab's folder: a lock on a file, which the operating system releases when the process dies.
/// Where the lab has one dashboard, every turn is free.
/// </summary>
static class FolderTurn
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10),
        Longest = TimeSpan.FromSeconds(30);

    /// <param name="name">What is taken in turns.</param>
    /// <exception cref="IOException">The folder cannot be written, or another dashboard keeps its turn.</exception>
    public static IDisposable? Take(LabFolder lab, string name)
    {
        if (!lab.IsShared)
            return null;
        var since = Stopwatch.GetTimestamp();
        FileStream? turn = null;
        SpinWait.SpinUntil(() => (turn = Try(lab, name, since)) is not null);
        return turn;
    }

    /// <inheritdoc cref="Take"/>
    public static async Task<IDisposable?> TakeAsync(LabFolder lab, string name, CancellationToken cancel)
    {
        for (var since = Stopwatch.GetTimestamp(); lab.IsShared; await Task.Delay(Pause, cancel))
            if (Try(lab, name, since) is { } turn)
                return turn;
        return null;
    }

    static FileStream? Try(LabFolder lab, string name, long since)
    {
        var file = Path.Combine(lab.Path, name + ".turn");
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (LabFolder.IsInUse(e))
        {
            return Stopwatch.GetElapsedTime(since) < Longest
                ? null
                : throw new IOException(
                    $"Another dashboard holds '{file}' for more than {Longest.TotalSeconds:0} s. Stop it, then try again.",
                    e
                );
        }
    }
}
