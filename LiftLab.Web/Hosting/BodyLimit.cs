using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;

namespace LiftLab.Web.Hosting;

/// <summary>
/// The body of a request with its limit, in place of the server's own. The server refuses a body that is too large and ends the
/// connection with bytes unread; a reverse proxy that still sends them then answers 502, and a client may lose the refusal. Here the rest
/// is read and discarded first, up to <see cref="MostBytes"/> and <see cref="Longest"/>, so that the refusal arrives. Of what is left
/// after the response, the server discards for five seconds before it ends the connection.
/// </summary>
sealed class BodyLimit(HttpRequest request, long? most, TimeProvider clock) : Stream, IHttpMaxRequestBodySizeFeature
{
    /// <summary>Bytes of a refused body that are discarded before the refusal.</summary>
    public const long MostBytes = 512L << 20;

    /// <summary>Time for which a refused body is discarded before the refusal.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    readonly Stream body = request.Body;
    long read;

    /// <summary>Bytes; null for no limit. Set by the metadata of an endpoint, or by the endpoint before it reads.</summary>
    public long? MaxRequestBodySize { get; set; } = most;

    public bool IsReadOnly => read > 0;

    /// <summary>For programs' requests: pages send nothing large but through their connection.</summary>
    public static Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var server = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (server is { IsReadOnly: false } && LabHost.IsForScripts(context.Request.Path))
        {
            var limit = new BodyLimit(
                context.Request,
                server.MaxRequestBodySize,
                context.RequestServices.GetRequiredService<TimeProvider>()
            );
            server.MaxRequestBodySize = null;
            context.Request.Body = limit;
            context.Features.Set<IHttpMaxRequestBodySizeFeature>(limit);
        }
        return next(context);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (request.ContentLength > MaxRequestBodySize)
            await RefuseAsync(cancellationToken);
        var count = await body.ReadAsync(buffer, cancellationToken);
        read += count;
        if (read > MaxRequestBodySize)
            await RefuseAsync(cancellationToken);
        return count;
    }

    /// <exception cref="BadHttpRequestException">Always.</exception>
    [DoesNotReturn]
    async Task RefuseAsync(CancellationToken cancel)
    {
        // A client that waits for "100 Continue" sends nothing after a refusal.
        if (request.Headers.Expect.Count == 0 || read > 0)
            await DiscardAsync(cancel);
        throw new BadHttpRequestException("The body of the request is too large.", StatusCodes.Status413PayloadTooLarge);
    }

    async Task DiscardAsync(CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(Longest, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        var buffer = new byte[1 << 16];
        try
        {
            int count;
            for (var left = MostBytes; left > 0 && (count = await body.ReadAsync(buffer, limit.Token)) > 0; )
                left -= count;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            // too slow, or gone: the refusal is written all the same
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
