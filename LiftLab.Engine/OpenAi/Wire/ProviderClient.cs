using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenAI;

namespace LiftLab.Engine.OpenAi.Wire;

/// <summary>
/// Sends JSON to a provider through the pipeline of the official OpenAI package, and reads answers more tolerantly than its typed
/// clients, which throw on null fields and on states that they do not know. Thread-safe.
/// </summary>
public sealed class ProviderClient : IDisposable
{
    /// <summary>Maximum tries of a request after the first.</summary>
    const int Retries = 6;

    /// <summary>A list that does not end after so many pages is wrong.</summary>
    const int MostPages = 2_000;

    /// <summary>Maximum bytes of an answer: larger ones are not read into memory.</summary>
    const long LongestAnswer = 256L << 20;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2),
        Impatience = TimeSpan.FromSeconds(30);

    readonly OpenAIClient client;
    readonly HttpClient http;
    readonly string? key;

    /// <param name="key">Null where the provider needs none.</param>
    /// <param name="transport">What sends the requests; owned by this client.</param>
    /// <param name="wait">Waits before a request is repeated.</param>
    /// <param name="retries">Maximum tries of a request after the first.</param>
    ProviderClient(
        Provider provider,
        string? key,
        HttpMessageHandler transport,
        Func<TimeSpan, CancellationToken, Task> wait,
        int retries = Retries
    )
    {
        (Provider, this.key) = (provider, key);
        http = new(transport) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        client = new(
            new ApiKeyCredential(key ?? "none"),
            new OpenAIClientOptions
            {
                Endpoint = new(provider.Address),
                Transport = new HttpClientPipelineTransport(http),
                RetryPolicy = new PatientRetry(retries, wait),
                NetworkTimeout = retries < Retries ? Impatience : Patience,
                UserAgentApplicationId = "LiftLab",
            }
        );
    }

    public Provider Provider { get; }

    /// <summary>Answers that the run has paid for before; null where none are looked for.</summary>
    internal KeptAnswers? Kept { get; private init; }

    /// <summary>A client of the real service.</summary>
    /// <param name="log">Where exchanges are kept; null to keep none.</param>
    /// <param name="waits">Whether failed requests are repeated, for minutes if need be. A person at a page is told at once.</param>
    /// <param name="kept">Exchanges whose answers are taken before the service is asked; null for none.</param>
    public static ProviderClient Open(
        Provider provider,
        string? key,
        ExchangeLog? log,
        TimeProvider clock,
        bool waits = true,
        string? kept = null
    )
    {
        provider.Check();
        // A redirect could carry the request to another host; it becomes an error that names the address.
        HttpMessageHandler transport = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        if (log is not null)
            transport = new RecordingHandler(log, provider.Address, text => Without(key, text), clock, transport);
        return new(provider, key, transport, (time, cancel) => Task.Delay(time, clock, cancel), waits ? Retries : 0)
        {
            Kept = kept is null ? null : new(kept),
        };
    }

    /// <summary>A client that answers from kept exchanges, without a network, a key or waiting.</summary>
    public static ProviderClient Replay(Provider provider, IEnumerable<Exchange> exchanges) =>
        new(provider, null, new ReplayHandler(exchanges, provider.Address), (_, _) => Task.CompletedTask);

    /// <param name="path">Below the provider's address, without a slash in front.</param>
    /// <exception cref="ProviderException">The provider refused, or could not be reached.</exception>
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancel) =>
        Parse(await SendAsync("GET", path, null, cancel), isRead: true);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> GetTextAsync(string path, CancellationToken cancel) => await SendAsync("GET", path, null, cancel);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonObject> DeleteAsync(string path, CancellationToken cancel) =>
        Parse(await SendAsync("DELETE", path, null, cancel));

    /// <summary>Sends JSON. The request is repeated after transient faults.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonObject> PostAsync(string path, JsonObject? body, CancellationToken cancel) =>
        Parse(await SendAsync("POST", path, Content(body), cancel));

    /// <summary>An answer to this request that the run has received before; null where there is none, or it was taken already.</summary>
    public JsonObject? AnsweredBefore(string path, JsonObject body) =>
        Kept?.Take(
            Exchange.KeyOf(
                "POST",
                ReplayHandler.PathOf(new($"{Provider.Address}/{path}{Version(path)}"), Provider.Address),
                body.ToJsonString()
            )
        );

    /// <summary>Sends a request that costs money when it is done twice: it is not repeated here.</summary>
    /// <param name="idempotencyKey">A service that knows the header answers a repeated key with the first result.</param>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonObject> PostOnceAsync(string path, JsonObject body, string idempotencyKey, CancellationToken cancel) =>
        Parse(
            await SendAsync(
                "POST",
                path,
                Content(body),
                cancel,
                message =>
                {
                    message.Request.Headers.Set("Idempotency-Key", idempotencyKey);
                    message.SetProperty(typeof(PatientRetry.Once), new PatientRetry.Once());
                }
            )
        );

    /// <summary>Uploads a file.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonObject> UploadAsync(string path, string name, byte[] content, string purpose, CancellationToken cancel)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(purpose), "purpose" },
            { new ByteArrayContent(content), "file", name },
        };
        var bytes = await form.ReadAsByteArrayAsync(cancel);
        return Parse(
            await SendAsync(
                "POST",
                path,
                BinaryContent.Create(BinaryData.FromBytes(bytes)),
                cancel,
                null,
                form.Headers.ContentType!.ToString()
            )
        );
    }

    /// <summary>
    /// The items of a list, in the service's order, over all pages. Ends where a page is empty, repeats its last item or says that there
    /// is no more.
    /// </summary>
    /// <inheritdoc cref="GetAsync"/>
    public async IAsyncEnumerable<JsonObject> ListAsync(
        string path,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        const int PageSize = 100;
        string? after = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var pages = 0; pages < MostPages; pages++)
        {
            var query =
                FormattableString.Invariant($"{path}?limit={PageSize}") + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
            var page = await GetAsync(query, cancel);
            var news = false;
            foreach (var item in page["data"] as JsonArray ?? [])
                if (item is JsonObject o && (Fields.Text(o, "id") is not { } id || seen.Add(id)))
                {
                    news = true;
                    after = Fields.Text(o, "id") ?? after;
                    yield return o;
                }
            if (!news || after is null || Fields.Flag(page, "has_more") != true)
                yield break;
        }
    }

    /// <summary>A text without the key: some services repeat it in their errors.</summary>
    static string Without(string? key, string text) => key is { Length: > 3 } ? text.Replace(key, "(key)", StringComparison.Ordinal) : text;

    static BinaryContent? Content(JsonObject? body) =>
        body is null ? null : BinaryContent.Create(BinaryData.FromString(body.ToJsonString()));

    async Task<string> SendAsync(
        string method,
        string path,
        BinaryContent? content,
        CancellationToken cancel,
        Action<PipelineMessage>? prepare = null,
        string type = "application/json"
    )
    {
        cancel.ThrowIfCancellationRequested();
        Reply reply;
        try
        {
            reply = await ReplyAsync(method, path, content, prepare, type, cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (Exception e) when (Network(e) is { } why)
        {
            throw new ProviderException(
                "unreachable",
                $"{Provider.Name} could not be reached at {new Uri(Provider.Address).Authority} ({why})",
                "Check the address and the network. A run goes on when it is resumed.",
                e
            )
            {
                IsTransient = true,
            };
        }
        if (reply.Status is >= 200 and < 300)
            return reply.Body;
        var request = reply.RequestId is { } id ? Without(key, id) : null;
        if (reply.Status is >= 300 and < 400)
            throw new ProviderException(
                "moved",
                $"{Provider.Name} answers at another address{(reply.Location is { } to ? $": {Without(key, to)}" : "")}",
                "Enter the service's own address."
            )
            {
                Status = reply.Status,
                RequestId = request,
            };
        throw Refusals.Explain(Provider.Name, reply.Status, Without(key, reply.Body), request);
    }

    /// <summary>What is needed of an answer, without the message, which can throw when it is disposed of after a cut.</summary>
    /// <param name="Location">Where the service sends to instead; null where it does not.</param>
    sealed record Reply(int Status, string Body, string? RequestId, string? Location);

    async Task<Reply> ReplyAsync(
        string method,
        string path,
        BinaryContent? content,
        Action<PipelineMessage>? prepare,
        string type,
        CancellationToken cancel
    )
    {
        using var message = client.Pipeline.CreateMessage();
        message.Apply(new() { CancellationToken = cancel });
        message.Request.Method = method;
        message.Request.Uri = new($"{Provider.Address}/{path}{Version(path)}");
        message.Request.Headers.Set("Accept", "application/json");
        if (content is not null)
        {
            message.Request.Content = content;
            message.Request.Headers.Set("Content-Type", type);
        }
        prepare?.Invoke(message);
        await client.Pipeline.SendAsync(message);
        var response = message.Response!;
        return new(response.Status, response.Content.ToString(), Header("x-request-id"), Header("Location"));

        string? Header(string name) => response.Headers.TryGetValue(name, out var value) ? value : null;
    }

    string Version(string path) =>
        Provider.ApiVersion is { } version
            ? (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "api-version=" + Uri.EscapeDataString(version)
            : "";

    /// <summary>Why the network failed; null for other faults.</summary>
    static string? Network(Exception e) =>
        e switch
        {
            AggregateException { InnerExceptions: [.., var last] } => Network(last),
            HttpRequestException or IOException => e.InnerException?.Message ?? e.Message,
            OperationCanceledException or TimeoutException => "no answer in time",
            ObjectDisposedException => "the answer was cut off",
            ClientResultException { Status: 0 } => e.Message,
            _ => null,
        };

    /// <param name="isRead">Whether a bare list is an answer, too: some services list without an object around it.</param>
    JsonObject Parse(string body, bool isRead = false)
    {
        try
        {
            switch (JsonNode.Parse(body))
            {
                case JsonObject json:
                    return json;
                case JsonArray list when isRead:
                    return new() { ["data"] = list };
            }
        }
        catch (JsonException) { }
        throw new ProviderException(
            "not-understood",
            $"{Provider.Name} answered with something that is not a JSON object: {ServiceError.Parse(Without(key, body)).Text}",
            "Check that the address ends with the version of the API (\"/v1\")."
        )
        {
            IsTransient = true,
        };
    }

    public void Dispose() => http.Dispose();
}
