using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Launching.Slurm;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>A dashboard whose launcher "cluster" is the Slurm cluster of the tests.</summary>
static class SlurmServer
{
    public const string Launcher = "cluster";

    public static IReadOnlyDictionary<string, string> Settings(SlurmLab slurm, params IReadOnlyList<(string Name, string Value)> more) =>
        new (string Name, string Value)[]
        {
            ("Kind", "slurm"),
            ("Conf", slurm.Conf),
            ("Cpus", "1"),
            ("MemoryMb", "200"),
            ("LookSeconds", "1"),
        }
            .Concat(more)
            .GroupBy(s => s.Name)
            .ToDictionary(g => $"LiftLab:Launchers:{Launcher}:{g.Key}", g => g.Last().Value);

    public static LabServer Start(SlurmLab slurm, params IReadOnlyList<(string Name, string Value)> more)
    {
        var lab = new LabServer();
        foreach (var (name, value) in Settings(slurm, more))
            lab.Settings[name] = value;
        lab.Start();
        return lab;
    }

    /// <summary>The curve is whole, no event is lost or doubled, and the run was done once.</summary>
    public static void AssertWhole(RunFolder run, int steps)
    {
        var events = RunTail.All(run);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(Enumerable.Range(1, steps), LabServer.Steps(run));
        Assert.All(events.Select(e => e.Body).OfType<TrainingStep>(), s => Assert.Equal(StepLearner.Loss(s.Step), s.Loss));
        Assert.Single(events.Select(e => e.Body).OfType<RunEnded>(), e => e.State == RunState.Succeeded);
    }
}
