using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage;

/// <summary>The queue of studies of a lab that two dashboards share.</summary>
public sealed class SharedStudyQueueTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-studies-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    StudyQueue Open()
    {
        var lab = new LabFolder(Options.Create(new LabOptions { LabFolder = folder, Database = "Host=db;Database=l" }));
        Directory.CreateDirectory(Path.Combine(lab.Studies, "s1"));
        Directory.CreateDirectory(lab.StudyQueue);
        return new(lab);
    }

    [Fact]
    public async Task What_one_dashboard_writes_the_other_reads_and_no_change_is_lost()
    {
        StudyQueue[] both = [Open(), Open()];
        Assert.Empty(both[1].Unfinished);
        both[0].Add(new("s1", "A study", "q", ["t"], DateTime.UnixEpoch));
        Assert.Equal("A study", Assert.Single(both[1].Unfinished).Name);

        await Task.WhenAll(
            both.Select(queue =>
                Task.Run(() =>
                {
                    for (var i = 0; i < 50; i++)
                        queue.Change("s1", e => e with { Tries = e.Tries + 1 });
                })
            )
        );
        Assert.Equal([100, 100], both.Select(q => q.Get("s1").Tries));

        both[1].Change("s1", e => e.Launch(DateTime.UnixEpoch, "local", 0));
        Assert.Equal(RunState.Running, Assert.Single(both[0].Running).State);

        both[0].Remove("s1", _ => { });
        Directory.Delete(Path.Combine(folder, "studies", "s1"));
        Assert.Empty(both[1].Unfinished);
        Assert.False(both[1].Has("s1"));
    }
}
