using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models;

/// <summary>A base model that can be chosen by name, with its source and licence.</summary>
/// <param name="Name">Name on the command line ("gpt-j-6b").</param>
/// <param name="HubId">Repository on the Hugging Face hub; null for the built-in model.</param>
/// <param name="Licence">SPDX identifier, as in the model card.</param>
/// <param name="About">A description in one sentence.</param>
public sealed record BaseModel(string Name, string? HubId, string ModelType, string Licence, string About)
{
    /// <summary>Branch of the hub repository.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>The published sizes, as in config.json; null for the built-in model.</summary>
    public JsonObject? Facts { get; init; }

    /// <summary>Whether the architecture is supported.</summary>
    public bool IsSupported => Architecture.Find(ModelType) is not null;

    /// <summary>Null if <see cref="Facts"/> is null or the architecture is not supported.</summary>
    public ModelConfig? Config => Facts is not null && IsSupported ? ModelConfig.Parse((JsonObject)Facts.DeepClone()) : null;

    /// <summary>Total number of weights; null if <see cref="Config"/> is null.</summary>
    public long? Parameters => Config is { } config ? ExpectedTensor.Of(config).Sum(t => t.Count) : null;
}
