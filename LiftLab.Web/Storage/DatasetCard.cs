using System.Text.Json;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Storage;

/// <summary>A dataset's entry beside its file, as <c>dataset.json</c>, so that the index can be rebuilt.</summary>
static class DatasetCard
{
    const string Name = "dataset.json";

    public static void Write(string folder, DatasetRow row) =>
        RunFolder.WriteWhole(Path.Combine(folder, Name), stream => JsonSerializer.Serialize(stream, row, RunJson.Pretty));

    /// <summary>Null where it cannot be read; the reason is added to the problems.</summary>
    public static DatasetRow? Read(string folder, Guid id, List<string> problems)
    {
        try
        {
            using var stream = File.OpenRead(Path.Combine(folder, Name));
            if (JsonSerializer.Deserialize<DatasetRow>(stream, RunJson.Line) is { } row && row.Id == id && row.Schema is not null)
                return row;
            problems.Add($"dataset {id:N}: {Name} belongs to another dataset");
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            problems.Add($"dataset {id:N}: {e.Message}");
        }
        return null;
    }
}
