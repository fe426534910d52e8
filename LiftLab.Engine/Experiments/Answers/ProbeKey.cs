using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Experiments.Answers;

/// <summary>
/// The key of a probe's answers: SHA-256 of its canonical JSON, in which the learner's settings are complete and stand with the learner's
/// edition. Two probes with the same key have the same answers.
/// </summary>
public sealed class ProbeKey
{
    readonly Func<JsonObject> json;

    internal ProbeKey(string hash, Func<JsonObject> json) => (Hash, this.json) = (hash, json);

    /// <summary>64 hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>What was hashed; built when it is asked for.</summary>
    public JsonObject Json => json();

    /// <param name="find">Finds a learner by name.</param>
    public static ProbeKey Of(Probe probe, Schema schema, Func<string, LearnerEntry> find) => new ProbeKeys(schema, find).Of(probe);

    /// <summary>The key of a probe's JSON.</summary>
    public static string HashOf(JsonObject json) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Of(json))));

    /// <summary>What differs from an earlier key of the same place, in words: "recipe.epochs 16 → 24".</summary>
    public static IReadOnlyList<string> Changes(JsonObject before, JsonObject after) =>
        [
            .. CanonicalJson
                .Differences(before, after)
                .Select(d =>
                    $"{d.Path.Replace("learner.settings.", "", StringComparison.Ordinal)} {d.Before ?? "none"} → {d.After ?? "none"}"
                ),
        ];
}
