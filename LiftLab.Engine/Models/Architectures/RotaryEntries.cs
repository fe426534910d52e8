using System.Text.Json.Nodes;
using LiftLab.Engine.Models.Files;

namespace LiftLab.Engine.Models.Architectures;

/// <summary>The rotary settings of a config.json, in the old form (an entry of its own) and the new one ("rope_parameters").</summary>
static class RotaryEntries
{
    /// <exception cref="ModelFolderException">Positions are stretched in a way this program does not compute.</exception>
    public static (double Base, double? Share) Read(ConfigEntries c, string baseEntry)
    {
        var parameters = c.Json["rope_parameters"] as JsonObject;
        var scaling = parameters ?? c.Json["rope_scaling"] as JsonObject;
        var kind = scaling is null ? "default" : (scaling["rope_type"] ?? scaling["type"])?.GetValue<string>() ?? "default";
        if (kind != "default")
            throw new ModelFolderException(
                "config-unsupported",
                $"config.json stretches rotary positions ('{kind}')",
                "Use a model without rope scaling; plain rotary positions are computed."
            );
        var entries = parameters is null ? c : new ConfigEntries(parameters);
        return (
            entries.Number(parameters is null ? baseEntry : "rope_theta", 10000),
            entries.Has("partial_rotary_factor") ? entries.Number("partial_rotary_factor", 1) : null
        );
    }
}
