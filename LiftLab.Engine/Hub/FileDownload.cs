using System.Net;
using Polly;
using Polly.Retry;

namespace LiftLab.Engine.Hub;

/// <summary>
/// Downloads one file: resumes a partial file, checks the hash of the whole content, and only then gives the file its final name.
/// </summary>
/// <param name="most">Maximum bytes where the size is not known before.</param>
sealed class FileDownload(IFileHost host, HubFile file, string folder, DownloadAccount account, long most = long.MaxValue)
{
    const int BufferBytes = 1 << 18;
    int triesWithoutGain;
    long mostReceived;
    bool begunAgain;

    public static string Part(string folder, HubFile file) => Path.Combine(folder, file.Name + ".part");

    /// <exception cref="HubException">The request was refused, the service cannot be reached, or the content does not match the service's
    /// hash.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var path = Path.Combine(folder, file.Name);
        if (File.Exists(path) && await IsWholeAsync(path, cancel))
        {
            account.Add(file.Name, new FileInfo(path).Length);
            return;
        }
        // broken connections are retried as long as retries receive more of the file than any before
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = host.Time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = arguments =>
                        ValueTask.FromResult(arguments.Outcome.Exception is { } e && IsCut(e, cancel) && triesWithoutGain <= host.Retries),
                    MaxRetryAttempts = int.MaxValue,
                    DelayGenerator = _ =>
                        ValueTask.FromResult<TimeSpan?>(TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, triesWithoutGain) / 2))),
                }
            )
            .Build();
        try
        {
            await pipeline.ExecuteAsync(async stop => await FetchAsync(path, stop), cancel);
        }
        catch (Exception e) when (IsCut(e, cancel))
        {
            throw new HubException(
                "offline",
                $"the connection broke repeatedly while {file.Name} was downloaded: {e.GetBaseException().Message}",
                "Start the download again; it resumes where it stopped.",
                e
            );
        }
    }

    async Task FetchAsync(string path, CancellationToken cancel)
    {
        var part = Part(folder, file);
        triesWithoutGain++;
        await using (var to = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1, useAsync: true))
        {
            if (to.Length > Largest)
                to.SetLength(0);
            using var hash = new ContentHash(file);
            if (to.Length > 0)
                account.Say($"checking {file.Name}");
            await hash.AddAsync(to, cancel);
            account.Add(file.Name, to.Length);
            try
            {
                if (to.Length < file.Size || !file.IsSizeKnown)
                    await ReceiveAsync(to, hash, cancel);
                if (!hash.Matches())
                {
                    account.Add(file.Name, -to.Length);
                    to.SetLength(0);
                    if (begunAgain)
                        throw new HubException(
                            "checksum-wrong",
                            $"{file.Name} of {host.Owner} was downloaded twice and does not match {host.Service}'s hash",
                            "Try again later, or use another endpoint; nothing of the file was kept."
                        );
                    begunAgain = true;
                    throw new HttpIOException(HttpRequestError.InvalidResponse, $"the content does not match {host.Service}'s hash");
                }
            }
            catch when (to.Length > 0 && !cancel.IsCancellationRequested)
            {
                account.Add(file.Name, -to.Length); // the next try counts these bytes again
                throw;
            }
            to.Flush(flushToDisk: true);
        }
        File.Move(part, path, overwrite: true);
    }

    async Task ReceiveAsync(FileStream to, ContentHash hash, CancellationToken cancel)
    {
        var from = to.Length;
        using var response = await host.OpenAsync(file, from, cancel);
        if (
            response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
            || (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != from)
        )
        {
            Restart(to, hash);
            throw new HttpIOException(HttpRequestError.InvalidResponse, "the server does not continue the file where it stopped");
        }
        if (response.StatusCode == HttpStatusCode.OK && from > 0)
            Restart(to, hash); // the server ignored the range header
        if (!file.IsSizeKnown && LengthOf(response) is { } told)
        {
            if (told > most)
                throw TooLarge(told);
            account.Expect(told);
        }
        await using var content = await response.Content.ReadAsStreamAsync(cancel);
        to.Position = to.Length;
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var read = await host.ReadAsync(content, buffer, cancel);
            if (read == 0)
                break;
            if (to.Length + read > Largest)
                throw file.IsSizeKnown ? TooLong(to, hash) : TooLarge(null);
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            hash.Add(buffer.AsSpan(0, read));
            account.Add(file.Name, read);
            if (to.Length <= mostReceived)
                continue;
            (mostReceived, triesWithoutGain) = (to.Length, 0);
        }
        if (!file.IsSizeKnown)
        {
            if (LengthOf(response) is { } whole && to.Length < whole)
                throw Cut();
            return;
        }
        if (to.Length < file.Size && LengthOf(response) == to.Length)
        {
            var length = to.Length;
            Restart(to, hash);
            throw new HubException(
                "server-failed",
                $"{file.Name} of {host.Owner} has {length} bytes on the server, and {host.Service} lists it with {file.Size}",
                "Try again later, or use another endpoint; nothing of the file was kept."
            );
        }
        if (to.Length < file.Size)
            throw Cut();
    }

    /// <summary>Maximum bytes of the file.</summary>
    long Largest => file.IsSizeKnown ? file.Size : most;

    static HttpIOException Cut() => new(HttpRequestError.ResponseEnded, "the connection ended in the middle of the file");

    HubException TooLarge(long? bytes) =>
        new(
            "too-large",
            $"{file.Name} of {host.Owner} has {(bytes is { } known ? ByteWords.Of(known) : "more")}, and at most {ByteWords.Of(most)} are read",
            "Choose a smaller one, or raise the limit in the settings."
        );

    /// <summary>Length of the whole file according to an answer; null if it does not tell.</summary>
    static long? LengthOf(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.PartialContent
            ? response.Content.Headers.ContentRange?.Length
            : response.Content.Headers.ContentLength;

    HttpIOException TooLong(FileStream to, ContentHash hash)
    {
        Restart(to, hash);
        return new(HttpRequestError.InvalidResponse, $"the server sent more than the expected {file.Size} bytes");
    }

    void Restart(FileStream to, ContentHash hash)
    {
        account.Add(file.Name, -to.Length);
        to.SetLength(0);
        hash.Restart();
    }

    async Task<bool> IsWholeAsync(string path, CancellationToken cancel)
    {
        await using var there = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, useAsync: true);
        if (file.IsSizeKnown ? there.Length != file.Size : file.Md5 is null)
            return false;
        account.Say($"checking {file.Name}");
        using var hash = new ContentHash(file);
        await hash.AddAsync(there, cancel);
        return hash.Matches();
    }

    static bool IsCut(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested && e is HttpIOException or HttpRequestException
        || (e is IOException io && e is not HttpIOException && io.InnerException is System.Net.Sockets.SocketException);
}
