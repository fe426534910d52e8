using System.Net;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// Which machines can reach the lab. Without an access token it listens on this machine only: checked in the settings before the start, and
/// once more on the addresses that are really bound, because there are several ways to name them.
/// </summary>
sealed partial class ListenAddresses(IServer server, IOptions<LabOptions> lab, IConfiguration configuration, ILogger<ListenAddresses> log)
    : IHostedLifecycleService
{
    /// <summary>The settings that open addresses, each with its addresses.</summary>
    public static IEnumerable<(string Setting, string Address)> Named(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToArray();
        foreach (var endpoint in endpoints)
            if (endpoint["Url"] is { } url)
                yield return ($"Kestrel:Endpoints:{endpoint.Key}:Url", url);
        if (endpoints.Length > 0)
            yield break; // they override the others
        var urls = Split(configuration["urls"]);
        foreach (var url in urls)
            yield return ("Urls", url);
        if (urls.Length > 0)
            yield break;
        foreach (var scheme in (string[])["http", "https"])
        foreach (var port in Split(configuration[scheme + "_ports"]))
            yield return ($"{scheme.ToUpperInvariant()}_PORTS", $"{scheme}://*:{port}");
    }

    /// <summary>Whether only this machine can reach an address.</summary>
    public static bool IsLocal(string url)
    {
        if (
            url.StartsWith("http://unix:", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("http://pipe:", StringComparison.OrdinalIgnoreCase)
        )
            return true;
        return Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.IsLoopback || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        string[] open = [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Where(a => !IsLocal(a))];
        if (open.Length == 0)
            return Task.CompletedTask;
        if (!lab.Value.AsksWho)
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(LabOptions),
                [
                    $"{string.Join(", ", open)} is open to other machines, and LiftLab:AccessToken is empty: set a token, or listen on 127.0.0.1",
                ]
            );
        if (!AllowedNames.ReachesOthers(configuration))
            NamesNeeded(log, string.Join(", ", open), AllowedNames.Of(configuration), Dns.GetHostName());
        return Task.CompletedTask;
    }

    static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Addresses} is open to other machines, but the setting AllowedHosts ({Names}) names only this one. "
            + "Add the names under which they reach it, for example --AllowedHosts \"localhost;{Host}\""
    )]
    static partial void NamesNeeded(ILogger log, string addresses, string names, string host);
}
