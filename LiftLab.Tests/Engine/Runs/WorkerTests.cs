using System.Diagnostics;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Tests.Engine.Runs;

public sealed class WorkerTests : IDisposable
{
    static readonly LearnerSpec Quick = StepLearner.Spec(steps: 12, milliseconds: 1);

    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    static Worker WorkerOf(RunFolder run) => new(run, TestWorker.Find, _ => "cpu", TimeProvider.System);

    static IReadOnlyList<int> Steps(RunFolder run) => [.. RunStory.Read(run, run.ReadSpec().Learner.Name).Steps.Select(s => s.Step)];

    [Fact]
    public async Task A_run_ends_with_report_predictions_and_every_learner_s_result()
    {
        var run = runs.Create(learner: new("knn"), baselines: [new("majority"), new("logreg")], boundary: new("a", "b"));
        var ended = await WorkerOf(run).RunAsync(CancellationToken.None);
        Assert.Equal(RunState.Succeeded, ended?.State);

        var report = run.ReadReport()!;
        Assert.Equal(new SplitSizes(76, 20, 24), report.Rows);
        Assert.True(File.Exists(run.SplitFile));
        Assert.Equal(1, report.Learner.Scores[0].Value);
        Assert.Equal(["majority", "logreg"], report.Baselines.Select(b => b.Learner));
        Assert.Equal(2, report.Verdict.Comparisons.Count);
        var events = RunTail.All(run);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        var finished = events.Select(e => e.Body).OfType<LearnerFinished>().Select(f => f.Result).ToArray();
        Assert.Equal(3, finished.Length);
        Assert.All(finished, f => Assert.Equal(finished[0].Boundary!.X, f.Boundary!.X)); // one grid for all
        var lines = File.ReadAllLines(run.PredictionsFile);
        Assert.Equal(25, lines.Length);
        Assert.Equal("row,a,b,class,class_predicted,class_probability,class_readable,class_text,class_majority,class_logreg", lines[0]);
    }

    [Fact]
    public async Task A_failing_baseline_holds_nothing_up()
    {
        var run = runs.Create(learner: Quick, baselines: [new("linear"), new("knn")]);
        var ended = await WorkerOf(run).RunAsync(CancellationToken.None);
        Assert.Equal(RunState.Succeeded, ended?.State);
        var report = run.ReadReport()!;
        Assert.Contains("does not learn classes", report.Baselines[0].Failure, StringComparison.Ordinal);
        Assert.Equal(1, report.Baselines[1].Scores[0].Value);
    }

    [Fact]
    public async Task A_learner_that_fails_ends_the_run_with_what_to_do()
    {
        var run = runs.Create(learner: StepLearner.Spec(10, 1, flag: "failAt", at: 7), baselines: [new("knn")]);
        var ended = await WorkerOf(run).RunAsync(CancellationToken.None);
        Assert.Equal(new RunEnded(RunState.Failed, "loss-not-finite", "The loss became NaN", "Lower the learning rate."), ended);
        Assert.False(File.Exists(run.ReportFile));
    }

    [Fact]
    public async Task A_table_that_does_not_fit_its_schema_ends_the_run_with_the_place()
    {
        var run = runs.Create(learner: Quick);
        File.WriteAllText(run.TableFile(run.ReadSpec()), "a,b,class\n1,2,low\n");
        var ended = await WorkerOf(run).RunAsync(CancellationToken.None);
        Assert.Equal((RunState.Failed, "too-few-rows"), (ended!.State, ended.Code));
    }

