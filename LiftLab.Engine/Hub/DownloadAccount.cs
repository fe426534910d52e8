namespace LiftLab.Engine.Hub;

/// <summary>Adds up the bytes of files that arrive side by side, and reports about each per mille of them.</summary>
sealed class DownloadAccount(long total, IProgress<DownloadProgress>? progress)
{
    readonly Lock door = new();
    readonly long step = Math.Max(1, total / 1000);
    long done,
        told = -1;

    /// <param name="bytes">Gained, or lost where a file must begin again.</param>
    public void Add(string doing, long bytes)
    {
        lock (door)
        {
            done += bytes;
            if (bytes >= 0 && done / step == told && done != total)
                return;
            told = done / step;
            progress?.Report(new(doing, done, total));
        }
    }

    /// <summary>Says what is being done without a byte gained.</summary>
    public void Say(string doing)
    {
        lock (door)
            progress?.Report(new(doing, done, total));
    }
}
