using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Jobs;

/// <summary>Which of the runs and studies that wait have a place. They share the places and start in the order of the queue.</summary>
public sealed class JobPlaces(RunTable runs, StudyQueue studies, IOptions<LabOptions> options)
{
    /// <summary>
    /// Ids of those that wait and have a place now. One that may not start yet keeps its place, so that others do not overtake it.
    /// </summary>
    public async Task<IReadOnlySet<string>> FreeAsync(CancellationToken cancel)
    {
        IQueued[] all = [.. await runs.UnfinishedAsync(cancel), .. studies.Unfinished];
        var free = options.Value.MaxParallelRuns - all.Count(e => e.State == RunState.Running);
        return all.Where(e => e.WaitsForPlace)
            .OrderBy(e => e.Position)
            .ThenBy(e => e.Id, StringComparer.Ordinal)
            .Take(Math.Max(0, free))
            .Select(e => e.Id)
            .ToHashSet(StringComparer.Ordinal);
    }
}
