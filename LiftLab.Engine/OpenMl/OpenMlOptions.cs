using LiftLab.Engine.Hub;

namespace LiftLab.Engine.OpenMl;

/// <summary>Endpoint and limits of requests to OpenML.</summary>
public sealed record OpenMlOptions
{
    /// <summary>The name of the environment variable, and of the entry of appsettings.json, that sets the endpoint.</summary>
    public const string EndpointVariable = "OPENML_ENDPOINT";

    /// <summary>OpenML, or a server with the same paths.</summary>
    public Uri Endpoint { get; init; } = new("https://www.openml.org");

    /// <summary>Maximum time without data from the server.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Maximum time for connecting to the server: a machine without network is told so within seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Number of retries of a request.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>Maximum number of retries of a download without received data.</summary>
    public int DownloadRetries { get; init; } = 5;

    /// <param name="read">Returns the value of a setting or environment variable.</param>
    /// <exception cref="HubException">The endpoint is not an http or https address.</exception>
    public static OpenMlOptions FromEnvironment(Func<string, string?> read) =>
        read(EndpointVariable) is { } given && !string.IsNullOrWhiteSpace(given) ? new() { Endpoint = Address(given) } : new();

    static Uri Address(string endpoint) =>
        Uri.TryCreate(endpoint.Trim().TrimEnd('/'), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new HubException(
                "name-impossible",
                $"'{endpoint}' is not the address of OpenML",
                $"Write {EndpointVariable} like https://www.openml.org."
            );

    internal HubOptions Requests =>
        new()
        {
            Endpoint = Endpoint,
            Patience = Patience,
            ConnectTimeout = ConnectTimeout,
            Retries = Retries,
        };
}
