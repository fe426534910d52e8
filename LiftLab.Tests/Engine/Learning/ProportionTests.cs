using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>Intervals of proportions against published tables and against the equations that define them.</summary>
public sealed class ProportionTests
{
    const double Z = 1.959963984540054;

    /// <summary>Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_the_published_one(int right, int rows, double low, double high)
    {
        var interval = Proportions.Wilson((double)right / rows, rows);
        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
    }

    [Fact]
    public void Wilsons_ends_are_1_96_of_their_own_standard_errors_away()
    {
        foreach (var (right, rows) in new[] { (1, 7), (99, 100), (10, 20), (1, 1000) })
        {
            var share = (double)right / rows;
            var (low, high) = Proportions.Wilson(share, rows);
            foreach (var end in new[] { low, high })
                Assert.Equal(Z, Math.Abs(share - end) / Math.Sqrt(end * (1 - end) / rows), 9);
        }
    }

    /// <summary>Newcombe 1998, Improved confidence intervals based on paired data, table II, method 10.</summary>
    [Theory]
    [InlineData(36, 12, 2, 0, 0.0569, 0.3404)]
    [InlineData(54, 0, 0, 0, -0.0664, 0.0664)]
    public void The_difference_of_paired_shares_is_the_published_one(int both, int first, int second, int neither, double low, double high)
    {
        var interval = Proportions.PairedDifference(both, first, second, neither);
        Assert.Equal(low, interval.Low, 0.0001);
        Assert.Equal(high, interval.High, 0.0001);
    }

    /// <summary>Fagerland, Lydersen and Laake 2014, airway hyper-responsiveness before and after transplantation.</summary>
    [Fact]
    public void The_difference_of_a_clinical_example_is_the_published_one()
    {
        var (low, high) = Proportions.PairedDifference(1, 1, 7, 12);
        Assert.Equal((-0.507, -0.026), (Math.Round(low, 3), Math.Round(high, 3)));
    }

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(99, 0, 0, 1)]
    [InlineData(10, 0, 0, 10)]
    public void No_interval_of_a_difference_is_without_width(int both, int first, int second, int neither)
    {
        var (low, high) = Proportions.PairedDifference(both, first, second, neither);
        var difference = (double)(first - second) / (both + first + second + neither);
        Assert.True(low < high && low <= difference && difference <= high && low >= -1 && high <= 1, $"{low} {high}");
    }

    [Fact]
    public void The_mean_recall_of_a_common_and_a_rare_class_allows_for_the_one_row_of_the_rare_one()
    {
        var (low, high) = Proportions.MeanOf([(99, 99), (0, 1)]);
        Assert.True(low is > .47 and < .5 && high is > .85 and < .95, $"{low} {high}");
        // One group alone has Wilson's interval.
        Assert.Equal(Proportions.Wilson(.3, 10), Proportions.MeanOf([(3, 10)]));
    }

    /// <summary>The ends solve the method's equation; at 0.5 the variance is that of Hanley and McNeil 1982.</summary>
    [Theory]
    [InlineData(1, 10, 10)]
    [InlineData(0.5, 20, 30)]
    [InlineData(0.9, 5, 50)]
    [InlineData(0, 3, 4)]
    public void The_ends_of_an_area_are_1_96_of_their_own_standard_errors_away(double area, int positives, int negatives)
    {
        var (low, high) = Proportions.Area(area, positives, negatives);
        var more = (positives + negatives) / 2.0 - 1;
        Assert.True(low < high && low <= area && area <= high, $"{low} {high}");
        foreach (var end in new[] { low, high }.Where(e => e is > 1e-9 and < 1 - 1e-9))
            Assert.Equal(
                Z,
                Math.Abs(area - end)
                    / Math.Sqrt(end * (1 - end) * (1 + more * (1 - end) / (2 - end) + more * end / (1 + end)) / (positives * negatives)),
                6
            );
    }

    /// <summary>No share of rows has an interval without width, however many rows of which class are right.</summary>
    [Fact]
    public void No_score_that_is_a_share_has_an_interval_without_width()
    {
        int[][] tables =
        [
            [1, 0],
            [20, 20],
            [99, 1],
            [6, 6],
            [1, 1],
            [2, 2, 2],
        ];
        foreach (var counts in tables)
        foreach (var answer in new Func<int, double>[] { t => t, _ => 0, t => (t + 1) % counts.Length })
        {
            int[] truth = [.. counts.SelectMany((n, k) => Enumerable.Repeat(k, n))];
            var task = ScoredRows.Classes(truth);
            Prediction[] answers =
            [
                .. truth.Select(t =>
                {
                    var given = Math.Min(answer(t), task.Labels.Count - 1);
                    double[] shares = [.. task.Labels.Select((_, k) => k == (int)given ? 1.0 : 0)];
                    return new Prediction.Answered(given, shares, Text: "x");
                }),
            ];
            foreach (var score in ScoreSheet.Of(task, ScoredRows.Rows(truth.Length), answers, 1))
                Assert.True(score is { Low: null, NoInterval: not null } || score.Low < score.High, $"{string.Join('/', counts)} {score}");
        }
    }
}
