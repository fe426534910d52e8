using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models;

/// <summary>A base model that is known by name: what it is, under which licence, and where its weights are.</summary>
/// <param name="Name">What a person types ("gpt-j-6b").</param>
/// <param name="HubId">On the Hugging Face hub; null for the one that comes with the program.</param>
/// <param name="Licence">SPDX name, as its model card has it.</param>
/// <param name="About">One sentence.</param>
public sealed record BaseModel(string Name, string? HubId, string ModelType, string Licence, string About)
{
    /// <summary>A branch of the hub's repository.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The published sizes, as in config.json; null for the one that comes with the program.</summary>
    public JsonObject? Facts { get; init; }

    /// <summary>Whether this program has its architecture.</summary>
    public bool IsSupported => Architecture.Find(ModelType) is not null;

    /// <summary>Null where the facts are not known or the architecture is not.</summary>
    public ModelConfig? Config => Facts is not null && IsSupported ? ModelConfig.Parse((JsonObject)Facts.DeepClone()) : null;

    /// <summary>Weights in all.</summary>
    public long? Parameters => Config is { } config ? ExpectedTensor.Of(config).Sum(t => t.Count) : null;
}
