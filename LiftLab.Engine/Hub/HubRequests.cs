using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;

namespace LiftLab.Engine.Hub;

/// <summary>
/// HTTP requests with retries after temporary errors. Redirections are followed without sending the token to another host.
/// </summary>
sealed class HubRequests : IDisposable
{
    const int LongestPause = 120;
    readonly HttpClient client;
    readonly TimeSpan patience;

    public HubRequests(HubOptions options, TimeProvider time)
    {
        patience = options.Patience;
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            AutomaticDecompression = DecompressionMethods.None,
        };
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(
                new HttpRetryStrategyOptions
                {
                    MaxRetryAttempts = options.Retries,
                    Delay = TimeSpan.FromSeconds(1),
                    MaxDelay = TimeSpan.FromSeconds(30),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = false,
                    // no retry if the server asks for a longer pause: the error tells the user when to try again
                    ShouldHandle = async arguments =>
                        await new HttpRetryStrategyOptions().ShouldHandle(arguments)
                        && Pause(arguments.Outcome.Result, time) <= TimeSpan.FromSeconds(LongestPause),
                }
            )
            .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.Patience })
            .Build();
        client = new(new ResilienceHandler(pipeline) { InnerHandler = new Redirections(options) { InnerHandler = sockets } })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new("LiftLab", "1.0"));
    }

    /// <summary>
    /// Returns the response once its headers are received; the content is not read yet. Does not throw for error statuses.
    /// </summary>
    public async Task<HttpResponseMessage> GetAsync(Uri address, long from, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (from > 0)
            request.Headers.Range = new(from, null);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    /// <summary>Reads from an answer; a server that sends nothing for <see cref="HubOptions.Patience"/> is a broken connection.</summary>
    /// <exception cref="HttpIOException">It sends nothing.</exception>
    public async Task<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancel)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(patience);
        try
        {
            return await content.ReadAsync(buffer, silence.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, "the server stopped sending in the middle of the file", e);
        }
    }

    /// <summary>The content of an answer.</summary>
    /// <param name="most">Maximum bytes.</param>
    /// <returns>Null where there is more.</returns>
    public async Task<byte[]?> ReadAllAsync(HttpResponseMessage response, long most, CancellationToken cancel)
    {
        await using var content = await response.Content.ReadAsStreamAsync(cancel);
        var (all, buffer) = (new MemoryStream(), new byte[1 << 16]);
        for (int read; (read = await ReadAsync(content, buffer, cancel)) > 0; )
        {
            all.Write(buffer, 0, read);
            if (all.Length > most)
                return null;
        }
        return all.ToArray();
    }

    /// <summary>Whether a request failed because the server could not be reached or stopped answering.</summary>
    public static bool IsNetwork(Exception e, CancellationToken cancel) =>
        !cancel.IsCancellationRequested
        && e is HttpRequestException or TimeoutRejectedException or HttpIOException or OperationCanceledException;

    /// <summary>The pause that a server requests (Retry-After); zero if none.</summary>
    public static TimeSpan Pause(HttpResponseMessage? response, TimeProvider time) =>
        response?.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };

    public void Dispose() => client.Dispose();

    sealed class Redirections(HubOptions options) : DelegatingHandler
    {
        const int Most = 8;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
        {
            var address = request.RequestUri!;
            for (var hop = 0; ; hop++)
            {
                using var copy = new HttpRequestMessage(request.Method, address);
                foreach (var (name, values) in request.Headers)
                    copy.Headers.TryAddWithoutValidation(name, values);
                if (
                    options.Token is { } token
                    && address.Authority == options.Endpoint.Authority
                    && address.Scheme == options.Endpoint.Scheme
                )
                    copy.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                var response = await base.SendAsync(copy, cancel);
                if (
                    response.StatusCode
                        is not (
                            HttpStatusCode.MovedPermanently
                            or HttpStatusCode.Redirect
                            or HttpStatusCode.SeeOther
                            or HttpStatusCode.TemporaryRedirect
                            or HttpStatusCode.PermanentRedirect
                        )
                    || response.Headers.Location is not { } location
                )
                    return response;
                response.Dispose();
                if (!Uri.TryCreate(address, location, out var next) || next.Scheme is not ("http" or "https"))
                    throw Refused($"{address.Host} redirects to '{location.OriginalString}', which is not an http or https address");
                if (hop == Most)
                    throw Refused($"there are more than {Most} redirections from {request.RequestUri}");
                if (address.Scheme == "https" && next.Scheme != "https")
                    throw Refused($"{address.Host} redirects to an address that is not encrypted");
                address = next;
            }
        }

        /// <summary>Not retried: the server would answer the same again.</summary>
        static HubException Refused(string what) => new("server-failed", what, "Check the endpoint, or use another one.");
    }
}
