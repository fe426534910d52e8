using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Runs.Plans;

public sealed class RunPaceTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    RunFolder Finished(string id, double? pace, string? host = null, string device = "cpu")
    {
        var folder = runs.Create(id, new("lift"));
        using (var log = AttemptLog.Claim(folder, TimeProvider.System))
            log.Write("run", new AttemptStarted(1, host ?? Environment.MachineName, device, 2, null));
        var report = new RunReport(
            id,
            id,
            TaskKind.Classification,
            "class",
            ["low", "high"],
            new(76, 20, 24),
            MadeUp.Result("lift", "LIFT", .9),
            [],
            new("", []),
            new(0, 0, 0, 0, 0, 0, 0),
            pace,
            null,
            false
        );
        File.WriteAllText(folder.ReportFile, JsonSerializer.Serialize(report, RunJson.Line));
        return folder;
    }

    [Fact]
    public void A_finished_run_of_this_machine_gives_its_pace()
    {
        var pace = RunPace.Of(Finished("one", 1234.5, device: "cuda:0"))!;
        Assert.Equal(("lift", TaskKind.Classification, true, 1234.5), (pace.Learner.Name, pace.Task, pace.OnCard, pace.TokensPerSecond));
    }

    [Fact]
    public void Other_machines_unfinished_runs_and_learners_without_steps_give_none()
    {
        Assert.Null(RunPace.Of(Finished("elsewhere", 1000, host: "another-machine")));
        Assert.Null(RunPace.Of(Finished("no-steps", null)));
        Assert.Null(RunPace.Of(runs.Create("new")));
        var broken = Finished("broken", 1000);
        File.WriteAllText(broken.ReportFile, "{");
        Assert.Null(RunPace.Of(broken));
    }

    [Fact]
    public void The_newest_come_first_and_a_missing_folder_has_none()
    {
        Finished("20260101-000000-a", 1);
        Finished("20260103-000000-b", 3);
        Finished("20260102-000000-c", 2);
        Assert.Equal([3, 2, 1], RunPace.Newest(runs.Root).Select(p => p.TokensPerSecond));
        Assert.Equal([3], RunPace.Newest(runs.Root, most: 1).Select(p => p.TokensPerSecond));
        Assert.Empty(RunPace.Newest(Path.Combine(runs.Root, "nothing")));
    }
}
