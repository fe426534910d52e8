using System.Globalization;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>The findings of a study as sentences.</summary>
static class StudyWords
{
    const double Level = 0.05;

    public static string Summary(
        Study study,
        int subject,
        Friedman? friedman,
        int[] ranked,
        DataComparison[] overData,
        SplitComparison[] overSplits
    )
    {
        var name = study.Learners[subject];
        var parts = new List<string>();
        if (friedman is not null && Array.IndexOf(ranked, subject) is >= 0 and var at)
        {
            string[] apart = [.. ranked.Where((_, i) => i != at && friedman.NemenyiP[at][i] < Level).Select(l => study.Learners[l])];
            parts.Add(
                Text(
                    $"Over {study.Data.Count} data sets {name} has mean rank {friedman.MeanRanks[at]:0.0#} of {ranked.Length} (1 is best). "
                )
                    + (
                        friedman.ImanDavenportP >= Level
                            ? Text($"There is no evidence that the learners differ (Friedman, {P(friedman.ImanDavenportP)})")
                            : Text($"The learners differ (Friedman, {P(friedman.ImanDavenportP)})")
                                + (
                                    apart.Length == 0
                                        ? $"; no difference from {name} is significant"
                                        : $"; {name} differs from {List(apart)}"
                                )
                                + Text($" (Nemenyi, critical difference {friedman.CriticalDifference:0.00})")
                    )
                    + "."
            );
        }
        if (overData.Length > 0)
            parts.Add(
                Pairwise(
                    name,
                    [.. overData.Select(c => (c.Second, c.Finding))],
                    Text($"Wilcoxon's test over {overData.Max(c => c.Data)} data sets, Holm-corrected")
                )
            );
        foreach (var table in overSplits.GroupBy(c => c.Data))
            parts.Add(
                $"On {table.Key}: "
                    + Pairwise(
                        name,
                        [.. table.Select(c => (c.Second, c.Finding))],
                        Text($"corrected t-test over {Splits(table.Max(c => c.Splits))}, Holm-corrected")
                    )
                    + Untested([.. table])
            );
        return parts.Count == 0
            ? $"{name}: cannot be compared, because no other learner has a score on the same split of the same data set."
            : string.Join(" ", parts);
    }

    public static IReadOnlyList<string> Notes(
        Study study,
        int subject,
        Friedman? friedman,
        int[] ranked,
        DataComparison[] overData,
        SplitComparison[] overSplits
    )
    {
        var notes = new List<string>();
        if (overData.Length > 0)
        {
            // The smallest p-value of n pairs: all differences have the same sign.
            var data = overData.Max(c => c.Data);
            var least = Math.Pow(2, 1 - data);
            if (least * overData.Length >= Level)
                notes.Add(
                    Text(
                        $"With {data} data sets the smallest p-value of Wilcoxon's test is p = {least:0.0##}, times {overData.Length} for Holm's first comparison: the test cannot find a difference of any size. "
                    ) + Text($"It needs at least {Enough(overData.Length)} data sets.")
                );
        }
        if (friedman is not null && study.Data.Count < 6)
            notes.Add(
                "Friedman's test needs more than about ten data sets, or five learners and five data sets (Demšar 2006): read the ranks as a description."
            );
        if (friedman is not null && ranked.Length < study.Learners.Count)
            notes.Add(
                "Not ranked, because the score on a data set is missing: "
                    + List([.. Enumerable.Range(0, study.Learners.Count).Except(ranked).Select(l => study.Learners[l])])
                    + "."
            );
        for (var d = 0; d < study.Data.Count; d++)
            if (
                Enumerable
                    .Range(0, study.Learners.Count)
                    .Where(l => study.Scores[d][l].Count > 0 && study.Scores[d][l].Count < study.Splits(d))
                    .Select(l => study.Learners[l])
                    .ToArray() is
                { Length: > 0 } fewer
            )
                notes.Add($"On {study.Data[d].Name} not run on every split: {List(fewer)}; the mean is over fewer splits.");
        if (study.Metric.Unit == "target" && study.Data.Count > 1)
            notes.Add(
                $"{study.Metric.Title} is in each target's own unit: learners are ranked within a data set, and Wilcoxon's test uses the logarithms of the ratios."
            );
        if (overSplits.Length > 0)
            notes.Add(
                "The test rows are the same in every split of a table; the splits differ in the choice of training rows among the other rows. The corrected t-test (Nadeau and Bengio 2003) therefore covers the variation of training rows more than that of test rows."
            );
        return notes;
    }

    static string Splits(int count) => Text($"{count} {(count == 1 ? "split" : "splits")}");

    /// <summary>Why pairs cannot be tested; empty where all are.</summary>
    static string Untested(SplitComparison[] table) =>
        string.Concat(
            table
                .Where(c => c.Untested is not null)
                .GroupBy(c => c.Untested)
                .Select(g => $" {List([.. g.Select(c => c.Second)])} cannot be tested: {g.Key}.")
        );

    static int Enough(int comparisons)
    {
        var n = 1;
        while (Math.Pow(2, 1 - n) * comparisons >= Level)
            n++;
        return n;
    }

    static string Pairwise(string name, (string Other, Finding Finding)[] all, string how)
    {
        string Names(Finding f) => List([.. all.Where(a => a.Finding == f).Select(a => a.Other)]);
        var parts = new List<string>();
        if (Names(Finding.Better) is { Length: > 0 } better)
            parts.Add("better than " + better);
        if (Names(Finding.Worse) is { Length: > 0 } worse)
            parts.Add("worse than " + worse);
        if (Names(Finding.NoEvidence) is { Length: > 0 } same)
            parts.Add(
                "no evidence of a difference from "
                    + (all.Length > 2 && all.All(a => a.Finding == Finding.NoEvidence) ? "any of the others" : same)
            );
        if (all.All(a => a.Finding == Finding.CannotBeTested))
            return $"{name}:";
        return $"{name}: {string.Join("; ", parts)} ({how}).";
    }

    static string List(string[] names) => names.Length < 2 ? string.Join("", names) : string.Join(", ", names[..^1]) + " and " + names[^1];

    static string P(double p) => p < 0.001 ? "p < 0.001" : "p = " + p.ToString(p < 0.0995 ? "0.000" : "0.00", CultureInfo.InvariantCulture);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
