using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Engine.Learning;

public sealed class VerdictTests
{
    static readonly int[] Truth = [.. Enumerable.Range(0, 75).Select(i => i % 3)];

    static Contender Wrong(string title, params int[] rows) =>
        new(title, ScoredRows.Answers([.. Truth.Select((t, i) => (double)(rows.Contains(i) ? (t + 1) % 3 : t))]));

    static Verdict Of(Contender subject, params Contender[] others) =>
        Verdict.Of(ScoredRows.Classes(Truth), ScoredRows.Rows(75), subject, others, 5);

    [Fact]
    public void A_small_difference_is_no_evidence_and_says_what_would_be()
    {
        var verdict = Of(Wrong("LIFT", 0, 1, 2, 3), Wrong("random forest", 0, 10, 20));
        var c = Assert.Single(verdict.Comparisons);
        Assert.Equal(Finding.NoEvidence, c.Finding);
        Assert.Equal((2, 3), (c.OnlyFirstRight, c.OnlySecondRight));
        Assert.Equal(1, c.PValue, 1e-9);
        Assert.Matches(
            @"^LIFT 94\.7 % \[\d+\.\d, \d+\.\d\], random forest 96\.0 %: no evidence of a difference on 75 rows \(McNemar p = 1\.00\); about [\d,]+ test rows are needed to detect this difference\.$",
            c.Words
        );
        Assert.Equal(McNemar.RowsNeeded(2, 3, 75), c.RowsNeeded);
        Assert.Equal("LIFT: no evidence of a difference from random forest (75 test rows, 5 % level).", verdict.Words);
    }

    [Fact]
    public void A_clear_difference_is_told_in_both_directions()
    {
        int[] many = [.. Enumerable.Range(0, 30)];
        Assert.Equal(Finding.Better, Of(Wrong("LIFT"), Wrong("majority", many)).Comparisons[0].Finding);
        var worse = Of(Wrong("LIFT", many), Wrong("knn"));
        Assert.Equal(Finding.Worse, worse.Comparisons[0].Finding);
        Assert.Contains("LIFT is worse on 75 rows (McNemar p < 0.001)", worse.Comparisons[0].Words, StringComparison.Ordinal);
        Assert.Null(worse.Comparisons[0].RowsNeeded);
    }

    [Fact]
    public void Several_comparisons_are_corrected_together()
    {
        int[] six = [60, 61, 62, 63, 64, 65];
        Assert.Equal(Finding.Better, Of(Wrong("LIFT"), Wrong("a", six)).Comparisons[0].Finding); // p = 0.031 alone
        var verdict = Of(Wrong("LIFT"), Wrong("a", six), Wrong("b", 1), Wrong("c", 2));
        Assert.Equal(3 * verdict.Comparisons[0].PValue, verdict.Comparisons[0].AdjustedPValue, 1e-12);
        Assert.All(verdict.Comparisons, c => Assert.Equal(Finding.NoEvidence, c.Finding));
        Assert.Contains("after Holm's correction", verdict.Comparisons[0].Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_compared_on_rows_that_both_answered()
    {
        double[] truth = [.. Enumerable.Range(0, 40).Select(i => (double)i)];
        Prediction[] ours =
        [
            .. truth.Select(
                (t, i) => (Prediction)(i == 7 ? new Prediction.Unreadable("?") : new Prediction.Answered(t + (i % 2 == 0 ? 1 : -1)))
            ),
        ];
        var other = new Contender("mean", ScoredRows.Answers([.. truth.Select(_ => 19.5)]));
        var c = Verdict.Of(ScoredRows.Numbers(truth), ScoredRows.Rows(40), new("LIFT", ours), [other], 5).Comparisons[0];
        Assert.Equal((39, Finding.Better, "paired bootstrap"), (c.Rows, c.Finding, c.Test));
        Assert.Equal(1, c.FirstScore.Value, 1e-9);
        Assert.StartsWith("LIFT RMSE 1, mean RMSE 11", c.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_survives_its_JSON()
    {
        var verdict = Of(Wrong("LIFT", 0), Wrong("knn", 1, 2));
        var again = JsonSerializer.Deserialize<Verdict>(JsonSerializer.Serialize(verdict, RunJson.Line), RunJson.Line)!;
        Assert.Equal(verdict.Words, again.Words);
        Assert.Equal(verdict.Comparisons, again.Comparisons);
    }

    [Fact]
    public void Nothing_to_compare_is_said() => Assert.Empty(Of(Wrong("LIFT")).Comparisons);
}
