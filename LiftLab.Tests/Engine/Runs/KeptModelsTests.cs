using System.Collections.Concurrent;
using LiftLab.Engine.Commands;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;
using LiftLab.Tests.Contracts;

namespace LiftLab.Tests.Engine.Runs;

public sealed class KeptModelsTests : IDisposable
{
    static readonly string[] Learners = ["knn", "tree", "svm", "mlp"];

    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    async Task<RunFolder> FinishedAsync()
    {
        var run = runs.Create(learner: new("knn"), baselines: [new("tree"), new("svm"), new("mlp"), new("gp")]);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        return run;
    }

    static Worker WorkerOf(RunFolder run) => new(run, TestWorker.Find, _ => "cpu", TimeProvider.System);

    /// <summary>What a learner of the run answers for its test rows, opened anew; with the phases that opening went through.</summary>
    static async Task<(IReadOnlyList<Prediction> Answers, IReadOnlyList<LearningEvent> Events)> AskAsync(
        RunFolder run,
        string learner,
        bool refit = false
    )
    {
        var spec = run.ReadSpec();
        var task = await run.LoadAsync(spec);
        var events = new Heard();
        using var model = await new KeptModels(run, spec, task, TestWorker.Find, refit).OpenAsync(new(learner), events, default);
        return (await model.PredictAsync(task.Table, task.Split.Test), [.. events.All]);
    }

    sealed class Heard : IProgress<LearningEvent>
    {
        public ConcurrentQueue<LearningEvent> All { get; } = [];

        public void Report(LearningEvent value) => All.Enqueue(value);
    }

    static IReadOnlyList<Prediction> Scored(RunFolder run, string learner) =>
        [.. run.ReadOutcome(learner)!.Answers.Select(a => a.ToPrediction())];

    static async Task<(int Code, string Output, string Error)> PredictAsync(params string[] arguments)
    {
        using StringWriter output = new(),
            error = new();
        var code = await LiftLabCommand.Create().Parse(["predict", .. arguments]).InvokeAsync(new() { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_run_keeps_every_learner_and_opens_what_it_scored()
    {
        var run = await FinishedAsync();
        foreach (var learner in Learners)
        {
            var (answers, events) = await AskAsync(RunFolder.Open(run.Path), learner);
            Assert.Empty(events); // nothing was fitted
            LearnerLaws.Identical(Scored(run, learner), answers);
        }
        Assert.Null(new KeptFiles(run).Find("gp")); // it learns no classes and failed
        Assert.Empty(Directory.GetDirectories(Path.Combine(run.Path, "fitted"), "*.part"));
    }

    [Fact]
    public async Task A_learner_of_a_run_without_kept_models_is_fitted_once_as_in_the_run()
    {
        var run = await FinishedAsync();
        Directory.Delete(Path.Combine(run.Path, "fitted"), recursive: true);
        foreach (var learner in Learners)
        {
            var (first, fitted) = await AskAsync(run, learner);
            Assert.Contains(fitted, e => e is PhaseEntered { Phase: "fit" });
            var (second, opened) = await AskAsync(run, learner);
            Assert.Empty(opened);
            LearnerLaws.Identical(Scored(run, learner), first);
            LearnerLaws.Identical(first, second);
        }
    }

    [Fact]
    public async Task Deleted_models_are_fitted_again_only_where_somebody_asks()
    {
        var run = await FinishedAsync();
        var files = new KeptFiles(run);
        var (all, bytes) = (files.RunBytes, files.Bytes);
        Assert.Equal(bytes, files.Delete(DateTimeOffset.UnixEpoch));
        Assert.InRange(bytes, 1, all);
        Assert.Equal((0, DateTimeOffset.UnixEpoch), (files.Bytes, files.DeletedAt));
        var refused = await Assert.ThrowsAsync<KeptModelException>(() => AskAsync(run, "tree"));
        Assert.Contains("deleted on 1970-01-01", refused.What, StringComparison.Ordinal);
        LearnerLaws.Identical(Scored(run, "tree"), (await AskAsync(run, "tree", refit: true)).Answers);
        LearnerLaws.Identical(Scored(run, "tree"), (await AskAsync(run, "tree")).Answers); // it is kept again
        await Assert.ThrowsAsync<KeptModelException>(() => AskAsync(run, "svm"));

        var request = new BoundaryRequest("a", "b", new Dictionary<string, string>(), 5);
        var sheet = await new BoundaryDrawing(run, TestWorker.Find).DrawAsync(request, _ => { }, default);
        Assert.Contains("--refit", sheet.Drawn.Single(d => d.Learner == "svm").Failure, StringComparison.Ordinal);
        Assert.NotNull(sheet.Drawn.Single(d => d.Learner == "tree").Grid);
        Assert.Null(run.ReadBoundaries(request)); // not kept, so that the missing ones can be drawn later
        sheet = await new BoundaryDrawing(run, TestWorker.Find, refit: true).DrawAsync(request, _ => { }, default);
        Assert.All(sheet.Drawn, d => Assert.NotNull(d.Grid));
        Assert.NotNull(run.ReadBoundaries(request));
    }

    [Fact]
    public async Task Predict_answers_with_any_learner_of_the_run()
    {
        var run = await FinishedAsync();
        var table = Path.Combine(runs.Root, "new.csv");
        await File.WriteAllTextAsync(table, "a,b\n1.05,3\n5.3,0\n");
        foreach (var learner in Learners)
        {
            var (code, output, error) = await PredictAsync(run.Path, table, "--learner", learner);
            Assert.True(code == ExitCode.Done, error);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.StartsWith("1.05,3,low", lines[1], StringComparison.Ordinal);
            Assert.StartsWith("5.3,0,high", lines[2], StringComparison.Ordinal);
        }
        var (unknown, _, which) = await PredictAsync(run.Path, table, "--learner", "rf");
        Assert.Equal(ExitCode.WrongUsage, unknown);
        Assert.Contains("knn, tree, svm, mlp, gp", which, StringComparison.Ordinal);
        var (failed, _, why) = await PredictAsync(run.Path, table, "--learner", "gp");
        Assert.Equal(ExitCode.BadData, failed);
        Assert.Contains("gp failed in this run", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_model_is_named_with_what_to_do()
    {
        var run = await FinishedAsync();
        var file = Directory.GetFiles(Path.Combine(run.Path, "fitted", "tree")).Single();
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..40]);
        var (code, _, error) = await PredictAsync(run.Path, run.TableFile(run.ReadSpec()), "--learner", "tree");
        Assert.Equal(ExitCode.BadData, code);
        Assert.Contains(file, error, StringComparison.Ordinal);
        Assert.Contains("delete the folder", error, StringComparison.Ordinal);
    }

    /// <summary>A worker that dies between keeping a model and writing its result leaves a model that the next attempt opens.</summary>
    [Fact]
    public async Task The_next_attempt_opens_what_the_last_one_kept()
    {
        var run = runs.Create(learner: StepLearner.Spec(6, 1));
        await WorkerOf(run).RunAsync(CancellationToken.None);
        File.Delete(run.ReportFile);
        File.Delete(run.ResultFile(StepLearner.LearnerName));
        File.WriteAllLines(run.AttemptFile(1), File.ReadAllLines(run.AttemptFile(1))[..^1]);
        Directory.Delete(run.CheckpointFolder(StepLearner.LearnerName), recursive: true);
        Assert.Equal(RunState.Succeeded, (await WorkerOf(run).RunAsync(CancellationToken.None))?.State);
        Assert.DoesNotContain(RunTail.All(run), e => e.Attempt == 2 && e.Body is TrainingStep);
    }
}