    [Fact]
    public async Task A_cancelled_run_ends_soon_even_in_the_middle_of_a_step()
    {
        var run = runs.Create(learner: StepLearner.Spec(10, 1, flag: "deaf", at: 3));
        using var cancel = new CancellationTokenSource();
        var work = WorkerOf(run).RunAsync(cancel.Token);
        await Eventually.TrueAsync(() => Steps(run).Count == 2);
        var watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        Assert.Equal(RunState.Cancelled, (await work)?.State);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20); // under two on a quiet machine; the step takes sixty
        Assert.Equal(RunState.Cancelled, RunStory.Read(run, learner: null).Ended?.State);
    }

    [Fact]
    public async Task A_file_named_cancel_ends_the_run()
    {
        var run = runs.Create(learner: StepLearner.Spec(1000, 20));
        var work = WorkerOf(run).RunAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Steps(run).Count > 0);
        await File.WriteAllTextAsync(run.CancelFile, "");
        Assert.Equal(RunState.Cancelled, (await work)?.State);
    }

    [Fact]
    public async Task Stop_and_save_still_predicts_and_scores()
    {
        var run = runs.Create(learner: StepLearner.Spec(1000, 20), baselines: [new("majority")]);
        var work = WorkerOf(run).RunAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Steps(run).Count > 3);
        await File.WriteAllTextAsync(run.StopFile, "");
        Assert.Equal(RunState.Succeeded, (await work)?.State);
        var report = run.ReadReport()!;
        Assert.True(report.StoppedEarly);
        Assert.NotEmpty(report.Learner.Scores);
        Assert.True(Steps(run).Count < 1000);
    }

    [Fact]
    public async Task A_resumed_run_goes_on_from_its_checkpoint_with_one_loss_curve()
    {
        var run = runs.Create(learner: StepLearner.Held(30, at: 20));
        using var cancel = new CancellationTokenSource();
        var work = WorkerOf(run).RunAsync(cancel.Token);
        await Eventually.TrueAsync(() => Steps(run).Count >= 12);
        await cancel.CancelAsync();
        await work;

        StepLearner.Release(run);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        var events = RunTail.All(run);
        Assert.True(events.Select(e => e.Body).OfType<AttemptStarted>().Last().ResumedFromStep >= 10);
        Assert.Equal(Enumerable.Range(1, 30), Steps(run));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
    }

    [Fact]
    public async Task Results_of_an_attempt_before_are_kept()
    {
        var run = runs.Create(learner: Quick, baselines: [new("majority")]);
        await WorkerOf(run).RunAsync(CancellationToken.None);
        // As if it had been killed just before its last word.
        File.Delete(run.ReportFile);
        var lines = File.ReadAllLines(run.AttemptFile(1));
        File.WriteAllLines(run.AttemptFile(1), lines[..^1]);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        Assert.True(File.Exists(run.ReportFile));
        Assert.DoesNotContain(RunTail.All(run), e => e.Attempt == 2 && e.Body is LearnerFinished);
    }

    [Fact]
    public async Task A_run_that_succeeded_is_not_run_again()
    {
        var run = runs.Create(learner: Quick);
        await WorkerOf(run).RunAsync(CancellationToken.None);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        Assert.Equal(1, run.LastAttempt);
    }

    [Fact]
    public async Task A_worker_stops_itself_when_another_takes_the_run_over()
    {
        var run = runs.Create(learner: StepLearner.Spec(1000, 20));
        var first = WorkerOf(run).RunAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Steps(run).Count > 0);
        using (var second = AttemptLog.Claim(run, TimeProvider.System))
            second.Write("run", new Noted("mine now"));
        Assert.Null(await first);
        Assert.Equal("mine now", Assert.IsType<Noted>(RunTail.All(run)[^1].Body).Text);
    }

    [Fact]
    public async Task A_table_reads_back_from_the_run_folder_as_it_was()
    {
        var table = new LiftLab.Engine.Tables.Table(
            "t",
            [
                new("name, with comma", ["plain", "a,b", "say \"no\"", "two\nlines", " spaces ", ""]),
                new("1", ["1", "2.5", "-3e-4", "4", "", "6"]),
            ]
        );
        var run = RunFolder.Create(runs.Root, runs.Create().ReadSpec() with { Id = "own-table" }, table);
        var file = run.TableFile(run.ReadSpec());
        var read = (
            await LiftLab.Engine.Tables.Reading.TableReader.ReadAsync(
                file,
                LiftLab.Engine.Tables.Reading.TableReadOptions.Default with
                {
                    Delimiter = ',',
                    DecimalMark = '.',
                    HasHeader = true,
                }
            )
        ).Table;
        Assert.Equal(table.Columns.Select(c => c.Name), read.Columns.Select(c => c.Name));
        Assert.Equal(table.Columns[1].Cells, read.Columns[1].Cells);
        Assert.Equal(["plain", "a,b", "say \"no\"", "two\nlines", "spaces", ""], read.Columns[0].Cells.Select(c => c.Trim()));
    }
}
