using LiftLab.Engine.Runs;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Queue;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Storage;

/// <summary>Changes rows of runs one at a time, so that a person's verb and the supervisor's never change one row at once.</summary>
/// <param name="studies">They share the order of the queue with the runs.</param>
public sealed class RunTable(LabDatabase database, StudyQueue studies)
{
    /// <summary>Applies a verb of the row and stores it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidOperationException">The verb refuses.</exception>
    public Task<RunRow> ChangeAsync(string id, Action<RunRow> verb, CancellationToken cancel) =>
        ChangeAsync(
            id,
            (_, row) =>
            {
                verb(row);
                return Task.CompletedTask;
            },
            cancel
        );

    public Task<RunRow> ChangeAsync(string id, Func<LabDb, RunRow, Task> verb, CancellationToken cancel) =>
        database.AloneAsync(
            async db =>
            {
                var row = await FindAsync(db, id, cancel);
                await verb(db, row);
                await db.SaveChangesAsync(cancel);
                return row;
            },
            cancel
        );

    /// <summary>Enters a new run. An entry that another dashboard has made from the run's folder meanwhile is replaced.</summary>
    public Task AddAsync(RunRow row, CancellationToken cancel) =>
        database.AloneAsync(
            async db =>
            {
                await db.Runs.Where(r => r.Id == row.Id).ExecuteDeleteAsync(cancel);
                row.Position = await LastPositionAsync(db, cancel) + 1;
                db.Runs.Add(row);
                await db.SaveChangesAsync(cancel);
            },
            cancel
        );

    /// <summary>Runs that wait, run, or are to be cancelled, in the order of the queue.</summary>
    public Task<List<RunRow>> UnfinishedAsync(CancellationToken cancel) =>
        database.UseAsync(
            db =>
                db.Runs.AsNoTracking()
                    .Where(r =>
                        r.State == RunState.Running || r.State == RunState.Queued || (r.State == RunState.Interrupted && r.CancelRequested)
                    )
                    .OrderBy(r => r.Position)
                    .ToListAsync(cancel),
            cancel
        );

    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public Task<RunRow> GetAsync(string id, CancellationToken cancel) => database.UseAsync(db => FindAsync(db, id, cancel), cancel);

    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public static async Task<RunRow> FindAsync(LabDb db, string id, CancellationToken cancel) =>
        (RunId.IsSafe(id) ? await db.Runs.FindAsync([id], cancel) : null) ?? throw new KeyNotFoundException($"There is no run '{id}'.");

    /// <summary>The position of the last run or study that waits; 0 for an empty queue.</summary>
    public async Task<double> LastPositionAsync(LabDb db, CancellationToken cancel) =>
        studies
            .Waiting.Select(s => s.Position)
            .Append(await db.Runs.Where(r => r.State == RunState.Queued).MaxAsync(r => (double?)r.Position, cancel) ?? 0)
            .Max();

    /// <summary>The position of the first run or study that waits; 0 for an empty queue.</summary>
    public async Task<double> FirstPositionAsync(LabDb db, CancellationToken cancel) =>
        studies
            .Waiting.Select(s => s.Position)
            .Append(await db.Runs.Where(r => r.State == RunState.Queued).MinAsync(r => (double?)r.Position, cancel) ?? 0)
            .Min();

    /// <summary>A position behind all that waits.</summary>
    public Task<double> EndAsync(CancellationToken cancel) =>
        database.UseAsync(async db => await LastPositionAsync(db, cancel) + 1, cancel);

    /// <summary>A position before all that waits.</summary>
    public Task<double> FrontAsync(CancellationToken cancel) =>
        database.UseAsync(async db => await FirstPositionAsync(db, cancel) - 1, cancel);
}
