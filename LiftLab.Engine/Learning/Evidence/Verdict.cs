using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>A learner's title and its predictions for the test rows, the input of a verdict.</summary>
public sealed record Contender(string Title, IReadOnlyList<Prediction> Predictions);

/// <summary>Conclusions on one learner compared with others on the test rows, with the evidence.</summary>
/// <param name="Words">One sentence that summarises all comparisons.</param>
public sealed record Verdict(string Words, IReadOnlyList<Comparison> Comparisons)
{
    const double Level = 0.05;

    /// <param name="rows">The test rows, the same for all contenders.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static Verdict Of(LearningTask task, IReadOnlyList<int> rows, Contender subject, IReadOnlyList<Contender> others, int seed)
    {
        if (rows.Count == 0 || others.Count == 0)
            return new("There is nothing to compare.", []);
        Comparison[] raw =
        [
            .. others.Select(o =>
                task.Target is Target.Classes ? Classes(task, rows, subject, o, seed) : Numbers(task, rows, subject, o, seed)
            ),
        ];
        int[] tested = [.. Enumerable.Range(0, raw.Length).Where(i => raw[i].Rows > 0)];
        var adjusted = Holm.Adjust([.. tested.Select(i => raw[i].PValue)]);
        Comparison[] comparisons =
        [
            .. raw.Select((c, i) => Array.IndexOf(tested, i) is >= 0 and var at ? Judge(c, adjusted[at], tested.Length) : Untested(c)),
        ];
        return new(Summary(subject.Title, comparisons), comparisons);
    }

    static Comparison Classes(LearningTask task, IReadOnlyList<int> rows, Contender first, Contender second, int seed)
    {
        bool[] Right(Contender c) => [.. rows.Select((r, i) => task.Target.IsRight(c.Predictions[i], task.Targets[r]) == true)];
        var (ours, theirs) = (Right(first), Right(second));
        var test = McNemar.Of(ours, theirs);
        var both = ours.Zip(theirs).Count(p => p.First && p.Second);
        var (low, high) = Proportions.PairedDifference(
            both,
            test.OnlyFirst,
            test.OnlySecond,
            rows.Count - both - test.OnlyFirst - test.OnlySecond
        );
        return new(
            first.Title,
            second.Title,
            Metrics.Accuracy.Name,
            HeadScore(task, rows, first, seed),
            HeadScore(task, rows, second, seed),
            (double)ours.Count(r => r) / rows.Count - (double)theirs.Count(r => r) / rows.Count,
            low,
            high,
            "McNemar",
            test.PValue,
            test.PValue,
            test.OnlyFirst,
            test.OnlySecond,
            rows.Count < Interval.FewestRows ? null : McNemar.RowsNeeded(test.OnlyFirst, test.OnlySecond, rows.Count),
            rows.Count,
            Finding.NoEvidence,
            ""
        );
    }

    static Comparison Numbers(LearningTask task, IReadOnlyList<int> rows, Contender first, Contender second, int seed)
    {
        int[] both =
        [
            .. Enumerable
                .Range(0, rows.Count)
                .Where(i => first.Predictions[i] is Prediction.Answered && second.Predictions[i] is Prediction.Answered),
        ];
        int[] shared = [.. both.Select(i => rows[i])];
        Contender Only(Contender c) => c with { Predictions = [.. both.Select(i => c.Predictions[i])] };
        var (a, b) = (Only(first), Only(second));
        if (both.Length == 0)
        {
            var none = new Score(Metrics.Rmse.Name, double.NaN, null, null, 0, rows.Count);
            return new(
                first.Title,
                second.Title,
                Metrics.Rmse.Name,
                none,
                none,
                double.NaN,
                null,
                null,
                "paired bootstrap",
                1,
                1,
                null,
                null,
                null,
                0,
                Finding.NoEvidence,
                ""
            );
        }
        var paired = PairedBootstrap.Of(
            Headline(task, shared, a.Predictions),
            Headline(task, shared, b.Predictions),
            task.Target.Strata(shared.Select(r => task.Targets[r])),
            seed
        );
        double[] differences =
        [
            .. both.Select(i => Squared(task, rows[i], first.Predictions[i]) - Squared(task, rows[i], second.Predictions[i])),
        ];
        var differing = differences.Count(d => d != 0);
        var (test, p) =
            differing > PairedPermutation.Most
                ? ("paired bootstrap", paired.PValue)
                : ("paired permutation", PairedPermutation.Of(differences));
        var hasInterval = both.Length >= Interval.FewestRows && !Interval.IsFlat(paired.Low, paired.High);
        var mean = differences.Average();
        var variance = differences.Length > 1 ? differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1) : 0;
        var needed = Math.Pow(Power.Level + Power.Beta, 2) * variance / (mean * mean);
        return new(
            first.Title,
            second.Title,
            Metrics.Rmse.Name,
            HeadScore(task, shared, a, seed),
            HeadScore(task, shared, b, seed),
            paired.Difference,
            hasInterval ? Finite(paired.Low) : null,
            hasInterval ? Finite(paired.High) : null,
            test,
            p,
            p,
            null,
            null,
            mean != 0 && needed < 1e8 && both.Length >= Interval.FewestRows ? (int)Math.Ceiling(needed) : null,
            both.Length,
            Finding.NoEvidence,
            ""
        );
    }

    /// <summary>No row was answered by both.</summary>
    static Comparison Untested(Comparison c) => c with { Finding = Finding.CannotBeTested, Words = VerdictWords.Of(c, 1) };

    static Comparison Judge(Comparison c, double adjusted, int comparisons)
    {
        var better = Metrics.Named(c.Metric).HigherIsBetter ? c.Difference > 0 : c.Difference < 0;
        var finding =
            adjusted >= Level || c.Difference == 0 ? Finding.NoEvidence
            : better ? Finding.Better
            : Finding.Worse;
        c = c with { AdjustedPValue = adjusted, Finding = finding, RowsNeeded = finding == Finding.NoEvidence ? c.RowsNeeded : null };
        return c with { Words = VerdictWords.Of(c, comparisons) };
    }

    static string Summary(string subject, Comparison[] all)
    {
        string Names(Finding f) => string.Join(", ", all.Where(c => c.Finding == f).Select(c => c.Second));
        var (better, worse, same) = (Names(Finding.Better), Names(Finding.Worse), Names(Finding.NoEvidence));
        var parts = new List<string>();
        if (better.Length > 0)
            parts.Add("better than " + better);
        if (worse.Length > 0)
            parts.Add("worse than " + worse);
        if (same.Length > 0)
            parts.Add("no evidence of a difference from " + same);
        if (Names(Finding.CannotBeTested) is { Length: > 0 } untested)
            parts.Add("cannot be compared with " + untested + ", because no row has readable answers of both");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{subject}: {string.Join("; ", parts)} ({VerdictWords.Rows(all.Max(c => c.Rows), "test ")}, 5 % level{(all.Length > 1 ? ", Holm-corrected" : "")})."
        );
    }

    static Measure Headline(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions) =>
        ScoreSheet.Measures(task, rows, predictions)[0].Measure;

    static Score HeadScore(LearningTask task, IReadOnlyList<int> rows, Contender c, int seed) =>
        ScoreSheet.Headline(task, rows, c.Predictions, seed);

    static double Squared(LearningTask task, int row, Prediction p) => Math.Pow(((Prediction.Answered)p).Value - task.Targets[row], 2);

    static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
