using System.Security.Cryptography;
using System.Text.Json;
using LiftLab.Engine;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.DataProtection;

namespace LiftLab.Web.Storage.Providers;

/// <summary>
/// The services that people have added, one file each under <c>providers/</c>, with their keys encrypted. A key can be set and used, and
/// never read by a page: it goes to the provider's own address and into the environment of the workers that need it. Thread-safe.
/// </summary>
public sealed class ProviderShelf(LabFolder lab, IDataProtectionProvider protection, TimeProvider clock)
{
    readonly Lock gate = new();
    readonly IDataProtector protector = protection.CreateProtector("LiftLab.Providers.v1");

    /// <summary>Raised when a provider was added, changed or deleted. Raised on any thread.</summary>
    public event Action? Changed;

    /// <summary>By name. A file that cannot be read is left out.</summary>
    public IReadOnlyList<KeptProvider> All
    {
        get
        {
            lock (gate)
                return Directory.Exists(lab.Providers)
                    ?
                    [
                        .. Directory
                            .EnumerateFiles(lab.Providers, "*.json")
                            .Select(Read)
                            .OfType<KeptProvider>()
                            .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase),
                    ]
                    : [];
        }
    }

    public KeptProvider? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    /// <summary>Adds or changes a provider.</summary>
    /// <param name="was">The name of the provider that is changed; null to add one.</param>
    /// <param name="key">Null to keep the key that is there; empty for none.</param>
    /// <exception cref="ArgumentException">A part cannot be used, or the name is taken.</exception>
    public void Save(Provider provider, string? key, string? was)
    {
        Visitor.Demand(Role.Administer, "change providers and their keys");
        provider.Check();
        key = key?.Trim();
        if (key?.Any(char.IsControl) == true || key?.Length > 4000)
            throw new ArgumentException("the key holds a line end or is too long: paste the key alone");
        lock (gate)
        {
            var old = was is null ? null : Find(was);
            var variable = ProviderKey.Variable("KEY", provider.Name);
            if (All.Any(p => p.Name != was && ProviderKey.Variable("KEY", p.Name) == variable))
                throw new ArgumentException($"there is a provider of the name '{provider.Name}' already: choose another name");
            if (key is null && old is { HasKey: true } && old.Provider.Address != provider.Address)
                throw new ArgumentException(
                    "the address has changed: enter the key again, so that it goes to the new address only if you want it to"
                );
            var kept = new KeptProvider(
                provider,
                key switch
                {
                    null when old is { HasKey: true } && old.Name != provider.Name => Seal(provider.Name, Unseal(old) ?? ""),
                    null => old?.Sealed,
                    "" => null,
                    _ => Seal(provider.Name, key),
                },
                old?.Added ?? clock.GetUtcNow()
            );
            Write(kept);
            if (was is not null && was != provider.Name)
                File.Delete(FileOf(was));
        }
        Visitor.Note($"save the provider '{provider.Name}'{(key is null ? "" : " and its key")}");
        Changed?.Invoke();
    }

    public void Delete(string name)
    {
        Visitor.Demand(Role.Administer, "delete providers");
        Visitor.Note($"delete the provider '{name}'");
        lock (gate)
            if (Find(name) is not null)
                File.Delete(FileOf(name));
        Changed?.Invoke();
    }

    /// <summary>Keeps what a test of the connection found.</summary>
    public void Keep(string name, ConnectionReport report)
    {
        lock (gate)
            if (Find(name) is { } kept)
                Write(kept with { Report = report });
        Changed?.Invoke();
    }

    /// <summary>
    /// The key of a provider, for its own address only, so that a specification from elsewhere cannot send it to another server. Without a
    /// kept one, that of the dashboard's environment.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public string? KeyOf(Provider provider)
    {
        var kept = Find(provider.Name);
        if (kept is null)
            return ProviderKey.Of(provider);
        return kept.Provider.Address == provider.Address ? Unseal(kept) : null;
    }

    /// <summary>The keys that learners need, and the lab's own list of prices, for the environment of their worker.</summary>
    public JobSecrets SecretsFor(IEnumerable<LearnerSpec> learners)
    {
        Provider[] providers = [.. learners.Select(OpenAiSettings.ProviderOf).OfType<Provider>()];
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var provider in providers)
            // A key of the dashboard's own environment reaches the worker without being handed over.
            if (Find(provider.Name) is not null && KeyOf(provider) is { } key)
                variables[ProviderKey.Variable("KEY", provider.Name)] = key;
        if (providers.Length > 0 && File.Exists(lab.Prices))
            variables[LiftLab.Engine.OpenAi.Money.PriceList.FileVariable] = lab.Prices;
        return variables.Count == 0 ? JobSecrets.None : new(variables);
    }

    /// <summary>The keys that a run needs; none where its folder cannot be read, which its worker says.</summary>
    public JobSecrets SecretsFor(RunFolder folder)
    {
        try
        {
            return SecretsFor(folder.ReadSpec().Learners);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return JobSecrets.None;
        }
    }

    /// <summary>A learner that names a provider gets the provider's address as it is in the lab now.</summary>
    public LearnerSpec Settled(LearnerSpec learner)
    {
        if (learner.Name != OpenAiSettings.LearnerName || learner.Settings is not { } settings)
            return learner;
        if (
            settings["provider"] is not System.Text.Json.Nodes.JsonValue value
            || !value.TryGetValue(out string? name)
            || Find(name) is not { } kept
        )
            return learner;
        var whole = settings.DeepClone().AsObject();
        whole["provider"] = JsonSerializer.SerializeToNode(kept.Provider, RunJson.Line);
        return learner with { Settings = whole };
    }

    string Seal(string name, string key) => protector.CreateProtector(name).Protect(key);

    /// <summary>Null where there is none, or where the lab's keys are not those that sealed it.</summary>
    string? Unseal(KeptProvider kept)
    {
        try
        {
            return kept.Sealed is { } text ? protector.CreateProtector(kept.Name).Unprotect(text) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    void Write(KeptProvider kept) =>
        RunFolder.WriteWhole(FileOf(kept.Name), stream => JsonSerializer.Serialize(stream, kept, RunJson.Pretty));

    static KeptProvider? Read(string file)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<KeptProvider>(PlainFile.Bytes(file), RunJson.Line);
            if (kept?.Provider is null)
                return null;
            kept.Provider.Check();
            return kept;
        }
        catch (Exception e) when (e is JsonException or IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    string FileOf(string name) => Path.Combine(lab.Providers, name + ".json");
}
