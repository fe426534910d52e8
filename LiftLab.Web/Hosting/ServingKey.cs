using System.Security.Cryptography;
using LiftLab.Web.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Hosting;

/// <summary>
/// <c>--serve KEY</c> and the environment variable LIFTLAB_SERVER_KEY are short for the setting <c>LiftLab:Serving:Key</c>: they switch the
/// OpenAI-compatible server on. <c>--serve auto</c> makes a key for this start and prints it.
/// </summary>
sealed class ServingKey
{
    public const string Variable = "LIFTLAB_SERVER_KEY";

    const string Option = "serve",
        Auto = "auto",
        Setting = ServingOptions.Section + ":" + nameof(ServingOptions.Key);

    /// <summary>Whether the key was made by this start.</summary>
    public required bool IsMade { get; init; }

    /// <summary>Puts the key into the settings.</summary>
    public static ServingKey Settle(ConfigurationManager configuration)
    {
        var asked =
            configuration[Option] is { Length: > 0 } named ? named
            : configuration[Setting] is { Length: > 0 } set ? set
            : configuration[Variable] ?? ""; // includes environment variables
        var made = asked.Equals(Auto, StringComparison.OrdinalIgnoreCase);
        if (asked.Length > 0)
            configuration[Setting] = made ? "sk-liftlab-" + RandomNumberGenerator.GetHexString(48, lowercase: true) : asked;
        return new() { IsMade = made };
    }

    /// <summary>Prints the address and a key that was made, once the lab listens. A key that a person gave is not printed.</summary>
    public void PrintWhenListening(WebApplication app, TextWriter output) =>
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (!IsMade)
                return;
            var key = app.Services.GetRequiredService<IOptions<ServingOptions>>().Value.Key;
            output.WriteLine("The OpenAI API is served with this key until LiftLab stops:");
            foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
                output.WriteLine($"    base_url={address.TrimEnd('/')}/v1 api_key={key}");
        });
}
