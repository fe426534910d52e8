using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>Values from scipy 1.10.1 on the same numbers.</summary>
public sealed class SignificanceTests
{
    const double Close = 1e-6;

    [Theory]
    [InlineData(2, 9, 0.0654296875, true)]
    [InlineData(5, 4, 1.0, true)]
    [InlineData(0, 0, 1.0, true)]
    [InlineData(30, 12, 0.008711912962379598, false)]
    public void McNemar_is_binomial_for_few_and_chi_squared_for_many(int b, int c, double p, bool exact)
    {
        var test = McNemar.Of(b, c);
        Assert.Equal(p, test.PValue, Close);
        Assert.Equal(exact, test.Exact);
    }

    [Fact]
    public void McNemar_counts_rows_that_one_alone_has_right()
    {
        var test = McNemar.Of([true, true, false, false], [true, false, true, true]);
        Assert.Equal((1, 2), (test.OnlyFirst, test.OnlySecond));
    }

    [Fact]
    public void Rows_needed_grow_as_the_difference_shrinks()
    {
        Assert.Null(McNemar.RowsNeeded(3, 3, 75));
        Assert.True(McNemar.RowsNeeded(4, 3, 75) > McNemar.RowsNeeded(6, 1, 75));
        // By hand: shares 7/75 and 3/75; (1.96·√0.0933 + 0.8416·√(0.0933 − 0.0016))² / 0.0016
        Assert.Equal(456, McNemar.RowsNeeded(5, 2, 75));
    }

    [Fact]
    public void Wilcoxon_of_few_pairs_is_exact()
    {
        var test = Wilcoxon.Of(
            [0.392, 0.945, 0.343, 0.705, 0.463, 0.387, 0.528, 0.822, 0.638],
            [0.863, 0.637, 0.999, 0.518, 0.328, 0.099, 0.567, 0.215, 0.012]
        );
        Assert.Equal(16, test.Statistic, Close);
        Assert.Equal(0.49609375, test.PValue, Close);
    }

    [Fact]
    public void Wilcoxon_of_many_pairs_is_normal_with_ties_corrected()
    {
        var test = Wilcoxon.Of(
            [
                0.3,
                0.04,
                0.98,
                0.55,
                0.07,
                0.34,
                0.24,
                0.11,
                0.77,
                0.35,
                0.19,
                0.91,
                0.86,
                0.4,
                0.55,
                0.45,
                0.69,
                0.21,
                0.32,
                0.74,
                0.18,
                0.7,
                0.53,
                0.2,
                0.65,
                0.51,
                0.69,
                0.57,
                0.77,
                0.39,
                0.96,
                0.98,
                0.21,
                0.48,
                0.79,
                0.13,
                0.83,
                0.24,
                0.94,
                0.82,
                0.05,
                0.0,
                0.18,
                0.54,
                0.54,
                0.51,
                0.24,
                0.01,
                0.74,
                0.45,
                0.87,
                0.39,
                0.0,
                0.15,
                0.04,
                0.27,
                0.26,
                0.61,
                0.15,
                0.21,
            ],
            [
                0.65,
                0.24,
                0.17,
                0.73,
                0.08,
                0.12,
                0.61,
                0.4,
                0.35,
                0.6,
                0.01,
                0.24,
                0.68,
                0.84,
                0.61,
                0.45,
                0.7,
                0.51,
                0.27,
                0.43,
                0.28,
                0.03,
                0.51,
                0.89,
                0.34,
                0.61,
                0.11,
                0.08,
                0.57,
                0.25,
                0.24,
                0.8,
                0.18,
                0.26,
                0.49,
                0.64,
                0.47,
                0.66,
                0.05,
                0.53,
                0.52,
                0.57,
                0.64,
                0.22,
                0.65,
                0.87,
                0.34,
                0.15,
                0.32,
                0.54,
                0.51,
                0.56,
                0.62,
                0.39,
                0.16,
                0.56,
                0.38,
                0.57,
                0.81,
                0.54,
            ]
        );
        Assert.Equal(59, test.Pairs);
        Assert.Equal(872, test.Statistic, Close);
        Assert.Equal(0.9218301938382947, test.PValue, Close);
    }

    [Fact]
    public void Friedman_and_Nemenyi_agree_with_scipy()
    {
        double[][] scores =
        [
            [0.2, 0.2, 0.9, 0.8],
            [0.4, 0.9, 0.3, 0.7],
            [0.7, 0.7, 0.3, 0.9],
            [0.3, 0.3, 0.8, 1.0],
            [0.7, 0.2, 0.1, 0.6],
            [1.0, 1.0, 0.4, 0.9],
            [0.2, 0.7, 0.2, 0.0],
            [0.1, 0.9, 0.6, 1.0],
        ];
        var test = Friedman.Of(scores, higherIsBetter: true);
        Assert.Equal([2.6875, 2.25, 3.0625, 2.0], test.MeanRanks);
        Assert.Equal(3.4, test.ChiSquared, Close);
        Assert.Equal(0.3339652490901604, test.PValue, Close);
        Assert.Equal(0.3501629990555837, test.ImanDavenportP, Close);
        Assert.Equal(1.6583028784917075, test.CriticalDifference, Close);
        Assert.Equal([0.9055663649555741, 0.9378418919172389, 0.7108457269413688], test.NemenyiP[0].Skip(1), new Within(Close));
        Assert.Equal(
            [
                [3, 1, 0, 2],
            ],
            test.Groups.Select(g => g.ToArray())
        );
    }

