using System.Text.Json;
using System.Text.Json.Serialization;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Tables;

/// <summary>A table that is distributed with the program.</summary>
public sealed record BundledTable(string Name, string Path, TableCard Card)
{
    public string Title => Card.Title;

    public async Task<(Table Table, Schema Schema)> ReadAsync(CancellationToken cancel = default)
    {
        var table = (await TableReader.ReadAsync(Path, cancel: cancel)).Table;
        return (table, Card.SchemaFor(table));
    }
}

/// <summary>
/// The tables in the <c>data</c> folder beside the program: every CSV file that has a card (a JSON file of the same name).
/// </summary>
public static class BundledTables
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Sorted by name.</summary>
    public static IReadOnlyList<BundledTable> All { get; } = [.. Find(Folder)];

    /// <exception cref="KeyNotFoundException">No table has this name; the message lists the names.</exception>
    public static BundledTable Get(string name) =>
        All.FirstOrDefault(t => t.Name == name)
        ?? throw new KeyNotFoundException(
            $"no bundled table is named '{name}'; the names are {string.Join(", ", All.Select(t => t.Name))}"
        );

    static IEnumerable<BundledTable> Find(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*.csv")
                .Order(StringComparer.Ordinal)
                .Where(csv => File.Exists(Path.ChangeExtension(csv, ".json")))
                .Select(csv => new BundledTable(Path.GetFileNameWithoutExtension(csv), csv, Card(Path.ChangeExtension(csv, ".json"))))
            : [];

    static TableCard Card(string path) =>
        JsonSerializer.Deserialize<TableCard>(File.ReadAllText(path), Json)
        ?? throw new InvalidDataException($"the card '{path}' is empty");
}
