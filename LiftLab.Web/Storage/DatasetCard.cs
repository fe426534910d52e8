using System.Text.Json;
using LiftLab.Engine;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Storage;

/// <summary>A dataset's entry beside its file, as <c>dataset.json</c>, so that the index can be rebuilt.</summary>
static class DatasetCard
{
    const string Name = "dataset.json";
    const long Largest = 32 << 20;

    public static void Write(string folder, DatasetRow row) =>
        RunFolder.WriteWhole(Path.Combine(folder, Name), stream => JsonSerializer.Serialize(stream, row, RunJson.Pretty));

    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="JsonException">It is not the entry of this dataset.</exception>
    public static DatasetRow Read(string folder, Guid id)
    {
        using var stream = PlainFile.Open(Path.Combine(folder, Name));
        if (stream.Length > Largest)
            throw new JsonException($"{Name} is too large");
        var row = JsonSerializer.Deserialize<DatasetRow>(stream, RunJson.Line);
        return row?.Id == id ? row : throw new JsonException($"{Name} belongs to another dataset");
    }
}
