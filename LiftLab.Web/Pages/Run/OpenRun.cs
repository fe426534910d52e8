using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;

namespace LiftLab.Web.Pages.Run;

/// <summary>A run with its specification and task, read from its folder on a pool thread.</summary>
public sealed record OpenRun(RunFolder Folder, RunSpec Spec, LearningTask Task)
{
    /// <exception cref="KeyNotFoundException">The run does not exist.</exception>
    /// <exception cref="BadDataException">Its folder cannot be read.</exception>
    public static Task<OpenRun> ReadAsync(LabRuns runs, string id, CancellationToken cancel) =>
        System.Threading.Tasks.Task.Run(
            async () =>
            {
                var folder = runs.Folder(id);
                var spec = folder.ReadSpec();
                return new OpenRun(folder, spec, await folder.LoadAsync(spec, cancel));
            },
            cancel
        );

    public Metric Headline => Task.Target.Headline;

    /// <summary>The training rows on the plane of two features.</summary>
    public BoundaryRows RowsOn(string x, string y) => BoundaryRows.Of(Task, x, y);
}
