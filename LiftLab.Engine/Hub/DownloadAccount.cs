namespace LiftLab.Engine.Hub;

/// <summary>Sums the bytes of files downloaded in parallel and reports progress about every per mille.</summary>
sealed class DownloadAccount(long total, IProgress<DownloadProgress>? progress)
{
    readonly Lock door = new();
    long total = total,
        done,
        told = -1;

    long Step => Math.Max(1, total / 1000);

    /// <summary>The bytes of all files, where they become known with the first answer.</summary>
    public void Expect(long bytes)
    {
        lock (door)
            total = bytes;
    }

    /// <param name="bytes">Received bytes; negative if a file must be downloaded again.</param>
    public void Add(string doing, long bytes)
    {
        lock (door)
        {
            done += bytes;
            if (bytes >= 0 && done / Step == told && done != total)
                return;
            told = done / Step;
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
