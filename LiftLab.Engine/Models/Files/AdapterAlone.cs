using System.Text.Json.Nodes;

namespace LiftLab.Engine.Models.Files;

/// <summary>A folder that contains an adapter in PEFT layout and no model.</summary>
static class AdapterAlone
{
    public const string ConfigFile = "adapter_config.json";
    const string BaseEntry = "base_model_name_or_path";

    /// <summary>The base model that an adapter's configuration names; null if it names none.</summary>
    public static string? BaseOf(JsonObject config) =>
        config[BaseEntry] is JsonValue value && value.TryGetValue(out string? name) && !string.IsNullOrWhiteSpace(name)
            ? name.Trim()
            : null;

    /// <summary>The refusal of such a folder, which names the base model; null for other folders.</summary>
    public static ModelFolderException? Of(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
            return null;
        string? under = null;
        try
        {
            under = BaseOf(BoundedFile.ReadObject(path));
        }
        catch (UnreadableFileException) { } // the base model is then not named
        return new(
            "adapter-alone",
            $"'{folder}' contains an adapter ({ConfigFile}) for {under ?? "a base model that it does not name"} and not a whole model",
            $"Choose the base model{(under is null ? "" : $" {under}")}, or merge the adapter into it first (models merge {folder})."
        );
    }
}
