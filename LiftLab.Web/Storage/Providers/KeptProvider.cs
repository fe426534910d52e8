using System.Text.Json.Serialization;
using LiftLab.Engine.OpenAi;

namespace LiftLab.Web.Storage.Providers;

/// <summary>A service that a person has added, as its file in the lab holds it.</summary>
/// <param name="Sealed">The key, encrypted with the lab's own keys; null for none. The key itself is in no property.</param>
public sealed record KeptProvider(Provider Provider, string? Sealed, DateTimeOffset Added)
{
    /// <summary>What the last test of the connection found; null before the first.</summary>
    public ConnectionReport? Report { get; init; }

    [JsonIgnore]
    public string Name => Provider.Name;

    [JsonIgnore]
    public bool HasKey => Sealed is not null;

    /// <summary>The model that is offered first: the first of the list that is not retired, else OpenAI's usual one.</summary>
    [JsonIgnore]
    public string UsualModel =>
        Report?.Models.FirstOrDefault(m => m.Id.Contains("gpt-4o-mini", StringComparison.Ordinal))?.Id
        ?? (Report?.Models is [var first, ..] ? first.Id : "gpt-4o-mini-2024-07-18");

    /// <summary>The model as the service listed it last; null where it did not.</summary>
    public ListedModel? Find(string model) => Report?.Models.FirstOrDefault(m => m.Id == model);

    // The sealed key is of no use without the lab's keys; it is not printed all the same.
    public override string ToString() => $"{Name} at {Provider.Address}";
}
