using System.Globalization;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Experiments;

/// <summary>The part of a study's fits that one of several processes makes. The division depends on the study and the count only.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Count">Number of shares.</param>
public sealed record StudyShare(int Index, int Count)
{
    /// <summary>Fits of baselines for which a process of their own is worth its start.</summary>
    const int LeastFits = 10;

    /// <summary>What a fit of LIFT takes beside one of a baseline, roughly; it balances the shares.</summary>
    const int LiftWeight = 20;

    /// <summary>"3/12"; null for other text.</summary>
    public static StudyShare? Parse(string text) =>
        text.Split('/') is [var first, var second]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && index < count
            ? new(index, count)
            : null;

    public override string ToString() => FormattableString.Invariant($"{Index}/{Count}");

    /// <param name="find">Finds a learner by name.</param>
    public IReadOnlyList<PlannedFit> FitsOf(StudyCells cells, Func<string, LearnerEntry> find) => Divide(cells.Fits, find, Count)[Index];

    /// <summary>Into how many shares a study is worth dividing: 1 for a small one.</summary>
    /// <param name="answers">What the study and its lab know already does not count.</param>
    public static int CountFor(StudyCells cells, AnswerStore answers, Func<string, LearnerEntry> find, int most)
    {
        PlannedFit[] open = [.. cells.Fits.Where(f => f.Probes.Any(p => !answers.Knows(p.Key.Hash)))];
        var lift = open.Where(f => !IsBaseline(f, find)).Select(f => f.Bundle).Distinct().Count();
        var baselines = open.Count(f => IsBaseline(f, find));
        return Math.Clamp(lift + baselines / LeastFits, 1, Math.Max(1, most));
    }

    /// <summary>
    /// Bundles of LIFT stay whole, because their fits train together; fits of baselines stand alone. The heaviest goes first, each to the
    /// share that has least. The fits of a share keep their order.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<PlannedFit>> Divide(
        IReadOnlyList<PlannedFit> fits,
        Func<string, LearnerEntry> find,
        int count
    )
    {
        var shareOf = new Dictionary<PlannedFit, int>(ReferenceEqualityComparer.Instance);
        var load = new long[count];
        var bundles = fits.Where(f => !IsBaseline(f, find)).GroupBy(f => f.Bundle).Select(b => (Fits: b.ToArray(), Weight: LiftWeight));
        var alone = fits.Where(f => IsBaseline(f, find))
            .GroupBy(f => f.Fit.Learner.Name) // so that each share gets its part of the slow learners
            .SelectMany(g => g)
            .Select(f => (Fits: new[] { f }, Weight: 1));
        foreach (var unit in bundles.OrderByDescending(b => b.Fits.Length).Concat(alone))
        {
            var share = Array.IndexOf(load, load.Min());
            load[share] += (long)unit.Fits.Length * unit.Weight;
            foreach (var fit in unit.Fits)
                shareOf[fit] = share;
        }
        return [.. Enumerable.Range(0, count).Select(s => (PlannedFit[])[.. fits.Where(f => shareOf[f] == s)])];
    }

    static bool IsBaseline(PlannedFit fit, Func<string, LearnerEntry> find) => find(fit.Fit.Learner.Name).Kind == LearnerKind.Baseline;
}
