using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>
/// Answers under the keys of their probes: <c>answers/ab/abcd….json</c>. A study keeps the answers of its own cells, so that its folder can
/// be copied; beside it, all studies of a lab share a store. A file appears whole or not at all; a damaged one counts as absent.
/// </summary>
/// <param name="own">The study's folder of answers.</param>
/// <param name="shared">The lab's folder of answers; null for none.</param>
public sealed class AnswerStore(string own, string? shared)
{
    /// <summary>Whether the study itself has the answers.</summary>
    public bool Has(string key) => File.Exists(FileOf(own, key));

    /// <summary>Whether the study or its lab has the answers.</summary>
    public bool Knows(string key) => Has(key) || (shared is not null && File.Exists(FileOf(shared, key)));

    /// <summary>The answers in the study's own folder; null if there are none.</summary>
    public StoredAnswers? Read(string key) => ReadFile(FileOf(own, key));

    /// <summary>Takes answers of another study or run of the lab into the study's folder.</summary>
    /// <returns>Whether the lab has them.</returns>
    public bool Take(string key)
    {
        if (shared is null || ReadFile(FileOf(shared, key)) is not { } answers)
            return false;
        Write(FileOf(own, key), answers);
        return true;
    }

    /// <summary>
    /// Gives the study's answers to the lab: a folder that was copied into it has answers that the lab has not. A file whose content is not
    /// that of its key is left.
    /// </summary>
    public void Share()
    {
        if (shared is null || !Directory.Exists(own))
            return;
        foreach (var file in Directory.EnumerateFiles(own, "*.json", SearchOption.AllDirectories))
            if (
                Path.GetFileNameWithoutExtension(file) is { Length: 64 } key
                && !File.Exists(FileOf(shared, key))
                && ReadFile(file) is { Probe: { } probe } answers
                && ProbeKey.HashOf(probe) == key
            )
                Write(FileOf(shared, key), answers);
    }

    /// <param name="places">Where the answers stand in the study's figure, for <see cref="Before"/>.</param>
    public void Put(ProbeKey key, StoredAnswers answers, IEnumerable<string> places)
    {
        Write(FileOf(own, key.Hash), answers);
        if (shared is null)
            return;
        Write(FileOf(shared, key.Hash), answers);
        foreach (var place in places)
            RunFolder.WriteWhole(PlaceFile(shared, place), stream => JsonSerializer.Serialize(stream, key.Json, RunJson.Line));
    }

    /// <summary>The key's JSON with which this place was last computed in the lab; null if it never was.</summary>
    public JsonObject? Before(string place)
    {
        if (shared is null || !File.Exists(PlaceFile(shared, place)))
            return null;
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(PlaceFile(shared, place))) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static StoredAnswers? ReadFile(string file)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<StoredAnswers>(stream, RunJson.Line) is { Truth: not null, Answers: not null } read
                ? read
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static void Write(string file, StoredAnswers answers) =>
        RunFolder.WriteWhole(file, stream => JsonSerializer.Serialize(stream, answers, RunJson.Line));

    static string FileOf(string folder, string key) => Path.Combine(folder, key[..2], key + ".json");

    static string PlaceFile(string folder, string place) =>
        Path.Combine(folder, "places", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..32] + ".json");
}
