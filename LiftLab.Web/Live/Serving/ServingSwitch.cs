using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Serving;

/// <summary>
/// Whether the OpenAI-compatible server answers, and to which key. A key of the settings switches it on for good; a key that is made in the
/// dashboard is kept as its hash in the lab's folder (<c>serving.json</c>) and can be taken back. Thread-safe.
/// </summary>
public sealed class ServingSwitch
{
    const string Prefix = "sk-liftlab-";

    readonly string file;
    readonly byte[]? set;
    readonly TimeProvider clock;
    readonly Lock gate = new();
    volatile Made? made;

    /// <param name="Hash">SHA-256 of the key, as hexadecimal digits.</param>
    sealed record Made(string Hash, DateTimeOffset Since);

    public ServingSwitch(LabFolder lab, IOptions<ServingOptions> options, TimeProvider clock)
    {
        (file, this.clock) = (Path.Combine(lab.Path, "serving.json"), clock);
        set = options.Value.Key.Length > 0 ? HashOf(options.Value.Key) : null;
        made = Read();
    }

    /// <summary>The server was switched on or off. Raised on any thread.</summary>
    public event Action? Changed;

    public bool IsOn => set is not null || made is not null;

    /// <summary>Whether a key of the settings switches it on, which the dashboard cannot change.</summary>
    public bool IsOnBySettings => set is not null;

    /// <summary>When the dashboard's key was made; null where there is none.</summary>
    public DateTimeOffset? MadeAt => made?.Since;

    /// <summary>Switches the server on with a new key, in place of an earlier key of the dashboard.</summary>
    /// <returns>The key. It is shown now or never: only its hash is kept.</returns>
    /// <exception cref="IOException">The lab's folder cannot be written.</exception>
    public string TurnOn()
    {
        Visitor.Demand(Role.Administer, "switch the server on");
        Visitor.Note("switch the OpenAI-compatible server on with a new key");
        var key = Prefix + RandomNumberGenerator.GetHexString(48, lowercase: true);
        lock (gate)
        {
            var now = new Made(Convert.ToHexString(HashOf(key)), clock.GetUtcNow());
            RunFolder.WriteWhole(file, stream => JsonSerializer.Serialize(stream, now, RunJson.Pretty));
            made = now;
        }
        Changed?.Invoke();
        return key;
    }

    /// <summary>Takes the dashboard's key back. With a key of the settings the server stays on.</summary>
    /// <exception cref="IOException">The lab's folder cannot be written.</exception>
    public void TurnOff()
    {
        Visitor.Demand(Role.Administer, "switch the server off");
        Visitor.Note("take the key of the OpenAI-compatible server back");
        lock (gate)
        {
            File.Delete(file);
            made = null;
        }
        Changed?.Invoke();
    }

    /// <summary>Compares in a time that does not depend on where the keys differ.</summary>
    public bool Matches(string key)
    {
        var hash = HashOf(key);
        var isSet = set is not null && CryptographicOperations.FixedTimeEquals(hash, set);
        var isMade = made is { } one && CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(one.Hash));
        return isSet | isMade;
    }

    static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Null where the file is missing or damaged: the server is then off.</summary>
    Made? Read()
    {
        try
        {
            return
                File.Exists(file)
                && JsonSerializer.Deserialize<Made>(File.ReadAllText(file), RunJson.Line) is { Hash.Length: 64 } kept
                && kept.Hash.All(char.IsAsciiHexDigit)
                ? kept
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
