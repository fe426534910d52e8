using System.Text.Json;
using Bunit;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Experiments;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiftLab.Tests.Web.Studies;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class JobCardTests : PageTest
{
    [Fact]
    public void An_array_shows_how_many_tasks_wait_run_and_are_done_and_each_with_its_node()
    {
        using var lab = new LabServer();
        lab.Start();
        var studies = new StudyJobs(lab.Get<JobServices>(), lab.Get<StudyQueue>(), lab.Get<RunTable>(), NullLogger<StudyJobs>.Instance);
        var entry = StudyEntry.Of(TestStudies.Spec()).Launch(DateTime.UnixEpoch, "cluster", 0, shares: 4);
        LabTask[] tasks =
        [
            new(0, LabTaskState.Done, null, "n1", null, 12, 12),
            new(1, LabTaskState.Running, "RUNNING", "n2", "0-1", 3, 12),
            new(2, LabTaskState.Waiting, "PENDING (Resources)", null, null, 0, 12),
            new(3, LabTaskState.Waiting, "PENDING (JobArrayTaskLimit)", null, null, 0, 11),
        ];
        var job = new LabJob("cluster", "17[0,1,2,3]@liftlab-1-s.study.1", new(JobState.Running), null) { Tasks = tasks };
        Assert.True(job.IsSame(job with { Tasks = [.. tasks] }));
        Assert.False(job.IsSame(job with { Tasks = tasks[..3] }));
        studies.Show(new() { [entry.Id] = job }, []);
        Page.Services.AddSingleton(
            new LabJobs(
                lab.Get<LabFolder>(),
                lab.Get<RunTable>(),
                lab.Get<StudyQueue>(),
                lab.Get<RunJobs>(),
                studies,
                lab.Get<LauncherChoice>(),
                lab.Get<WorkSignal>()
            )
        );
        TakeServicesOf(lab);
        var card = Page.Render<JobCard>(p => p.Add(x => x.Entry, entry));
        Assert.Contains("4 tasks: 1 runs, 2 wait, 1 is done.", card.Find(".task-counts").TextContent, StringComparison.Ordinal);
        var rows = card.FindAll("tbody tr");
        Assert.Equal(4, rows.Count);
        Assert.Equal(["n1", "n2", "", ""], rows.Select(r => r.Children[2].TextContent));
        Assert.Equal("3 of 12", rows[1].Children[4].TextContent);
        Assert.Contains("PENDING (Resources)", rows[2].Children[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("17", card.Find("dd.mono").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("[0,1", card.Markup, StringComparison.Ordinal);

        var other = JsonSerializer.Deserialize<LabJob>(JsonSerializer.Serialize(job, RunJson.Line), RunJson.Line)!;
        Assert.True(job.IsSame(other)); // as another dashboard of the lab reads it
    }
}
