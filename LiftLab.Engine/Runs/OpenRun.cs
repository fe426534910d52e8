using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Runs;

/// <summary>A run with its specification and task, read from its folder.</summary>
public sealed record OpenRun(RunFolder Folder, RunSpec Spec, LearningTask Task)
{
    /// <exception cref="Tables.BadDataException">The folder cannot be read.</exception>
    public static async Task<OpenRun> ReadAsync(RunFolder folder, CancellationToken cancel)
    {
        var spec = folder.ReadSpec();
        return new(folder, spec, await folder.LoadAsync(spec, cancel));
    }

    /// <summary>The metric by which the run's learners are ranked.</summary>
    public Metric Headline => Task.Target.Headline;
}
