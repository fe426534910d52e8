using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>
/// The key of a probe's answers: SHA-256 of its canonical JSON, in which the learner's settings are complete and stand with the learner's
/// edition. Two probes with the same key have the same answers.
/// </summary>
/// <param name="Hash">64 hexadecimal digits.</param>
/// <param name="Json">What was hashed.</param>
public sealed record ProbeKey(string Hash, JsonObject Json)
{
    /// <param name="find">Finds a learner by name.</param>
    public static ProbeKey Of(Probe probe, Schema schema, Func<string, LearnerEntry> find)
    {
        var fit = probe.Fit;
        var entry = find(fit.Learner.Name);
        var json = new JsonObject
        {
            ["table"] = fit.Table,
            ["schema"] = JsonSerializer.SerializeToNode(schema, RunJson.Line),
            ["splitSeed"] = fit.SplitSeed,
            ["training"] = Node(fit.Training),
            ["learner"] = new JsonObject
            {
                ["name"] = fit.Learner.Name,
                ["edition"] = entry.Edition,
                ["settings"] = entry.Complete(fit.Learner, schema.Task).DeepClone(),
            },
            ["seed"] = fit.Seed,
            ["test"] = Node(probe.Test),
        };
        return new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Of(json)))), json);
    }

    /// <summary>What differs from an earlier key of the same place, in words: "recipe.epochs 16 → 24".</summary>
    public static IReadOnlyList<string> Changes(JsonObject before, JsonObject after) =>
        [
            .. CanonicalJson
                .Differences(before, after)
                .Select(d =>
                    $"{d.Path.Replace("learner.settings.", "", StringComparison.Ordinal)} {d.Before ?? "none"} → {d.After ?? "none"}"
                ),
        ];

    static JsonNode? Node<T>(T? value)
        where T : class => value is null ? null : JsonSerializer.SerializeToNode(value, RunJson.Line);
}
