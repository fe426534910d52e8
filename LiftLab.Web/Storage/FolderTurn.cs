using System.Diagnostics;
using LiftLab.Engine;

namespace LiftLab.Web.Storage;

/// <summary>
/// A turn among the dashboards that share a lab's folder: a lock on a file, which the operating system releases when the process dies.
/// Where the lab has one dashboard, every turn is free.
/// </summary>
static class FolderTurn
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <param name="name">What is taken in turns.</param>
    /// <exception cref="IOException">The folder cannot be written, or another dashboard keeps its turn.</exception>
    public static IDisposable? Take(LabFolder lab, string name)
    {
        if (!lab.IsShared)
            return null;
        var since = Stopwatch.GetTimestamp();
        FileStream? turn = null;
        SpinWait.SpinUntil(() => (turn = FileTurn.Try(FileOf(lab, name), since)) is not null);
        return turn;
    }

    /// <inheritdoc cref="Take"/>
    public static async Task<IDisposable?> TakeAsync(LabFolder lab, string name, CancellationToken cancel)
    {
        for (var since = Stopwatch.GetTimestamp(); lab.IsShared; await Task.Delay(Pause, cancel))
            if (FileTurn.Try(FileOf(lab, name), since) is { } turn)
                return turn;
        return null;
    }

    static string FileOf(LabFolder lab, string name) => Path.Combine(lab.Path, name + ".turn");
}