    [Theory]
    [InlineData(2, 2.771807648699355, 0.9229001282564583)]
    [InlineData(4, 3.6331595749026278, 0.7110370625810741)]
    [InlineData(10, 4.474124221725907, 0.2443025579213786)]
    public void Studentised_range_agrees_with_scipy(int k, double q95, double at25)
    {
        Assert.Equal(q95, StudentizedRange.Quantile(0.95, k), Close);
        Assert.Equal(at25, StudentizedRange.Cdf(2.5, k), Close);
    }

    [Fact]
    public void Corrected_t_test_counts_that_splits_share_rows()
    {
        var test = CorrectedTTest.Of([0.02, -0.01, 0.03, 0.015, 0.0], 120, 30);
        Assert.Equal(1.0268720616205405, test.Statistic!.Value, Close);
        Assert.Equal(0.36251855572618313, test.PValue!.Value, Close);
        Assert.Null(test.Untested);
    }

    [Theory]
    [InlineData("2 splits are too few; 3 are needed", 0.05, 0.051)]
    [InlineData("2 splits are too few; 3 are needed", 0.0, 0.0)]
    [InlineData("1 split is too few; 3 are needed", 0.2)]
    [InlineData("the difference is the same on every split", 1 / 30.0, 1 / 30.0, 1 / 30.0, 1 / 30.0)] // one differing row on each split
    [InlineData("the difference is the same on every split", 0.9 - 0.8, 0.8 - 0.7, 0.5 - 0.4)] // equal up to rounding
    [InlineData("the scores are equal on every split", 0.0, 0.0, 0.0, 0.0, 0.0)]
    public void Too_few_splits_and_differences_without_variance_cannot_be_tested(string why, params double[] differences)
    {
        var test = CorrectedTTest.Of(differences, 120, 30);
        Assert.Equal((why, null, null), (test.Untested, test.Statistic, test.PValue));
        Assert.Equal(differences.Average(), test.Mean, Close);
    }

    [Theory]
    [InlineData(1.0, 4.0)] // one row
    [InlineData(1.0, 0.0, 0.0, 4.0, 0.0, 0.0)] // one differing row
    [InlineData(1.0, 0.0, 0.0, 0.0)]
    [InlineData(0.25, 1.0, 2.0, 3.0)]
    [InlineData(0.03125, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)]
    [InlineData(0.0625, -1.0, 2.0, 3.0, 4.0, 5.0, 6.0)]
    public void A_paired_permutation_is_never_below_what_its_rows_allow(double p, params double[] differences) =>
        Assert.Equal(p, PairedPermutation.Of(differences), Close);

    [Fact]
    public void A_paired_permutation_agrees_with_the_rank_test_on_ranks()
    {
        // With distinct ranks as differences, the permutation of their sum is Wilcoxon's exact test.
        double[] ranks = [1, -2, 3, 4, -5, 6, 7, 8, 9, 10];
        Assert.Equal(Wilcoxon.Of(ranks, new double[10]).PValue, PairedPermutation.Of(ranks), Close);
    }

    /// <summary>Two data sets that order two learners alike: F is infinite, and the approximations of both tests fall to 0.</summary>
    [Theory]
    [InlineData(2, 2, 0.5)]
    [InlineData(2, 3, 1 / 6.0)]
    [InlineData(3, 2, 0.25)]
    [InlineData(5, 2, 0.0625)]
    public void Friedman_of_few_data_sets_is_not_below_the_chance_of_equal_orders(int data, int learners, double least)
    {
        double[][] scores =
        [
            .. Enumerable.Range(0, data).Select(d => Enumerable.Range(0, learners).Select(l => .9 - .1 * l + .001 * d).ToArray()),
        ];
        var test = Friedman.Of(scores, higherIsBetter: true);
        Assert.Equal(least, test.ImanDavenportP, Close);
        Assert.True(test.PValue >= least - Close, test.PValue.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.All(test.NemenyiP.SelectMany(p => p), p => Assert.True(p >= 0.05, $"{p}"));
        Assert.Equal(Enumerable.Range(0, learners), Assert.Single(test.Groups));
    }

    [Fact]
    public void Holm_steps_down() => Assert.Equal([0.03, 0.06, 0.06, 0.02], Holm.Adjust([0.01, 0.04, 0.03, 0.005]), new Within(1e-12));

    [Fact]
    public void Paired_bootstrap_of_a_clear_difference_excludes_zero()
    {
        var truth = Enumerable.Range(0, 60).Select(i => i % 2).ToArray();
        var task = ScoredRows.Classes(truth);
        var rows = ScoredRows.Rows(60);
        Measure Accuracy(Func<int, double> answer) =>
            ScoreSheet.Measures(task, rows, ScoredRows.Answers([.. rows.Select(answer)]))[0].Measure;
        var better = PairedBootstrap.Of(Accuracy(i => truth[i]), Accuracy(i => i % 5 == 0 ? 1 - truth[i] : truth[i]), truth, 3);
        Assert.Equal(0.2, better.Difference, Close);
        Assert.True(better.Low > 0.05 && better.High < 0.4 && better.PValue < 0.01, better.ToString());
        var same = PairedBootstrap.Of(Accuracy(i => truth[i]), Accuracy(i => truth[i]), truth, 3);
        Assert.Equal((0.0, 0.0, 0.0, 1.0), (same.Difference, same.Low, same.High, same.PValue));
    }

    sealed class Within(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double x) => 0;
    }
}
