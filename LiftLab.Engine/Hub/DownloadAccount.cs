namespace LiftLab.Engine.Hub;

/// <summary>Sums the bytes of files downloaded in parallel and reports progress about every per mille.</summary>
sealed class DownloadAccount(long total, IProgress<DownloadProgress>? progress)
{
    readonly Lock door = new();
    readonly long step = Math.Max(1, total / 1000);
    long done,
        told = -1;

    /// <param name="bytes">Received bytes; negative if a file must be downloaded again.</param>
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

    /// <summary>Reports an activity without new bytes.</summary>
    public void Say(string doing)
    {
        lock (door)
            progress?.Report(new(doing, done, total));
    }
}
