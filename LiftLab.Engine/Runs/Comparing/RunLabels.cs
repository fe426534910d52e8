using System.Globalization;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>A short label for each run of a comparison: its name, with split, seed or id where several runs have the name.</summary>
public sealed class RunLabels
{
    readonly Dictionary<string, string> labels;

    public RunLabels(IReadOnlyList<ComparedRun> runs) =>
        labels = runs.GroupBy(r => r.Name)
            .SelectMany(named =>
                Distinct([.. named], r => r.Name)
                ?? Distinct([.. named], r => Text($"{r.Name}, split {r.Spec.SplitSeed}"))
                ?? Distinct([.. named], r => Text($"{r.Name}, split {r.Spec.SplitSeed}, seed {r.Spec.Seed}"))
                ?? Distinct([.. named], r => $"{r.Name}, {r.Id}")!
            )
            .ToDictionary(l => l.Id, l => l.Label, StringComparer.Ordinal);

    public string Of(ComparedRun run) => labels[run.Id];

    /// <summary>Null where two runs have the same label.</summary>
    static (string Id, string Label)[]? Distinct(ComparedRun[] runs, Func<ComparedRun, string> label)
    {
        (string Id, string Label)[] all = [.. runs.Select(r => (r.Id, label(r)))];
        return all.DistinctBy(l => l.Label).Count() == all.Length ? all : null;
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
