using System.Net;
using System.Text;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>
/// Answers requests from the kept exchanges of an earlier run and never opens a connection. Equal requests get their answers in the
/// order in which they were kept, and then the last one again.
/// </summary>
sealed class ReplayHandler(IEnumerable<Exchange> exchanges, string address) : HttpMessageHandler
{
    readonly Lock gate = new();
    readonly Dictionary<string, Queue<Exchange>> kept = exchanges
        .GroupBy(e => e.Key, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => new Queue<Exchange>(g), StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = PathOf(request.RequestUri!, address);
        var key = Exchange.KeyOf(request.Method.Method, path, await BodyOf(request, cancellationToken));
        lock (gate)
        {
            if (!kept.TryGetValue(key, out var queue))
                return Answer(
                    HttpStatusCode.NotFound,
                    """{"error":{"message":"the kept run has no such exchange","code":"not_kept"}}""",
                    request
                );
            var exchange = queue.Count > 1 ? queue.Dequeue() : queue.Peek();
            return Answer((HttpStatusCode)exchange.Status, exchange.Answered, request);
        }
    }

    static HttpResponseMessage Answer(HttpStatusCode status, string body, HttpRequestMessage request) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json"), RequestMessage = request };

    /// <summary>Path and query below the provider's address.</summary>
    internal static string PathOf(Uri request, string address)
    {
        var uri = request.AbsoluteUri;
        return uri.StartsWith(address, StringComparison.Ordinal) ? uri[address.Length..] : request.PathAndQuery;
    }

    /// <summary>The JSON that a request sends; null for none, and for uploads.</summary>
    internal static async Task<string?> BodyOf(HttpRequestMessage request, CancellationToken cancel) =>
        request.Content is { } content && content.Headers.ContentType?.MediaType == "application/json"
            ? await content.ReadAsStringAsync(cancel)
            : null;
}
