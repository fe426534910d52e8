using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>
/// Providers' models in compared runs. Each model, way of asking and combination of settings is a learner of its own, named by the model
/// and its provider: "LIFT on gpt-4o-mini at openai".
/// </summary>
public sealed class RemoteTitles
{
    /// <summary>The learner's name in specifications.</summary>
    public const string Learner = "openai";

    /// <summary>Settings that do not change what is learned or answered.</summary>
    static readonly string[] Aside = [LearnerBill.Setting, "mostDollars", "replay", "atOnce", "provider.address", "provider.apiVersion"];

    /// <summary>By the run's id.</summary>
    readonly Dictionary<string, (string Key, string Title)> known = new(StringComparer.Ordinal);

    public RemoteTitles(IReadOnlyList<ComparedRun> runs)
    {
        var labels = new RunLabels(runs);
        var met = runs.SelectMany(r =>
                r.Learners.Where(l => l.Learner == Learner).Select(l => (Run: r, Base: Base(r, l), Key: Settings(r, l)))
            )
            .ToArray();
        foreach (var named in met.GroupBy(m => m.Base))
        foreach (var same in named.GroupBy(m => m.Key))
        {
            var title =
                named.Select(m => m.Key).Distinct().Count() == 1
                    ? named.Key
                    : $"{named.Key} ({Runs([.. same.Select(m => labels.Of(m.Run))])})";
            foreach (var one in same)
                known[one.Run.Id] = ($"{Learner} {same.Key}", title);
        }
    }

    public string KeyOf(ComparedRun run) => known[run.Id].Key;

    public string TitleOf(ComparedRun run) => known[run.Id].Title;

    static string Runs(string[] labels) =>
        labels.Length == 1 ? labels[0] : FormattableString.Invariant($"{labels[0]} and {labels.Length - 1} more");

    static string Base(ComparedRun run, LearnerResult result)
    {
        if (Given(run, result) is not { } settings || Text(settings["model"]) is not { } model)
            return result.Title;
        var at = settings["provider"] is JsonObject provider ? Text(provider["name"]) : Text(settings["provider"]);
        var way =
            settings["trains"] is JsonValue trains && trains.TryGetValue(out bool trained) && !trained
                ? settings["examples"] is JsonValue count && count.TryGetValue(out int examples) && examples > 0
                    ? FormattableString.Invariant($" (asked with {examples} examples)")
                    : " (asked as it is)"
                : "";
        return $"LIFT on {model}" + (at is null ? "" : $" at {at}") + way;
    }

    static string Settings(ComparedRun run, LearnerResult result) =>
        string.Join('\n', ComparedRun.Flat(Given(run, result)).Where(s => !IsAside(s.Key)).Select(s => $"{s.Key}={s.Value}"));

    static bool IsAside(string path) => Aside.Any(a => path == a || path.StartsWith(a + ".", StringComparison.Ordinal));

    static JsonObject? Given(ComparedRun run, LearnerResult result) =>
        result.Settings ?? run.Spec.Learners.FirstOrDefault(l => l.Name == result.Learner)?.Settings;

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && text.Length > 0 ? text : null;
}
