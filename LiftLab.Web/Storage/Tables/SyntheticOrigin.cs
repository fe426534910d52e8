using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Web.Storage.Tables;

/// <summary>The settings of a synthetic table beside its file, as <c>synthetic.json</c>.</summary>
static class SyntheticOrigin
{
    const string Name = "synthetic.json";

    public static void Write(string folder, SyntheticSettings settings) =>
        RunFolder.WriteWhole(Path.Combine(folder, Name), stream => JsonSerializer.Serialize(stream, settings, RunJson.Pretty));

    /// <returns>Null where there is none, or where it cannot be read.</returns>
    public static SyntheticSettings? Read(string folder)
    {
        try
        {
            var file = Path.Combine(folder, Name);
            return File.Exists(file) ? JsonSerializer.Deserialize<SyntheticSettings>(File.ReadAllBytes(file), RunJson.Line) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
