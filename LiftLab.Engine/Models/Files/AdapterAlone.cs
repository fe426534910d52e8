namespace LiftLab.Engine.Models.Files;

/// <summary>A folder that contains an adapter in PEFT layout and no model.</summary>
static class AdapterAlone
{
    const string ConfigFile = "adapter_config.json",
        BaseEntry = "base_model_name_or_path";

    /// <summary>The refusal of such a folder, which names the base model; null for other folders.</summary>
    public static ModelFolderException? Of(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
            return null;
        string? under = null;
        try
        {
            under =
                BoundedFile.ReadObject(path)[BaseEntry] is System.Text.Json.Nodes.JsonValue value && value.TryGetValue(out string? name)
                    ? name
                    : null;
        }
        catch (UnreadableFileException) { } // the base model is then not named
        return new(
            "adapter-alone",
            $"'{folder}' contains an adapter ({ConfigFile}) for {under ?? "a base model that it does not name"} and not a whole model",
            $"Choose the base model{(under is null ? "" : $" {under}")}, or merge the adapter into it first."
        );
    }
}
