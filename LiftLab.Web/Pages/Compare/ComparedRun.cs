using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;

namespace LiftLab.Web.Pages.Compare;

/// <summary>A run as a comparison reads it.</summary>
/// <param name="DataKey">The same for runs whose learners answered the same test rows of the same table from the same features.</param>
/// <param name="Settings">LIFT's settings as text by path, to find what differs.</param>
public sealed record ComparedRun(
    RunRow Row,
    RunSpec Spec,
    RunReport Report,
    string DataKey,
    string RowsKey,
    IReadOnlyDictionary<string, string> Settings
)
{
    /// <summary>Runs of the same draw have the same training rows and the same seed.</summary>
    public string Draw => $"{Spec.SplitSeed}/{Spec.Seed}";

    public IEnumerable<LearnerResult> Learners => [Report.Learner, .. Report.Baselines];

    /// <returns>The run, or why it cannot be compared.</returns>
    public static async Task<(ComparedRun? Run, string? Why)> ReadAsync(LabRuns runs, string id, CancellationToken cancel)
    {
        try
        {
            var row = await runs.GetAsync(id, cancel);
            if (await runs.ReportAsync(id, cancel) is not { } report)
                return (null, $"{row.Name}: it has not finished");
            return await Task.Run<(ComparedRun?, string?)>(
                () =>
                {
                    var folder = runs.Folder(id);
                    var spec = folder.ReadSpec();
                    if (folder.ReadOutcome(spec.Learner.Name) is not { Answers.Count: > 0 } outcome)
                        return (null, $"{row.Name}: its learner has no answers");
                    using var table = File.OpenRead(folder.TableFile(spec));
                    var content = Convert.ToHexString(SHA256.HashData(table));
                    var rows = Key([
                        content,
                        spec.Schema.Target.Name,
                        spec.Schema.Task.ToString(),
                        .. outcome.Answers.Select(a => a.Row.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    ]);
                    var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
                    Flatten("", report.Learner.Settings, settings);
                    return (new(row, spec, report, Key([rows, .. spec.Schema.Features.Select(f => f.Name)]), rows, settings), null);
                },
                cancel
            );
        }
        catch (KeyNotFoundException)
        {
            return (null, $"{id}: there is no such run");
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return (null, $"{id}: {e.Message}");
        }
    }

    static string Key(IEnumerable<string> parts) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))));

    // What training found out is no setting.
    static void Flatten(string path, JsonNode? node, SortedDictionary<string, string> into)
    {
        switch (node)
        {
            case JsonObject entries:
                foreach (var (name, value) in entries)
                    if (path.Length > 0 || name != "chosen")
                        Flatten(path.Length == 0 ? name : $"{path}.{name}", value, into);
                break;
            case JsonArray list:
                into[path] = list.ToJsonString();
                break;
            default:
                into[path] = node?.ToString() ?? "none";
                break;
        }
    }
}
