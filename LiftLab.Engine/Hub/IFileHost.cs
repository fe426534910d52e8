namespace LiftLab.Engine.Hub;

/// <summary>The service from which <see cref="FileDownload"/> gets a file.</summary>
interface IFileHost
{
    /// <summary>The service, for messages ("the hub").</summary>
    string Service { get; }

    /// <summary>What the file belongs to, for messages ("EleutherAI/gpt-j-6b").</summary>
    string Owner { get; }

    /// <summary>Maximum number of retries without received data.</summary>
    int Retries { get; }

    TimeProvider Time { get; }

    /// <summary>
    /// Requests a file's content from a byte on. The service may ignore the range and send the whole file: check the status.
    /// </summary>
    /// <exception cref="HubException">The request was refused, or the service cannot be reached.</exception>
    Task<HttpResponseMessage> OpenAsync(HubFile file, long from, CancellationToken cancel);

    /// <summary>Reads from an answer; a service that sends nothing for too long is a broken connection.</summary>
    /// <exception cref="HttpIOException">It sends nothing.</exception>
    Task<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancel);
}
