using System.Net;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>Disks that are full or cannot be written, as real file systems.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ReadOnlyFolderTests
{
    [MountFact]
    public async Task An_upload_to_a_full_disk_is_answered_with_that_reason_and_leaves_nothing()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var datasets = Path.Combine(lab.Folder, "datasets");
        Assert.True(MountFactAttribute.Mount(datasets));
        try
        {
            var content = new StringContent("a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 400_000)));
            var answer = await http.PostAsync("/api/datasets?name=big.csv", content);
            Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
            Assert.Contains("disk of the lab is full", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Empty(Directory.GetDirectories(datasets));
        }
        finally
        {
            MountFactAttribute.Unmount(datasets);
        }
    }

    [MountFact]
    public void A_lab_that_cannot_be_written_is_refused_at_the_start_with_what_to_do()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-read-only-").FullName;
        try
        {
            using (var once = new LabFolder(Options.Create(new LabOptions { LabFolder = folder })))
                once.Take();
            Assert.True(MountFactAttribute.MountReadOnly(folder));
            using var again = new LabFolder(Options.Create(new LabOptions { LabFolder = folder }));
            var error = Assert.Throws<IOException>(again.Take);
            Assert.Contains($"The lab's folder '{folder}' cannot be written", error.Message, StringComparison.Ordinal);
            Assert.Contains("write access", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            MountFactAttribute.Unmount(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    [MountFact]
    public void A_death_before_the_first_event_in_a_folder_that_cannot_be_written_is_said_as_such()
    {
        using var runs = new TestRuns();
        var run = runs.Create();
        Assert.Equal(
            "worker-did-not-start",
            WorkerDeath.Explain(new(JobState.Ended, 1), begun: false, silent: false, run.LogFile, WorkWords.Run).Code
        );
        Assert.True(MountFactAttribute.Mount(run.Path));
        try
        {
            while (true)
                File.AppendAllText(Path.Combine(run.Path, "filler"), new string('x', 4096));
        }
        catch (IOException)
        {
            var ended = WorkerDeath.Explain(new(JobState.Ended, 1), begun: false, silent: false, run.LogFile, WorkWords.Run);
            Assert.Equal((RunState.Failed, "folder-read-only"), (ended.State, ended.Code));
            Assert.Equal(
                "worker-killed",
                WorkerDeath.Explain(new(JobState.Ended, 137), begun: true, silent: false, run.LogFile, WorkWords.Run).Code
            );
        }
        finally
        {
            MountFactAttribute.Unmount(run.Path);
        }
    }
}
