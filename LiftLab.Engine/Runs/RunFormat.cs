using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Engine.Runs;

/// <summary>
/// The formats of run folders. Version 1 has neither <c>split.json</c> nor reading options; version 2 has both; from version 3 on the cells
/// of the table's copy are taken as written; from version 4 on answers can be drawn over one feature (<c>boundary</c> without <c>y</c> or
/// with a category column, grids with <c>lines</c>). A folder of an older version is upgraded when it is read and unchanged on disk.
/// </summary>
static class RunFormat
{
    /// <summary>The format version of a spec.json; 1 if it has no number.</summary>
    /// <exception cref="JsonException">The version is not a whole number.</exception>
    public static int VersionOf(JsonObject spec) =>
        spec["version"] is not { } version ? 1
        : version is JsonValue value && value.TryGetValue<int>(out var number) ? number
        : throw new JsonException($"the version {version.ToJsonString()} is not a whole number");

    /// <summary>Upgrades a specification of an older version to the current version.</summary>
    public static void Upgrade(JsonObject spec)
    {
        // Version 1 read a table named .csv as LiftLab's own copy, except that it detected encoding and missing marks.
        if (VersionOf(spec) < 2 && IsOwnCopy(spec["table"]))
            spec["reading"] = JsonSerializer.SerializeToNode(Copy, RunJson.Line);
        // Versions 1 and 2 converted numbers in the copy again ("1,234,567" to 1234567), and their models were trained on the result.
        if (VersionOf(spec) < 3)
        {
            if (spec["reading"] is not JsonObject)
                spec["reading"] = new JsonObject();
            spec["reading"]!["cells"] = JsonSerializer.SerializeToNode(CellRules.Second, RunJson.Line);
        }
        spec["version"] = RunSpec.CurrentVersion;
    }

    static TableReadOptions Copy { get; } = TableReadOptions.Plain with { Encoding = null, MissingMarks = null };

    static bool IsOwnCopy(JsonNode? table) =>
        table is JsonValue value && value.TryGetValue<string>(out var name) && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
}
