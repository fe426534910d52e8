using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>Comparison of two learners over several data sets: Wilcoxon's signed-rank test of their mean scores.</summary>
/// <param name="Difference">First minus second, mean over the data sets; for a metric in the target's unit, the mean logarithm of the
/// ratio.</param>
/// <param name="AdjustedPValue">After Holm's correction over all pairs of the verdict.</param>
/// <param name="Better">Data sets on which the first is better.</param>
public sealed record DataComparison(
    string First,
    string Second,
    int Data,
    double Difference,
    int Better,
    int Worse,
    double Statistic,
    double PValue,
    double AdjustedPValue,
    Finding Finding
);

/// <summary>Comparison of two learners over several splits of one table: the corrected resampled t-test.</summary>
/// <param name="Statistic">t; null where it cannot be tested, as are the p-values.</param>
/// <param name="AdjustedPValue">After Holm's correction over the tested pairs of the data set.</param>
/// <param name="Untested">Why it cannot be tested; null where it was.</param>
public sealed record SplitComparison(
    string Data,
    string First,
    string Second,
    int Splits,
    double Difference,
    double? Statistic,
    double? PValue,
    double? AdjustedPValue,
    Finding Finding,
    string? Untested = null
);

/// <summary>The conclusions of a study on one learner compared with the others.</summary>
/// <param name="Ranked">The learners that <paramref name="Friedman"/> ranks, in its order, as indices in the study; empty if it is
/// null.</param>
public sealed record StudyVerdict(
    string Subject,
    string Words,
    IReadOnlyList<string> Notes,
    IReadOnlyList<DataComparison> OverData,
    IReadOnlyList<SplitComparison> OverSplits,
    Friedman? Friedman,
    IReadOnlyList<int> Ranked
)
{
    const double Level = 0.05;

    /// <param name="subject">Index of a learner of the study.</param>
    public static StudyVerdict Of(Study study, int subject)
    {
        int[] ranked = [.. study.Complete];
        var friedman =
            study.Data.Count >= 2 && ranked.Length >= 2
                ? Friedman.Of(
                    [
                        .. Enumerable
                            .Range(0, study.Data.Count)
                            .Select(d => (IReadOnlyList<double>)[.. ranked.Select(l => study.Mean(d, l)!.Value)]),
                    ],
                    study.Metric.HigherIsBetter
                )
                : null;
        if (friedman is null)
            ranked = [];
        var overData = OverDataSets(study, subject);
        var overSplits = Enumerable.Range(0, study.Data.Count).SelectMany(d => Over(study, d, subject)).ToArray();
        return new(
            study.Learners[subject],
            StudyWords.Summary(study, subject, friedman, ranked, overData, overSplits),
            StudyWords.Notes(study, subject, friedman, ranked, overData, overSplits),
            overData,
            overSplits,
            friedman,
            ranked
        );
    }

    static DataComparison[] OverDataSets(Study study, int subject)
    {
        if (study.Data.Count < 2)
            return [];
        var raw = new List<DataComparison>();
        for (var other = 0; other < study.Learners.Count; other++)
        {
            if (other == subject)
                continue;
            int[] both =
            [
                .. Enumerable.Range(0, study.Data.Count).Where(d => study.Mean(d, subject) is not null && study.Mean(d, other) is not null),
            ];
            if (both.Length < 2)
                continue;
            // Differences of scores in different units cannot be ranked together; ratios can.
            double Scale(double value) => study.Metric.Unit == "target" ? Math.Log(Math.Max(value, double.Epsilon)) : value;
            double[] first = [.. both.Select(d => Scale(study.Mean(d, subject)!.Value))],
                second = [.. both.Select(d => Scale(study.Mean(d, other)!.Value))];
            var test = Wilcoxon.Of(first, second);
            var up = both.Where((_, i) => first[i] > second[i]).Count();
            var down = both.Where((_, i) => first[i] < second[i]).Count();
            raw.Add(
                new(
                    study.Learners[subject],
                    study.Learners[other],
                    both.Length,
                    first.Zip(second, (a, b) => a - b).Average(),
                    study.Metric.HigherIsBetter ? up : down,
                    study.Metric.HigherIsBetter ? down : up,
                    test.Statistic,
                    test.PValue,
                    test.PValue,
                    Finding.NoEvidence
                )
            );
        }
        var adjusted = Holm.Adjust([.. raw.Select(r => r.PValue)]);
        return [.. raw.Select((r, i) => r with { AdjustedPValue = adjusted[i], Finding = Judge(study.Metric, adjusted[i], r.Difference) })];
    }

    static SplitComparison[] Over(Study study, int data, int subject)
    {
        var own = study.Scores[data][subject].ToDictionary(s => s.Draw, s => s.Value, StringComparer.Ordinal);
        if (own.Count < 2)
            return []; // one split: compared on the test rows
        var raw = new List<SplitComparison>();
        for (var other = 0; other < study.Learners.Count; other++)
        {
            if (other == subject)
                continue;
            double[] differences = [.. study.Scores[data][other].Where(s => own.ContainsKey(s.Draw)).Select(s => own[s.Draw] - s.Value)];
            if (differences.Length == 0)
                continue;
            var test = CorrectedTTest.Of(differences, study.Data[data].TrainRows, study.Data[data].TestRows);
            raw.Add(
                new(
                    study.Data[data].Name,
                    study.Learners[subject],
                    study.Learners[other],
                    test.Splits,
                    test.Mean,
                    test.Statistic,
                    test.PValue,
                    test.PValue,
                    Finding.CannotBeTested,
                    test.Untested
                )
            );
        }
        int[] tested = [.. Enumerable.Range(0, raw.Count).Where(i => raw[i].PValue is not null)];
        var adjusted = Holm.Adjust([.. tested.Select(i => raw[i].PValue!.Value)]);
        for (var i = 0; i < tested.Length; i++)
            raw[tested[i]] = raw[tested[i]] with
            {
                AdjustedPValue = adjusted[i],
                Finding = Judge(study.Metric, adjusted[i], raw[tested[i]].Difference),
            };
        return [.. raw];
    }

    static Finding Judge(Metric metric, double p, double difference) =>
        p >= Level || difference == 0 ? Finding.NoEvidence
        : difference > 0 == metric.HigherIsBetter ? Finding.Better
        : Finding.Worse;
}
