using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Web.Live;

/// <summary>On a real file system that is full: a small tmpfs, which only the administrator can mount.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class DiskFullTests
{
    [MountFact]
    public async Task A_full_disk_fails_the_run_with_that_reason_and_leaves_the_checkpoint_before_whole()
    {
        var root = Directory.CreateTempSubdirectory("liftlab-full-").FullName;
        Assert.True(MountFactAttribute.Mount(root));
        try
        {
            var spec = new RunSpec(
                "run-1",
                "A test",
                DateTimeOffset.UnixEpoch,
                "table.csv",
                TestRuns.Schema,
                0,
                0,
                StepLearner.Spec(100_000, 0, every: 10),
                []
            );
            var run = RunFolder.Create(root, spec, file => File.WriteAllText(file, TestRuns.TwoClasses));
            var worker = new Worker(run, TestWorker.Find, _ => "cpu", TimeProvider.System);
            var ended = await worker.RunAsync(CancellationToken.None);
            Assert.Equal((RunState.Failed, "disk-full"), (ended?.State, ended?.Code));

            var events = RunTail.All(run); // the reason is in the folder too, on the disk that was full
            var story = RunStory.Read(run, StepLearner.LearnerName);
            Assert.Equal("disk-full", story.Ended?.Code);
            Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
            var checkpoint = int.Parse(
                File.ReadAllText(Path.Combine(run.CheckpointFolder(StepLearner.LearnerName), "step.txt")),
                System.Globalization.CultureInfo.InvariantCulture
            );
            Assert.InRange(checkpoint, story.Checkpoint?.Step ?? 0, 100_000);
            Assert.True(checkpoint > 0);
        }
        finally
        {
            MountFactAttribute.Unmount(root);
            Directory.Delete(root);
        }
    }
}
