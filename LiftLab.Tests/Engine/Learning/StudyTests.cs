using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Tests.Engine.Learning;

public sealed class StudyTests
{
    /// <summary>A study with one score per data set and learner. Shape (data sets, learners); NaN: no score.</summary>
    static Study Of(Metric metric, params double[][] scores) =>
        new(
            metric,
            [.. scores.Select((_, d) => new StudyData($"data {d + 1}", 80, 20))],
            [.. scores[0].Select((_, l) => $"learner {l + 1}")],
            [
                .. scores.Select(row =>
                    (IReadOnlyList<IReadOnlyList<StudyScore>>)
                        [.. row.Select(v => (IReadOnlyList<StudyScore>)(double.IsNaN(v) ? [] : [new("0/0", v)]))]
                ),
            ]
        );

    static readonly double[][] Ten = [.. Enumerable.Range(0, 10).Select(d => (double[])[.9 + .001 * d, .8 + .002 * d, .7])];

    [Fact]
    public void Over_data_sets_the_pairs_are_tested_by_Wilcoxon_with_Holm_and_all_are_ranked()
    {
        var verdict = StudyVerdict.Of(Of(Metrics.Accuracy, Ten), 0);
        // scipy.stats.wilcoxon of ten differences of one sign, exact: 2 / 2^10
        Assert.All(verdict.OverData, c => Assert.Equal(2 / 1024.0, c.PValue, 9));
        Assert.All(verdict.OverData, c => Assert.Equal(4 / 1024.0, c.AdjustedPValue, 9));
        Assert.All(verdict.OverData, c => Assert.Equal((Finding.Better, 10, 0), (c.Finding, c.Better, c.Worse)));
        Assert.Equal([1.0, 2, 3], verdict.Friedman!.MeanRanks);
        Assert.Contains("learner 1 has mean rank 1.0 of 3", verdict.Words, StringComparison.Ordinal);
        Assert.Contains(
            "The learners differ (Friedman, p < 0.001); learner 1 differs from learner 3 (Nemenyi, critical difference 1.05)",
            verdict.Words,
            StringComparison.Ordinal
        ); // q 2.343 · √(3 · 4 / 60)
        Assert.Contains("better than learner 2 and learner 3 (Wilcoxon", verdict.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_lower_is_better_the_lowest_has_rank_one_and_is_better()
    {
        var verdict = StudyVerdict.Of(Of(Metrics.Rae, Ten), 2);
        Assert.Equal([3.0, 2, 1], verdict.Friedman!.MeanRanks);
        Assert.All(verdict.OverData, c => Assert.Equal(Finding.Better, c.Finding));
    }

    [Fact]
    public void Few_data_sets_are_said_to_be_too_few_to_find_anything()
    {
        var verdict = StudyVerdict.Of(Of(Metrics.Accuracy, Ten[..3]), 0);
        Assert.All(verdict.OverData, c => Assert.Equal((0.25, Finding.NoEvidence), (c.PValue, c.Finding)));
        Assert.Contains(
            verdict.Notes,
            n =>
                n.Contains("With 3 data sets the smallest p-value of Wilcoxon's test is p = 0.25", StringComparison.Ordinal)
                && n.Contains("needs at least 7 data sets", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Errors_in_other_units_are_compared_as_ratios()
    {
        var study = Of(Metrics.Rmse, [1, 2], [1000, 2000], [.01, .02]);
        var pair = Assert.Single(StudyVerdict.Of(study, 0).OverData);
        Assert.Equal(-Math.Log(2), pair.Difference, 12);
        Assert.Contains(StudyVerdict.Of(study, 0).Notes, n => n.Contains("own unit", StringComparison.Ordinal));
    }

    [Fact]
    public void Over_splits_of_one_table_the_corrected_test_pairs_equal_draws()
    {
        double[] first = [.95, .93, .97, .96],
            second = [.90, .91, .92, .90];
        IReadOnlyList<StudyScore> Scores(double[] values, int shift) => [.. values.Select((v, i) => new StudyScore($"{i + shift}/0", v))];
        var study = new Study(
            Metrics.Accuracy,
            [new("iris", 96, 30)],
            ["a", "b", "c"],
            [
                [Scores(first, 0), Scores(second, 0), Scores(second, 9)],
            ]
        );
        var pair = Assert.Single(StudyVerdict.Of(study, 0).OverSplits); // c has no split in common with a
        var expected = CorrectedTTest.Of([.05, .02, .05, .06], 96, 30);
        Assert.Equal(expected.PValue!.Value, pair.PValue!.Value, 9);
        Assert.Equal(.9525, study.Mean(0, 0)!.Value, 12);
        Assert.Equal(0.01707825, study.Deviation(0, 0)!.Value, 6); // numpy.std(ddof=1)
    }

    [Fact]
    public void Two_splits_cannot_be_tested_and_the_words_say_why()
    {
        var study = new Study(
            Metrics.Accuracy,
            [new("iris", 96, 30)],
            ["LIFT", "Decision tree"],
            [
                [
                    [new("0/0", .95), new("1/0", .95)],
                    [new("0/0", .80), new("1/0", .8001)],
                ],
            ]
        );
        var verdict = StudyVerdict.Of(study, 0);
        var pair = Assert.Single(verdict.OverSplits);
        Assert.Equal((Finding.CannotBeTested, null, null), (pair.Finding, pair.PValue, pair.AdjustedPValue));
        Assert.Equal("On iris: LIFT: Decision tree cannot be tested: 2 splits are too few; 3 are needed.", verdict.Words);
        Assert.DoesNotContain("p <", verdict.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pair_that_cannot_be_tested_does_not_count_in_Holms_correction()
    {
        IReadOnlyList<StudyScore> Scores(params double[] values) => [.. values.Select((v, i) => new StudyScore($"{i}/0", v))];
        var study = new Study(
            Metrics.Accuracy,
            [new("iris", 96, 30)],
            ["LIFT", "tree", "copy"],
            [
                [Scores(.95, .93, .97, .96), Scores(.90, .91, .92, .90), Scores(.90, .88, .92, .91)],
            ]
        );
        var verdict = StudyVerdict.Of(study, 0);
        Assert.Equal(verdict.OverSplits[0].PValue, verdict.OverSplits[0].AdjustedPValue);
        Assert.Equal(Finding.CannotBeTested, verdict.OverSplits[1].Finding);
        Assert.Contains("copy cannot be tested: the difference is the same on every split.", verdict.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_common_split_the_words_say_that_nothing_can_be_compared()
    {
        var study = new Study(
            Metrics.Accuracy,
            [new("iris", 96, 30)],
            ["a", "b"],
            [
                [
                    [new("0/0", .95), new("1/0", .9)],
                    [new("2/0", .80), new("3/0", .8)],
                ],
            ]
        );
        Assert.Contains("cannot be compared", StudyVerdict.Of(study, 0).Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_learner_that_lacks_a_data_set_is_not_ranked_and_that_is_said()
    {
        var verdict = StudyVerdict.Of(Of(Metrics.Accuracy, [.9, .8, double.NaN], [.9, .8, .7]), 0);
        Assert.Equal([0, 1], verdict.Ranked);
        Assert.Contains(
            verdict.Notes,
            n => n.StartsWith("Not ranked", StringComparison.Ordinal) && n.Contains("learner 3", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_best_of_a_data_set_was_run_on_all_of_its_splits()
    {
        var study = new Study(
            Metrics.Accuracy,
            [new("iris", 96, 30)],
            ["whole", "once"],
            [
                [
                    [new("0/0", .9), new("1/0", .92)],
                    [new("0/0", 1)],
                ],
            ]
        );
        Assert.True(study.IsBest(0, 0));
        Assert.False(study.IsBest(0, 1));
        Assert.Contains(StudyVerdict.Of(study, 0).Notes, n => n.Contains("not run on every split: once", StringComparison.Ordinal));
    }

    [Fact]
    public void Learners_come_by_mean_rank() =>
        Assert.Equal(
            [2, 1, 0],
            Of(Metrics.Rae, Ten) is var study && StudyVerdict.Of(study, 0) is var verdict
                ? study.InOrder(verdict.Friedman, verdict.Ranked)
                : []
        );
}
