using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Commands;

/// <summary>Writes a command's result to standard output: one JSON document, or lines of name and value.</summary>
static class JsonOutput
{
    public static Option<bool> Option() => new("--json") { Description = "Writes one JSON document to standard output." };

    public static int Write(bool json, object result)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, RunJson.Line));
            return ExitCode.Done;
        }
        foreach (var (name, value) in (JsonObject)JsonSerializer.SerializeToNode(result, RunJson.Line)!)
            Console.Out.WriteLine(
                $"{name, -30} {(value is JsonValue v && v.TryGetValue<double>(out var number) ? number.ToString("#,0.###", CultureInfo.InvariantCulture) : value?.ToString())}"
            );
        return ExitCode.Done;
    }
}
