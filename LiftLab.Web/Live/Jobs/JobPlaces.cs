using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// Which of the runs and studies that wait have a place. They share the places of their launcher and start in the order of the queue; a
/// launcher without a free place holds up no other.
/// </summary>
public sealed class JobPlaces(RunTable runs, StudyQueue studies, Launchers launchers, IOptions<LabOptions> options)
{
    /// <summary>The launcher that takes a run or study, or has taken it.</summary>
    public string LauncherOf(IQueued entry) =>
        (entry.State == RunState.Running ? entry.Launcher : null) ?? entry.Wanted ?? launchers.Default.Name;

    /// <summary>Jobs of a launcher at the same time.</summary>
    public int Of(string launcher) => launchers.All.FirstOrDefault(l => l.Name == launcher)?.Places ?? options.Value.MaxParallelRuns;

    /// <summary>
    /// Ids of those that wait and have a place now. One that may not start yet keeps its place, so that others do not overtake it.
    /// </summary>
    public async Task<IReadOnlySet<string>> FreeAsync(CancellationToken cancel)
    {
        IQueued[] all = [.. await runs.UnfinishedAsync(cancel), .. studies.Unfinished];
        return all.GroupBy(LauncherOf)
            .SelectMany(group =>
                group
                    .Where(e => e.WaitsForPlace)
                    .OrderBy(e => e.Position)
                    .ThenBy(e => e.Id, StringComparer.Ordinal)
                    .Take(Math.Max(0, Of(group.Key) - group.Count(e => e.State == RunState.Running)))
            )
            .Select(e => e.Id)
            .ToHashSet(StringComparer.Ordinal);
    }
}
