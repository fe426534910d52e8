using System.Globalization;
using System.Text.Json.Nodes;

namespace LiftLab.Engine.Learning;

/// <summary>The settings that a learner was run with or chose on the validation rows, as names and values for people.</summary>
public static class ChosenSettings
{
    /// <summary>The choices of LIFT and its variants, by name in the settings.</summary>
    static readonly (string Key, string Words)[] OfLift =
    [
        ("bestEpoch", "best epoch"),
        ("temperature", "temperature"),
        ("part", "part of the fine-tuned"),
        ("slope", "slope"),
        ("shift", "shift"),
        ("spread", "spread"),
    ];

    // The label repeats the other entries; encoding and method of choosing are shown elsewhere.
    static readonly string[] Same = ["setting", "encoding", "chosenBy"];

    /// <summary>Empty where there was nothing to choose.</summary>
    public static IReadOnlyList<(string Name, string Value)> Of(LearnerResult result, LearnerKind kind)
    {
        var choice = LearnerChoice.Of(result);
        if (kind == LearnerKind.Baseline)
            return [.. choice.Values.Where(v => !Same.Contains(v.Key)).Select(v => (v.Key, v.Value.ToString()))];
        return
        [
            .. choice.Model is { } model ? [("model", model)] : Array.Empty<(string, string)>(),
            .. OfLift.Where(o => choice.Chosen.ContainsKey(o.Key)).Select(o => (o.Words, Short(choice.Chosen[o.Key]))),
        ];
    }

    /// <summary>One line for a table of learners.</summary>
    public static string InWords(LearnerResult result, LearnerKind kind) =>
        LearnerChoice.Of(result).Setting is { Length: > 1 } setting ? setting
        : kind != LearnerKind.Baseline && Of(result, kind) is { Count: > 0 } entries
            ? string.Join(", ", entries.Select(e => $"{e.Name} {e.Value}"))
        : "nothing to choose";

    static string Short(JsonValue value) =>
        value.TryGetValue<double>(out var number) ? number.ToString("0.###", CultureInfo.InvariantCulture) : value.ToString();
}
