using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>A finished run in a comparison.</summary>
/// <param name="DataName">The table's display name.</param>
/// <param name="DataKey">Equal for runs whose learners predicted the same test rows of the same table from the same features.</param>
/// <param name="RowsKey">Equal for runs whose learners predicted the same test rows of the same table.</param>
/// <param name="Settings">The main learner's settings as text by path ("recipe.epochs"), to find what differs.</param>
public sealed record ComparedRun(
    RunSpec Spec,
    RunReport Report,
    string DataName,
    string DataKey,
    string RowsKey,
    IReadOnlyDictionary<string, string> Settings
)
{
    public string Id => Spec.Id;
    public string Name => Spec.Name;

    /// <summary>Runs of the same draw have the same training rows and the same seed.</summary>
    public string Draw => string.Create(CultureInfo.InvariantCulture, $"{Spec.SplitSeed}/{Spec.Seed}");

    public IEnumerable<LearnerResult> Learners => [Report.Learner, .. Report.Baselines];

    /// <summary>The settings as one text, equal for equal settings.</summary>
    public string Setting => string.Join('\n', Settings.Select(s => $"{s.Key}={s.Value}"));

    /// <returns>Null if the main learner has no answers.</returns>
    /// <exception cref="Tables.BadDataException">The folder's specification cannot be read.</exception>
    /// <exception cref="IOException">The folder's table cannot be read.</exception>
    public static ComparedRun? Read(RunFolder folder, RunReport report, string dataName)
    {
        var spec = folder.ReadSpec();
        if (folder.ReadOutcome(spec.Learner.Name) is not { Answers.Count: > 0 } outcome)
            return null;
        var rows = Key([
            folder.TableKey(spec),
            spec.Schema.Target.Name,
            spec.Schema.Task.ToString(),
            .. outcome.Answers.Select(a => a.Row.ToString(CultureInfo.InvariantCulture)),
        ]);
        return new(
            spec,
            report,
            dataName,
            Key([rows, .. spec.Schema.Features.Select(f => f.Name)]),
            rows,
            Asked(spec.Learner.Settings, report.Learner.Settings)
        );
    }

    static string Key(IEnumerable<string> parts) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))));

    /// <summary>
    /// The requested settings; settings that were left out have the run's values. Automatic settings ("auto", 0 tokens at once) stay
    /// automatic, so that the values a run derives from its device and table do not count as differences.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Asked(JsonObject? asked, JsonObject? taken)
    {
        var given = Flat(asked);
        return new SortedDictionary<string, string>(
            Flat(taken).ToDictionary(s => s.Key, s => given.GetValueOrDefault(s.Key, s.Value)),
            StringComparer.Ordinal
        );
    }

    /// <summary>Settings as text by path, without the values that training chose ("chosen").</summary>
    public static IReadOnlyDictionary<string, string> Flat(JsonObject? settings)
    {
        var flat = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in settings ?? [])
            if (name != "chosen")
                Flatten(name, value, flat);
        return flat;
    }

    static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> into)
    {
        if (node is JsonObject entries)
            foreach (var (name, value) in entries)
                Flatten($"{path}.{name}", value, into);
        else
            into[path] = node is JsonArray list ? list.ToJsonString() : node?.ToString() ?? "none";
    }
}
