namespace LiftLab.Engine.Hub;

/// <summary>Where models come from, and with whose permission. A class and not a record, so that nothing prints the token.</summary>
public sealed class HubOptions
{
    /// <summary>The hub, or a mirror with the same paths.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>
    /// An access token for gated or private models; it is sent to the endpoint's own host only, and never written anywhere.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>How long a server may say nothing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is tried again without a byte gained.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>Files fetched side by side.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>The names that other tools read too: HF_ENDPOINT and HF_TOKEN.</summary>
    /// <param name="read">Gives the value of an environment variable.</param>
    /// <exception cref="HubException">The endpoint is no address.</exception>
    public static HubOptions FromEnvironment(Func<string, string?> read)
    {
        var (endpoint, token) = (read("HF_ENDPOINT"), read("HF_TOKEN"));
        return new()
        {
            Endpoint = string.IsNullOrWhiteSpace(endpoint) ? new HubOptions().Endpoint : Address(endpoint),
            Token = string.IsNullOrWhiteSpace(token) ? null : token.Trim(),
        };
    }

    /// <exception cref="HubException">It is no address.</exception>
    public static Uri Address(string endpoint) =>
        Uri.TryCreate(endpoint.Trim().TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new HubException(
                "name-impossible",
                $"'{endpoint}' is not the address of a hub",
                "Write it like https://huggingface.co."
            );
}
