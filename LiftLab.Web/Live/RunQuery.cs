using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Live;

/// <summary>Which runs a list shows.</summary>
/// <param name="StartedBy">Only what this person has started.</param>
/// <param name="Search">Part of the run's, dataset's or learner's name, in upper or lower case.</param>
public sealed record RunQuery(
    int Skip = 0,
    int Take = 50,
    string? Search = null,
    RunState? State = null,
    Guid? DatasetId = null,
    RunOrder Order = RunOrder.Created,
    bool Descending = true,
    string? StartedBy = null
)
{
    /// <summary>One page of the list.</summary>
    internal async Task<PageOf<RunRow>> AskAsync(LabDb db, CancellationToken cancel)
    {
        var rows = db.Runs.AsNoTracking();
        if (State is { } state)
            rows = rows.Where(r => r.State == state);
        if (DatasetId is { } dataset)
            rows = rows.Where(r => r.DatasetId == dataset);
        if (StartedBy is { } by)
            rows = rows.Where(r => r.StartedBy == by);
        if (Search is { Length: > 0 } part)
        {
            var storable = db.Storable(part);
            // joined, because one call for each run is faster than three
            rows = rows.Where(r => LabDb.Folded(r.Name + "\n" + r.DatasetName + "\n" + r.Learner).Contains(LabDb.Folded(storable)));
        }
        var total = await rows.CountAsync(cancel);
        // What has no score or end comes last, whichever way. The id makes the order whole: pages neither repeat nor leave out a run.
        var ordered = (Order, Descending) switch
        {
            (RunOrder.Name, false) => rows.OrderBy(r => r.Name),
            (RunOrder.Name, true) => rows.OrderByDescending(r => r.Name),
            (RunOrder.State, false) => rows.OrderBy(r => r.State),
            (RunOrder.State, true) => rows.OrderByDescending(r => r.State),
            (RunOrder.Score, false) => rows.OrderBy(r => r.Score == null).ThenBy(r => r.Score),
            (RunOrder.Score, true) => rows.OrderBy(r => r.Score == null).ThenByDescending(r => r.Score),
            (RunOrder.Ended, false) => rows.OrderBy(r => r.EndedUtc == null).ThenBy(r => r.EndedUtc),
            (RunOrder.Ended, true) => rows.OrderBy(r => r.EndedUtc == null).ThenByDescending(r => r.EndedUtc),
            (_, false) => rows.OrderBy(r => r.CreatedUtc),
            _ => rows.OrderByDescending(r => r.CreatedUtc),
        };
        rows = Descending ? ordered.ThenByDescending(r => r.Id) : ordered.ThenBy(r => r.Id);
        return new(await rows.Skip(Skip).Take(Take).ToListAsync(cancel), total);
    }
}

public enum RunOrder
{
    Created,
    Name,
    State,
    Score,
    Ended,
}
