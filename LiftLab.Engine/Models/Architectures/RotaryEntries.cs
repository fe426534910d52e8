using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>The rotary settings of a config.json, in the old form (separate entries) and the new one ("rope_parameters").</summary>
static class RotaryEntries
{
    /// <exception cref="ModelFolderException">The model uses a kind of rope scaling, which is not supported.</exception>
    public static (double Base, double? Share) Read(ConfigEntries c, string baseEntry)
    {
        var parameters = c.Json["rope_parameters"] as JsonObject;
        var scaling = parameters ?? c.Json["rope_scaling"] as JsonObject;
        var kind = scaling is null ? "default" : (scaling["rope_type"] ?? scaling["type"])?.GetValue<string>() ?? "default";
        if (kind != "default")
            throw new ModelFolderException(
                "config-unsupported",
                $"config.json asks for rope scaling of type '{kind}'",
                "Use a model without rope scaling; only plain rotary embeddings are supported."
            );
        var entries = parameters is null ? c : new ConfigEntries(parameters);
        return (
            entries.Number(parameters is null ? baseEntry : "rope_theta", 10000),
            entries.Has("partial_rotary_factor") ? entries.Number("partial_rotary_factor", 1) : null
        );
    }
}
