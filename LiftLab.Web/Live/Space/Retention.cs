using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Space;

/// <summary>
/// Deletes the training checkpoints of runs that ended more than <see cref="LabOptions.CheckpointDays"/> days ago, once an hour; with
/// <see cref="LabOptions.KeepBestOnly"/> those of runs that succeeded, within a minute. Fitted models, scores and answers stay.
/// </summary>
public sealed partial class Retention(
    LabDatabase database,
    LabFolder lab,
    LabSpace space,
    ILabLead lead,
    IOptions<LabOptions> options,
    TimeProvider clock,
    ILogger<Retention> log
) : LabService
{
    /// <summary>Runs that ended in this time before a round are looked at once more in the next one.</summary>
    static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Runs that ended earlier have no checkpoints left under <see cref="LabOptions.KeepBestOnly"/>.</summary>
    DateTime since = DateTime.UnixEpoch;

    TimeSpan Round => options.Value.KeepBestOnly ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1);

    protected override async Task WorkAsync(CancellationToken stop)
    {
        if (options.Value is { CheckpointDays: 0, KeepBestOnly: false })
            return;
        using var timer = new PeriodicTimer(Round, clock);
        do try
        {
            if (lead.Term is { Holds: true })
                await SweepAsync(stop);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            NotSwept(log, e.Message);
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    /// <returns>Bytes freed.</returns>
    internal async Task<long> SweepAsync(CancellationToken cancel)
    {
        var (days, best, now) = (options.Value.CheckpointDays, options.Value.KeepBestOnly, clock.GetUtcNow().UtcDateTime);
        var before = days == 0 ? DateTime.UnixEpoch : now - TimeSpan.FromDays(days);
        var ids = await database.UseAsync(
            db =>
                db.Runs.Where(r =>
                        (best && r.State == RunState.Succeeded && r.EndedUtc >= since)
                        || (
                            r.EndedUtc < before
                            && (r.State == RunState.Succeeded || r.State == RunState.Failed || r.State == RunState.Cancelled)
                        )
                    )
                    .Select(r => r.Id)
                    .ToListAsync(cancel),
            cancel
        );
        since = now - Again;
        var freed = 0L;
        foreach (var id in ids.Where(id => lab.Run(id) is { } run && new KeptFiles(run).TrainingBytes > 0))
            try
            {
                var bytes = await space.DropCheckpointsAsync(id, cancel);
                Dropped(log, id, bytes);
                freed += bytes;
            }
            catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException)
            {
                NotSwept(log, e.Message); // resumed or deleted meanwhile, or a disk that cannot be written
            }
        return freed;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The checkpoints of run {Id} were deleted: {Bytes} bytes are free")]
    static partial void Dropped(ILogger log, string id, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Checkpoints could not be deleted: {Reason}")]
    static partial void NotSwept(ILogger log, string reason);
}
