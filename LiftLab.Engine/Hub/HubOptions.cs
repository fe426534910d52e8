namespace LiftLab.Engine.Hub;

/// <summary>
/// Endpoint, access token and limits of downloads. A class instead of a record, so that ToString does not print the token.
/// </summary>
public sealed class HubOptions
{
    /// <summary>The hub, or a mirror with the same paths.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Access token for gated or private models. It is sent only to the endpoint's host and never stored.</summary>
    public string? Token { get; init; }

    /// <summary>Maximum time without data from the server.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Maximum time for connecting to the server.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Maximum number of retries without received data.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>Number of files downloaded in parallel.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Reads HF_ENDPOINT and HF_TOKEN, which other tools use as well.</summary>
    /// <param name="read">Returns the value of an environment variable.</param>
    /// <exception cref="HubException">The endpoint is not an http or https address.</exception>
    public static HubOptions FromEnvironment(Func<string, string?> read)
    {
        var (endpoint, token) = (read("HF_ENDPOINT"), read("HF_TOKEN"));
        return new()
        {
            Endpoint = string.IsNullOrWhiteSpace(endpoint) ? new HubOptions().Endpoint : Address(endpoint),
            Token = string.IsNullOrWhiteSpace(token) ? null : token.Trim(),
        };
    }

    /// <exception cref="HubException">It is not an http or https address.</exception>
    public static Uri Address(string endpoint) =>
        Uri.TryCreate(endpoint.Trim().TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new HubException(
                "name-impossible",
                $"'{endpoint}' is not the address of a hub",
                "Write it like https://huggingface.co."
            );
}
