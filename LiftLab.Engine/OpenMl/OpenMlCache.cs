using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.OpenMl;

/// <summary>
/// Downloaded datasets with their descriptions, for the command line. The data of an id never changes on OpenML, so that a dataset is
/// downloaded once and then needs no network.
/// </summary>
/// <param name="root">The folder of the cache.</param>
/// <param name="endpoint">Datasets of different servers lie in different folders.</param>
public sealed class OpenMlCache(string root, Uri endpoint)
{
    /// <summary>The environment variable that sets the folder; other programs use it too.</summary>
    public const string FolderVariable = "OPENML_CACHE_DIR";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    readonly string folder = Path.Combine(root, "liftlab", string.Create(CultureInfo.InvariantCulture, $"{endpoint.Host}-{endpoint.Port}"));

    /// <param name="read">Returns the value of an environment variable.</param>
    public static string Root(Func<string, string?> read) =>
        read(FolderVariable) is { Length: > 0 } given
            ? given
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
                "openml"
            );

    sealed record Card(OpenMlDataset Dataset, OpenMlFormat Format, TableSource Source);

    public string FolderOf(int id) => Path.Combine(folder, id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The downloaded dataset of this name; null where there is none.</summary>
    public (OpenMlDataset Dataset, OpenMlFile File)? Find(OpenMlName name)
    {
        if (!Directory.Exists(folder))
            return null;
        string[] folders = name.Id is { } id ? [FolderOf(id)] : Directory.GetDirectories(folder);
        var found = folders
            .Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*.json"))
            .Select(Read)
            .OfType<(OpenMlDataset Dataset, OpenMlFile File)>()
            .Where(f =>
                (
                    name.Id is { } wanted
                        ? f.Dataset.Id == wanted
                        : f.Dataset.Name == name.Name && (name.Version ?? f.Dataset.Version) == f.Dataset.Version
                )
                && (name.Format ?? f.Dataset.Formats[0]) == f.File.Format
            )
            .OrderBy(f => f.Dataset.Version)
            .ToArray();
        return found.Length == 1 ? found[0] : null;
    }

    /// <summary>Writes the description beside the file, which is then found.</summary>
    public static void Keep(OpenMlDataset dataset, OpenMlFile file) =>
        File.WriteAllText(file.Path + ".json", JsonSerializer.Serialize(new Card(dataset, file.Format, file.Source), Json));

    static (OpenMlDataset, OpenMlFile)? Read(string card)
    {
        try
        {
            var path = Path.ChangeExtension(card, null);
            return
                File.Exists(path)
                && JsonSerializer.Deserialize<Card>(File.ReadAllText(card), Json) is { Dataset: not null, Source: not null } kept
                ? (kept.Dataset, new OpenMlFile(path, kept.Source, kept.Format))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // downloaded again
        }
    }
}
