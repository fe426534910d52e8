using System.Security.Cryptography;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// <c>--token auto</c>: makes an access token for this start and prints the address that signs in with it. <c>--token TEXT</c> is short for
/// the setting <c>LiftLab:AccessToken</c>.
/// </summary>
sealed class MadeToken
{
    const string Auto = "auto",
        Setting = LabOptions.Section + ":" + nameof(LabOptions.AccessToken);

    /// <summary>Whether the token was made by this start.</summary>
    public required bool IsMade { get; init; }

    /// <summary>Puts the token into the settings.</summary>
    public static MadeToken Settle(ConfigurationManager configuration)
    {
        var asked = configuration["token"] is { Length: > 0 } named ? named : configuration[Setting] ?? "";
        var made = asked.Equals(Auto, StringComparison.OrdinalIgnoreCase);
        if (asked.Length > 0)
            configuration[Setting] = made ? RandomNumberGenerator.GetHexString(48, lowercase: true) : asked;
        return new() { IsMade = made };
    }

    /// <summary>Prints the addresses with the token once the lab listens.</summary>
    public void PrintWhenListening(WebApplication app, TextWriter output) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (!IsMade)
                return;
            var token = app.Services.GetRequiredService<IOptions<LabOptions>>().Value.AccessToken;
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            output.WriteLine("Open one of these addresses; the token is part of it and holds until LiftLab stops:");
            foreach (var address in addresses)
                output.WriteLine($"    {Reachable(address)}{LoginPage.Path}?{LoginPage.TokenParameter}={token}");
        });

    /// <summary>"Any address" cannot be opened in a browser; this machine's own can.</summary>
    static string Reachable(string address) =>
        address
            .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//127.0.0.1", StringComparison.Ordinal)
            .TrimEnd('/');
}
