using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Live.Jobs;

/// <summary>
/// Where several dashboards share a lab: notices within a second what another one has changed, so that pages show it, and so that the
/// leading one starts what another one has queued. The events of a run are read from its folder and need no notice.
/// </summary>
public sealed class LabWatch(
    LabFolder lab,
    LabDatabase database,
    RunTable runs,
    StudyQueue studies,
    ILabLead lead,
    SharedBoard board,
    WorkSignal signal,
    TimeProvider clock
) : LabService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    string before = "";

    protected override async Task WorkAsync(CancellationToken stop)
    {
        while (lab.IsShared)
        {
            try
            {
                await LookAsync(stop);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // the supervisor tells of it
            await Task.Delay(Pause, clock, stop);
        }
    }

    async Task LookAsync(CancellationToken cancel)
    {
        var changed = lead.Term is not { Holds: true } && board.Read();
        var now = await MarkAsync(cancel);
        if (now != before)
        {
            before = now;
            signal.Wake();
        }
        else if (changed)
            signal.Tell();
    }

    /// <summary>A text that differs when a list of runs or studies does.</summary>
    async Task<string> MarkAsync(CancellationToken cancel)
    {
        var unfinished = (await runs.UnfinishedAsync(cancel)).Select(r =>
            FormattableString.Invariant($"{r.Id} {r.State} {r.Position} {r.Attempt} {r.CancelRequested} {r.Wanted}")
        );
        var counted = await database.UseAsync(
            async db => (await db.Runs.CountAsync(cancel), await db.Runs.MaxAsync(r => r.EndedUtc, cancel)),
            cancel
        );
        var asked = studies.All.Select(s => FormattableString.Invariant($"{s.Id} {s.State} {s.Position} {s.CancelRequested} {s.Wanted}"));
        return string.Join('\n', [.. unfinished, FormattableString.Invariant($"{counted}"), .. asked]);
    }
}
