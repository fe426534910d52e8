using System.Globalization;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>Runs of one table and one split: their figures can be drawn over each other.</summary>
/// <param name="Title">"iris, split 0".</param>
public sealed record OverlayGroup(string Title, IReadOnlyList<ComparedRun> Runs)
{
    /// <summary>The groups of a comparison, the largest first.</summary>
    public static IReadOnlyList<OverlayGroup> Of(RunComparison compared) =>
        [
            .. compared
                .Runs.GroupBy(r => (r.DataKey, r.Spec.SplitSeed))
                .Select(g => new OverlayGroup(
                    string.Create(CultureInfo.InvariantCulture, $"{compared.DataName(g.Key.DataKey)}, split {g.Key.SplitSeed}"),
                    [.. g]
                ))
                .OrderByDescending(g => g.Runs.Count),
        ];

    /// <summary>Says why runs are not in one figure; empty where all are.</summary>
    public static string WhyApart(IReadOnlyList<OverlayGroup> groups, RunComparison compared) =>
        groups.Count < 2
            ? ""
            : "These runs are on different tables or splits, so their figures are not drawn over each other: "
                + string.Join("; ", groups.Select(g => $"{g.Title} ({string.Join(", ", g.Runs.Select(compared.LabelOf))})"))
                + ".";
}
