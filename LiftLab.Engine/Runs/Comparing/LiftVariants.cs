using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>
/// LIFT with different settings in several runs: whether these count as separate learners, their titles, and the settings that differ.
/// </summary>
/// <param name="Apart">Each combination of settings counts as a separate learner; else all count as one.</param>
/// <param name="Titles">"LIFT"; if they are separate "LIFT A (name of the run)", "LIFT B (name and 2 more)". In the order of their first
/// runs; empty without LIFT.</param>
/// <param name="Settings">Each variant's settings as one text, in the same order.</param>
/// <param name="Differing">Settings that differ: by path, one value per variant.</param>
public sealed record LiftVariants(
    bool Apart,
    IReadOnlyList<string> Titles,
    IReadOnlyList<string> Settings,
    IReadOnlyList<(string Path, IReadOnlyList<string> Values)> Differing
)
{
    /// <summary>Titles of the providers' models in the runs.</summary>
    public required RemoteTitles Remote { get; init; }

    /// <summary>LIFT's name in specifications.</summary>
    public const string Lift = "lift";

    const int Letters = 26;

    /// <param name="apart">Null: separate if two variants ran on the same data set.</param>
    public static LiftVariants Of(IReadOnlyList<ComparedRun> runs, bool? apart)
    {
        ComparedRun[] lift = [.. runs.Where(IsLift)];
        ComparedRun[] first = [.. lift.DistinctBy(r => r.Setting)];
        var met = lift.GroupBy(r => r.DataKey).Any(g => g.Select(r => r.Setting).Distinct().Count() > 1);
        var separate = first.Length > 1 && (apart ?? met);
        var labels = new RunLabels(runs);
        return new(
            separate,
            [.. first.Select((f, i) => Title(i, separate, [.. lift.Where(r => r.Setting == f.Setting).Select(labels.Of)]))],
            [.. first.Select(r => r.Setting)],
            Differ([.. first.Select(r => r.Settings)])
        )
        {
            Remote = new(runs),
        };
    }

    /// <summary>A key that is equal for results of the same compared learner.</summary>
    public string KeyOf(ComparedRun run, LearnerResult result) =>
        result.Learner switch
        {
            Lift => FormattableString.Invariant($"{Lift}-{IndexOf(run):000}"),
            RemoteTitles.Learner => Remote.KeyOf(run),
            _ => result.Learner + OwnSettings(run, result),
        };

    /// <summary>The title of the compared learner.</summary>
    public string TitleOf(ComparedRun run, LearnerResult result) =>
        result.Learner switch
        {
            Lift => Titles[IndexOf(run)],
            RemoteTitles.Learner => Remote.TitleOf(run),
            _ => result.Title + OwnSettings(run, result),
        };

    public static bool IsLiftKey(string key) => key.StartsWith(Lift + "-", StringComparison.Ordinal);

    int IndexOf(ComparedRun run) => Apart ? Settings.ToList().IndexOf(run.Setting) : 0;

    static bool IsLift(ComparedRun run) => run.Spec.Learner.Name == Lift;

    /// <summary>Another learner with settings from the user is not the same learner as with default settings.</summary>
    static string OwnSettings(ComparedRun run, LearnerResult result) =>
        run.Spec.Baselines.FirstOrDefault(b => b.Name == result.Learner)?.Settings is { Count: > 0 } own ? $" {own.ToJsonString()}" : "";

    static IReadOnlyList<(string, IReadOnlyList<string>)> Differ(IReadOnlyList<IReadOnlyDictionary<string, string>> variants) =>
        [
            .. variants
                .SelectMany(s => s.Keys)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(path => (path, Values: (IReadOnlyList<string>)[.. variants.Select(s => s.GetValueOrDefault(path, "–"))]))
                .Where(d => d.Values.Distinct().Count() > 1),
        ];

    static string Title(int variant, bool apart, string[] runs) =>
        !apart
            ? "LIFT"
            : (variant < Letters ? $"LIFT {(char)('A' + variant)}" : FormattableString.Invariant($"LIFT no. {variant + 1}"))
                + (runs.Length == 1 ? $" ({runs[0]})" : FormattableString.Invariant($" ({runs[0]} and {runs.Length - 1} more)"));
}
