using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LiftLab.Engine.Hub;

/// <summary>Client of a Hugging Face hub: finds models and downloads their files.</summary>
/// <param name="time">Clock for the delays between retries.</param>
public sealed partial class HubClient(HubOptions options, TimeProvider time) : IDisposable
{
    /// <summary>Maximum bytes of the answer that describes a model.</summary>
    const long LargestDescription = 64L << 20;

    readonly HubRequests requests = new(options, time);

    public HubOptions Options { get; } = options;

    internal TimeProvider Time => time;

    /// <param name="id">Name on the hub, such as "EleutherAI/gpt-j-6b".</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <exception cref="HubException">There is no such model, this token has no access, or the hub cannot be reached.</exception>
    public async Task<HubModel> FindAsync(string id, string revision = "main", CancellationToken cancel = default)
    {
        if (!IsName(id))
            throw new HubException(
                "name-impossible",
                $"'{id}' is not a valid name of a model on the hub",
                "Names look like owner/model, for example HuggingFaceTB/SmolLM-135M."
            );
        var address = At($"api/models/{id}/revision/{Uri.EscapeDataString(revision)}?blobs=true");
        using var response = await SendAsync(address, 0, id, cancel);
        try
        {
            using var json = JsonDocument.Parse(await ReadAsync(response, LargestDescription, cancel));
            return HubDescription.Read(json.RootElement, id, revision);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new HubException(
                "server-failed",
                $"{Options.Endpoint.Host} did not answer in the form of a Hugging Face hub: {e.Message}",
                "Check the endpoint; a mirror must serve /api/models with blobs=true.",
                e
            );
        }
    }

    /// <summary>The text of a small file of a model.</summary>
    /// <exception cref="HubException">The request was refused, the hub cannot be reached, or the file is too large.</exception>
    internal async Task<string> TextAsync(HubModel model, HubFile file, CancellationToken cancel)
    {
        using var response = await OpenAsync(model, file, 0, cancel);
        using var text = new StreamReader(new MemoryStream(await ReadAsync(response, BoundedFile.Settings, cancel)));
        return await text.ReadToEndAsync(cancel);
    }

    /// <summary>The content of an answer; ends if the server sends too much, or nothing for too long.</summary>
    async Task<byte[]> ReadAsync(HttpResponseMessage response, long most, CancellationToken cancel)
    {
        try
        {
            return await requests.ReadAllAsync(response, most, cancel)
                ?? throw new HubException(
                    "server-failed",
                    $"{Options.Endpoint.Host} answered {response.RequestMessage?.RequestUri?.AbsolutePath} with more than {ByteWords.Of(most)}",
                    "Check the endpoint, or choose another model."
                );
        }
        catch (Exception e) when (HubRequests.IsNetwork(e, cancel))
        {
            throw Offline(e);
        }
    }

    /// <summary>The source of a model's files.</summary>
    internal IFileHost HostOf(HubModel model) => new ModelFileHost(this, model);

    /// <summary>
    /// Requests a file's content from a byte on. The server may ignore the range and send the whole file: check the status.
    /// </summary>
    /// <exception cref="HubException">The request was refused, or the hub cannot be reached.</exception>
    internal Task<HttpResponseMessage> OpenAsync(HubModel model, HubFile file, long from, CancellationToken cancel) =>
        SendAsync(At($"{model.Id}/resolve/{model.Commit}/{Uri.EscapeDataString(file.Name)}"), from, model.Id, cancel);

    async Task<HttpResponseMessage> SendAsync(Uri address, long from, string id, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await requests.GetAsync(address, from, cancel);
        }
        catch (Exception e) when (HubRequests.IsNetwork(e, cancel))
        {
            throw Offline(e);
        }
        catch (Exception e) when (e is NotSupportedException or InvalidOperationException or FormatException)
        {
            throw new HubException(
                "server-failed",
                $"{Options.Endpoint.Host} answered in a way that cannot be followed: {e.Message}",
                "Check the endpoint.",
                e
            );
        }
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return response;
        using (response)
            throw Refused(response, id);
    }

    HubException Refused(HttpResponseMessage response, string id)
    {
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.First() : "";
        var said = response.Headers.TryGetValues("X-Error-Message", out var messages) ? $" ({messages.First()})" : "";
        var page = new Uri(Options.Endpoint, id);
        return (int)response.StatusCode switch
        {
            401 or 403 when code == "GatedRepo" => new(
                "access-refused",
                $"{id} is gated: its owner grants access only to accounts that agreed to its terms{said}",
                $"Agree to them at {page}, then set a token of that account (environment variable HF_TOKEN)."
            ),
            401 or 403 when Options.Token is null => new(
                "token-needed",
                $"{id} does not exist, or is not public{said}",
                $"Check the name at {page}; for a private or gated model set an access token (environment variable HF_TOKEN)."
            ),
            401 => new(
                "access-refused",
                $"{Options.Endpoint.Host} does not accept this token for {id}{said}",
                "Create a new token with read access to this model in the account's settings."
            ),
            403 => new(
                "access-refused",
                $"this token has no read access to {id}{said}",
                $"Request access at {page}, or use a token of an account that has it."
            ),
            404 => new(
                "not-found",
                code == "RevisionNotFound" ? $"{id} has no such revision{said}"
                    : code == "EntryNotFound" ? $"a file of {id} no longer exists{said}"
                    : $"there is no model {id} on {Options.Endpoint.Host}{said}",
                $"Check the name at {page}."
            ),
            429 => new(
                "rate-limited",
                $"{Options.Endpoint.Host} limits the number of requests{said}",
                HubRequests.Pause(response, time) is { TotalSeconds: > 0 } pause
                    ? FormattableString.Invariant(
                        $"Start the download again in {Math.Ceiling(pause.TotalMinutes)} minutes; it resumes where it stopped. A token raises the limit."
                    )
                    : "Start the download again later; it resumes where it stopped. A token raises the limit."
            ),
            var status => new(
                "server-failed",
                $"{Options.Endpoint.Host} answered {status} {response.ReasonPhrase}{said}",
                "Start the download again later; it resumes where it stopped."
            ),
        };
    }

    HubException Offline(Exception e) =>
        new(
            "offline",
            $"{Options.Endpoint.Host} cannot be reached: {e.GetBaseException().Message}",
            "Check the connection, or set a mirror (HF_ENDPOINT). An interrupted download resumes where it stopped.",
            e
        );

    Uri At(string path) => new($"{Options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    public void Dispose() => requests.Dispose();

    sealed class ModelFileHost(HubClient hub, HubModel model) : IFileHost
    {
        public string Service => "the hub";
        public string Owner => model.Id;
        public int Retries => hub.Options.Retries;
        public TimeProvider Time => hub.Time;

        public Task<HttpResponseMessage> OpenAsync(HubFile file, long from, CancellationToken cancel) =>
            hub.OpenAsync(model, file, from, cancel);

        public Task<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancel) =>
            hub.requests.ReadAsync(content, buffer, cancel);
    }

    internal static bool IsName(string id) => ModelName().IsMatch(id) && !id.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?$", RegexOptions.ECMAScript)]
    private static partial Regex ModelName();
}
