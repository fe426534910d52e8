using LiftLab.Engine.Commands.Lift;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables.Profile;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>Tables whose scores carry no verdict, as runs of classical learners. See Cases/README.md, "Figures".</summary>
public sealed class FigureCaseTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    async Task<RunFolder> RunAsync(string file, string learner, params string[] baselines)
    {
        var table = (await TableReader.ReadAsync(CaseFile.At(file))).Table;
        var schema = SchemaGuess.Guess(table);
        var folder = RunFolder.Create(
            runs.Root,
            new(
                Path.GetFileNameWithoutExtension(file),
                file,
                DateTimeOffset.UnixEpoch,
                "table.csv",
                schema,
                0,
                0,
                new(learner),
                [.. baselines.Select(b => new LearnerSpec(b))]
            ),
            table
        );
        var ended = await new Worker(folder, TestWorker.Find, _ => "cpu", TimeProvider.System).RunAsync(CancellationToken.None);
        Assert.Equal(RunState.Succeeded, ended!.State);
        return folder;
    }

    static string Text(RunReport report)
    {
        using var output = new StringWriter();
        LiftTable.Write(output, [report]);
        return output.ToString();
    }

    static IEnumerable<Score> Scores(RunReport report) => new[] { report.Learner }.Concat(report.Baselines).SelectMany(l => l.Scores);

    [Fact]
    public async Task Five_rows_have_one_test_row_which_is_no_evidence()
    {
        var report = (await RunAsync("five-rows.csv", "linear", "mean")).ReadReport()!;
        Assert.Equal(1, report.Rows.Test);
        var comparison = Assert.Single(report.Verdict.Comparisons);
        Assert.Equal((1.0, 1.0, Finding.NoEvidence), (comparison.PValue, comparison.AdjustedPValue, comparison.Finding));
        Assert.All(Scores(report).Where(s => s.Metric != "readable"), s => Assert.Null(s.Low));
        Assert.Contains("No interval: 1 row allows no 95 % interval; it needs 6.", Text(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_test_rows_allow_no_p_value_below_a_quarter_and_no_interval_of_RAE_and_R2()
    {
        var report = (await RunAsync("fifteen-rows.csv", "knn", "linear", "mean")).ReadReport()!;
        Assert.Equal(3, report.Rows.Test);
        Assert.All(report.Verdict.Comparisons, c => Assert.True(c.PValue >= .25 && c.Finding == Finding.NoEvidence, c.Words));
        Assert.All(
            Scores(report).Where(s => s.Metric is "rae" or "rae-3rmse" or "r2"),
            s => Assert.Equal((null, null, "3 rows allow no 95 % interval; it needs 6"), (s.Low, s.High, s.NoInterval))
        );
    }

    [Fact]
    public async Task One_in_a_hundred_is_said_with_the_learner_that_never_answers_it()
    {
        var folder = await RunAsync("one-in-hundred.csv", "majority", "tree");
        var report = folder.ReadReport()!;
        var accuracy = report.Learner.Scores.Single(s => s.Metric == "accuracy");
        var (low, high) = Proportions.Wilson(.99, 100);
        Assert.Equal((.99, low, high), (accuracy.Value, accuracy.Low, accuracy.High));
        var balanced = report.Learner.Scores.Single(s => s.Metric == "balanced-accuracy");
        Assert.True(balanced is { Value: .5, High: > .85 }, balanced.ToString()); // one test row of the class
        Assert.Contains(
            report.Notes!,
            n => n.StartsWith("The classes are uneven: “fine” has 495 of 500 rows, “fraud” 5.", StringComparison.Ordinal)
        );
        Assert.Contains(
            report.Notes!,
            n => n.Contains("Majority class", StringComparison.Ordinal) && n.Contains("never", StringComparison.Ordinal)
        );
        var text = Text(report);
        Assert.Contains("balanced", text, StringComparison.Ordinal);
        Assert.Contains("never answer", text, StringComparison.Ordinal);
        Assert.Equal(report.Notes, (await RunFindings.ReadAsync(folder, _ => false, default)).Notes);

        var table = (await TableReader.ReadAsync(CaseFile.At("one-in-hundred.csv"))).Table;
        var problem = TableCheck.Problems(table, SchemaGuess.Guess(table)).Single(p => p.Code == "uneven-classes");
        Assert.Equal("the classes are uneven: 'fine' has 495 of 500 rows, 'fraud' 5", problem.What);
    }

    [Fact]
    public async Task A_fair_coin_is_answered_right_half_the_time_at_confidence_a_half()
    {
        var folder = await RunAsync("fair-coin.csv", "majority");
        var found = await RunFindings.ReadAsync(folder, _ => false, default);
        var bin = Assert.Single(found.Bins(found.Lift!), b => b.Count > 0);
        Assert.Equal((20, .5, .5), (bin.Count, bin.Confidence, bin.Accuracy));
        var scores = found.Lift!.Result.Scores;
        Assert.Equal(0, scores.Single(s => s.Metric == "ece").Value, 9);
        Assert.True(scores[0] is { Value: .5, Low: < .31, High: > .69 }, scores[0].ToString());
        Assert.Empty(found.Notes);
    }

    [Fact]
    public async Task Tiny_errors_have_leading_digits()
    {
        var text = Text((await RunAsync("tiny-target.csv", "linear", "mean")).ReadReport()!);
        Assert.Matches(@"Linear regression +\d(\.\d+)?E-13 +\d(\.\d+)?E-13 to \d(\.\d+)?E-13", text);
        Assert.DoesNotContain("0.0000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_runs_are_compared_without_a_verdict_from_two_splits()
    {
        var folder = await RunAsync("one-in-hundred.csv", "tree", "majority");
        var report = folder.ReadReport()!;
        var read = ComparedRun.Read(folder, report, "table")!;
        var other = read with { Spec = read.Spec with { Id = "other", Name = "other", SplitSeed = 1 } };
        var compared = RunComparison.Of([read, other], [], null);
        var study = compared.Study(compared.Headline);
        var verdict = StudyVerdict.Of(study, 0);
        Assert.All(verdict.OverSplits, c => Assert.Equal((Finding.CannotBeTested, null), (c.Finding, c.PValue)));
        Assert.DoesNotContain("p <", verdict.Words, StringComparison.Ordinal);
        Assert.Contains(
            compared.Notes,
            n => n.Contains("split 0, seed 0: one-in-hundred.csv; split 1, seed 0: other", StringComparison.Ordinal)
        );
    }
}
