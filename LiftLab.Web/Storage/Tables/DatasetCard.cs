using System.Text.Json;
using LiftLab.Engine;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Storage.Tables;

/// <summary>A dataset's entry beside its file, as <c>dataset.json</c>, so that the index can be rebuilt.</summary>
static class DatasetCard
{
    const string Name = "dataset.json";
    const string SourceName = "source.json";
    const long Largest = 32 << 20;

    public static void Write(string folder, DatasetRow row) =>
        RunFolder.WriteWhole(Path.Combine(folder, Name), stream => JsonSerializer.Serialize(stream, row, RunJson.Pretty));

    /// <summary>Writes where the file was downloaded from, with its licence and checksum.</summary>
    public static void WriteSource(string folder, TableSource source) =>
        RunFolder.WriteWhole(Path.Combine(folder, SourceName), stream => JsonSerializer.Serialize(stream, source, RunJson.Pretty));

    /// <summary>Null for an upload, and where the entry cannot be read.</summary>
    public static TableSource? ReadSource(string folder)
    {
        var path = Path.Combine(folder, SourceName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TableSource>(BoundedFile.Read(path, Largest), RunJson.Line) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or UnreadableFileException)
        {
            return null;
        }
    }

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
