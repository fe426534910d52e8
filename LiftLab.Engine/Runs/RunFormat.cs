using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The formats of run folders. Version 1 has neither <c>split.json</c> nor reading options; version 2 has both. A folder of an older
/// version is upgraded while it is read and stays as it is on the disk.
/// </summary>
static class RunFormat
{
    /// <summary>The version that a spec.json is of; one without a number is of version 1.</summary>
    /// <exception cref="JsonException">The version is no whole number.</exception>
    public static int VersionOf(JsonObject spec) =>
        spec["version"] is not { } version ? 1
        : version is JsonValue value && value.TryGetValue<int>(out var number) ? number
        : throw new JsonException($"the version {version.ToJsonString()} is no whole number");

    /// <summary>Makes a specification of an older version one of the current version.</summary>
    public static void Upgrade(JsonObject spec)
    {
        // Version 1 took a table named .csv for LiftLab's own copy, but for its encoding and missing marks, and found out the rest.
        if (VersionOf(spec) < 2 && IsOwnCopy(spec["table"]))
            spec["reading"] = JsonSerializer.SerializeToNode(Copy, RunJson.Line);
        spec["version"] = RunSpec.CurrentVersion;
    }

    static TableReadOptions Copy { get; } = TableReadOptions.Plain with { Encoding = null, MissingMarks = null };

    static bool IsOwnCopy(JsonNode? table) =>
        table is JsonValue value && value.TryGetValue<string>(out var name) && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
}
