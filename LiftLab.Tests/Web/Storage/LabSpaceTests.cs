using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Space;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage;

/// <summary>What takes space in the lab, and its deletion.</summary>
public sealed class LabSpaceTests
{
    const int Megabyte = 1 << 20;

    /// <summary>A finished run with a training checkpoint of one megabyte and a fitted model of two.</summary>
    static async Task<RunFolder> FinishedAsync(LabServer lab)
    {
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(run, RunState.Succeeded);
        Put(Path.Combine(run.CheckpointFolder(StepLearner.LearnerName), "training-0", "weights"), Megabyte);
        Put(Path.Combine(run.Path, "fitted", StepLearner.LearnerName, "weights"), 2 * Megabyte);
        return run;
    }

    static void Put(string file, int bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, new byte[bytes]);
    }

    static async Task<SpaceItem> ItemAsync(LabServer lab, RunFolder run) =>
        (await lab.Get<LabSpace>().MeasureAsync()).Items.Single(i => i.Id == run.Id);

    [Fact]
    public async Task Checkpoints_models_and_runs_are_measured_and_deleted_one_after_the_other()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await FinishedAsync(lab);
        var space = lab.Get<LabSpace>();
        var before = await ItemAsync(lab, run);
        Assert.Equal(Megabyte, before.Checkpoints);
        Assert.InRange(before.Weights, 3 * Megabyte, 3 * Megabyte + 10_000);
        Assert.InRange(before.Bytes, 3 * Megabyte, 4 * Megabyte);
        Assert.Null(before.Keeps);

        Assert.Equal(Megabyte, await space.DropCheckpointsAsync(run.Id));
        Assert.True(File.Exists(Path.Combine(run.Path, "fitted", StepLearner.LearnerName, "weights")));
        Assert.True(File.Exists(run.ReportFile));
        var models = await ItemAsync(lab, run);
        Assert.Equal((0, before.Bytes - Megabyte), (models.Checkpoints, models.Bytes));

        Assert.InRange(await space.DropWeightsAsync(run.Id), 2 * Megabyte, 2 * Megabyte + 10_000);
        var bare = await ItemAsync(lab, run);
        Assert.Equal(bare.Bytes, await space.DeleteAsync(bare));
        Assert.False(Directory.Exists(run.Path));
        Assert.DoesNotContain((await space.MeasureAsync()).Items, i => i.Id == run.Id);
    }

    [Fact]
    public async Task A_running_run_is_not_touched()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(100_000, 20));
        await lab.UntilAsync(run, RunState.Running);
        Put(Path.Combine(run.CheckpointFolder(StepLearner.LearnerName), "training-0", "weights"), Megabyte);
        var space = lab.Get<LabSpace>();
        var use = await space.MeasureAsync();
        Assert.Equal("it runs or waits", use.Items.Single(i => i.Id == run.Id).Keeps);
        Assert.Empty(use.WithCheckpoints);
        await Assert.ThrowsAsync<InvalidOperationException>(() => space.DropCheckpointsAsync(run.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => space.DropWeightsAsync(run.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => space.DeleteAsync(use.Items.Single(i => i.Id == run.Id)));
        Assert.Equal(Megabyte, new KeptFiles(run).TrainingBytes);
        await lab.Get<LabRuns>().CancelAsync(run.Id);
        await lab.UntilAsync(run, RunState.Cancelled);
    }

    [Theory]
    [InlineData(29, 0)]
    [InlineData(31, Megabyte)]
    public async Task Checkpoints_go_after_the_days_of_the_setting(int days, long freed)
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await FinishedAsync(lab);
        using var retention = Of(lab, new() { CheckpointDays = 30 }, new LaterClock(TimeSpan.FromDays(days)));
        Assert.Equal(freed, await retention.SweepAsync(CancellationToken.None));
        Assert.Equal(Megabyte - freed, new KeptFiles(run).TrainingBytes);
    }

    [Fact]
    public async Task With_the_best_only_checkpoints_of_runs_that_succeeded_go_at_once_and_those_that_can_be_resumed_stay()
    {
        using var lab = new LabServer { Settings = { ["LiftLab:MaxParallelRuns"] = "2" } };
        lab.Start();
        var done = await FinishedAsync(lab);
        RunFolder[] others = [await lab.QueueAsync(StepLearner.Spec(100_000, 20)), await lab.QueueAsync(StepLearner.Spec(100_000, 20))];
        foreach (var run in others)
        {
            await lab.UntilAsync(run, RunState.Running);
            Put(Path.Combine(run.CheckpointFolder(StepLearner.LearnerName), "training-0", "weights"), Megabyte);
        }
        await lab.Get<LabRuns>().CancelAsync(others[0].Id); // can be resumed
        await lab.UntilAsync(others[0], RunState.Cancelled);
        using var retention = Of(lab, new() { KeepBestOnly = true }, TimeProvider.System);
        Assert.Equal(Megabyte, await retention.SweepAsync(CancellationToken.None));
        Assert.Equal([0, Megabyte, Megabyte], [.. ((RunFolder[])[done, .. others]).Select(r => new KeptFiles(r).TrainingBytes)]);
        Assert.True(File.Exists(Path.Combine(done.Path, "fitted", StepLearner.LearnerName, "weights")));
        await lab.Get<LabRuns>().CancelAsync(others[1].Id);
        await lab.UntilAsync(others[1], RunState.Cancelled);
    }

    static Retention Of(LabServer lab, LabOptions options, TimeProvider clock) =>
        new(
            lab.Get<LabDatabase>(),
            lab.Get<LabFolder>(),
            lab.Get<LabSpace>(),
            lab.Get<ILabLead>(),
            Options.Create(options),
            clock,
            NullLogger<Retention>.Instance
        );

    [Fact]
    public async Task A_dataset_whose_folder_is_gone_can_be_deleted()
    {
        using var lab = new LabServer();
        lab.Start();
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        var item = (await lab.Get<LabSpace>().MeasureAsync()).Items.Single(i => i.Kind == SpaceKind.Dataset);
        Assert.True(item.Bytes > 1000);
        Directory.Delete(lab.Get<Datasets>().FolderOf(dataset.Row.Id), recursive: true);
        await lab.Get<LabSpace>().DeleteAsync(item);
        Assert.Empty((await lab.Get<LabSpace>().MeasureAsync()).Items);
    }

    [Fact]
    public async Task The_bytes_are_those_of_the_moment_of_the_question_and_of_the_deletion()
    {
        using var lab = new LabServer();
        lab.Start();
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        var space = lab.Get<LabSpace>();
        var item = (await space.MeasureAsync()).Items.Single(i => i.Kind == SpaceKind.Dataset);
        Put(Path.Combine(lab.Get<Datasets>().FolderOf(dataset.Row.Id), "late"), Megabyte);
        Assert.Equal(item.Bytes + Megabyte, await space.BytesAsync(item));
        Assert.Equal(item.Bytes + Megabyte, await space.DeleteAsync(item));
        Assert.Equal(0, await space.BytesAsync(item));
    }

    sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
