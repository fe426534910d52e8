using LiftLab.Engine.FineTuning;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Live;

/// <summary>All that pages and scripts do with runs: start, cancel, stop and save, resume, delete, list, read.</summary>
public sealed class LabRuns(
    LabFolder lab,
    LabDatabase database,
    RunTable runs,
    Datasets datasets,
    RunJobs queue,
    WorkSignal signal,
    TimeProvider clock
)
{
    /// <summary>Raised when a run was added, removed or changed its state; lists then read again. Raised on any thread.</summary>
    public event Action? Changed
    {
        add => signal.Changed += value;
        remove => signal.Changed -= value;
    }

    /// <summary>Makes the run folder and puts the run into the queue.</summary>
    /// <returns>The run's id.</returns>
    /// <exception cref="BadDataException">The table and schema cannot be learned from, with every reason.</exception>
    /// <exception cref="KeyNotFoundException">There is no such dataset, or no run of the id that the settings of LIFT name as
    /// "start".</exception>
    /// <exception cref="ArgumentException">A learner that there is not.</exception>
    public async Task<string> StartAsync(NewRun request, CancellationToken cancel = default)
    {
        var dataset = await datasets.OpenAsync(request.DatasetId, cancel);
        var now = clock.GetUtcNow();
        var spec = SpecOf(request, dataset.Row, now) with
        {
            Source = ReadAlike.Of(dataset.Format, dataset.Row.Reading, dataset.Row.Schema),
        };
        var folder = await Task.Run(() => LiftLab.Engine.Engine.CreateRun(lab.Runs, spec, dataset.Table), cancel);
        try
        {
            await runs.AddAsync(
                new()
                {
                    Id = spec.Id,
                    Name = spec.Name,
                    DatasetId = dataset.Row.Id,
                    DatasetName = dataset.Row.Name,
                    Task = spec.Schema.Task,
                    Target = spec.Schema.Target.Name,
                    Learner = spec.Learner.Name,
                    CreatedUtc = now.UtcDateTime,
                },
                cancel
            );
        }
        catch
        {
            Directory.Delete(folder.Path, recursive: true);
            throw;
        }
        signal.Wake();
        return spec.Id;
    }

    /// <summary>What a run would do and take. Nothing is written or queued.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset, or no run of the id that the settings of LIFT name as
    /// "start".</exception>
    /// <exception cref="BadDataException">The dataset's file cannot be read any more.</exception>
    public async Task<RunPlan> PlanAsync(NewRun request, CancellationToken cancel = default)
    {
        var dataset = await datasets.OpenAsync(request.DatasetId, cancel);
        var spec = SpecOf(request, dataset.Row, clock.GetUtcNow());
        return await Task.Run(() => LiftLab.Engine.Engine.Plan(spec, dataset.Table, RunPace.Newest(lab.Runs)), cancel);
    }

    RunSpec SpecOf(NewRun request, DatasetRow dataset, DateTimeOffset now) =>
        new(
            RunId.New(now),
            Title(request.Name, dataset.Name),
            now,
            "table.csv",
            dataset.Schema,
            request.SplitSeed,
            request.Seed,
            Located(request.Learner),
            request.Baselines,
            request.Boundary
        );

    /// <summary>Replaces the id of a run in the setting "start" by the path of its folder.</summary>
    LearnerSpec Located(LearnerSpec learner) => LiftSettings.Located(learner, id => RunId.IsSafe(id) ? Folder(id).Path : null);

    /// <summary>Ends the run at once; nothing is scored.</summary>
    /// <exception cref="InvalidOperationException">It is over already.</exception>
    public async Task CancelAsync(string id, CancellationToken cancel = default)
    {
        await runs.ChangeAsync(id, row => row.RequestCancel(), cancel);
        await File.WriteAllTextAsync(Folder(id).CancelFile, "", cancel);
        signal.Wake();
    }

    /// <summary>Ends training early and keeps the best weights so far; the run still predicts and scores.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public async Task StopAndSaveAsync(string id, CancellationToken cancel = default)
    {
        var row = await GetAsync(id, cancel);
        if (row.State != RunState.Running)
            throw new InvalidOperationException($"The run '{row.Name}' is not running: there is nothing to stop.");
        await File.WriteAllTextAsync(Folder(id).StopFile, "", cancel);
    }

    /// <summary>Queues an interrupted, failed or cancelled run again; it goes on from its last checkpoint.</summary>
    /// <exception cref="InvalidOperationException">It is queued, running or done.</exception>
    public async Task ResumeAsync(string id, CancellationToken cancel = default)
    {
        var folder = Folder(id);
        await runs.ChangeAsync(
            id,
            async (db, row) =>
            {
                row.Resume(await RunTable.LastPositionAsync(db, cancel) + 1);
                File.Delete(folder.CancelFile);
                File.Delete(folder.StopFile);
            },
            cancel
        );
        signal.Wake();
    }

    /// <summary>Removes the run and its folder.</summary>
    /// <exception cref="InvalidOperationException">It is running: cancel it first.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancel = default)
    {
        await runs.ChangeAsync(
            id,
            (db, row) =>
            {
                if (row.State is RunState.Running)
                    throw new InvalidOperationException($"The run '{row.Name}' is running. Cancel it first.");
                db.Runs.Remove(row);
                return Task.CompletedTask;
            },
            cancel
        );
        if (lab.Run(id) is { } folder)
            await Task.Run(() => Directory.Delete(folder.Path, recursive: true), cancel);
        signal.Wake();
    }

    public Task<PageOf<RunRow>> ListAsync(RunQuery query, CancellationToken cancel = default) =>
        database.UseAsync(db => ListAsync(db, query, cancel), cancel);

    static async Task<PageOf<RunRow>> ListAsync(LabDb db, RunQuery query, CancellationToken cancel)
    {
        var rows = db.Runs.AsNoTracking();
        if (query.State is { } state)
            rows = rows.Where(r => r.State == state);
        if (query.DatasetId is { } dataset)
            rows = rows.Where(r => r.DatasetId == dataset);
        if (query.Search is { Length: > 0 } part)
            rows = rows.Where(r =>
                EF.Functions.Like(r.Name, $"%{part}%")
                || EF.Functions.Like(r.DatasetName, $"%{part}%")
                || EF.Functions.Like(r.Learner, $"%{part}%")
            );
        var total = await rows.CountAsync(cancel);
        rows = (query.Order, query.Descending) switch
        {
            (RunOrder.Name, false) => rows.OrderBy(r => r.Name),
            (RunOrder.Name, true) => rows.OrderByDescending(r => r.Name),
            (RunOrder.State, false) => rows.OrderBy(r => r.State),
            (RunOrder.State, true) => rows.OrderByDescending(r => r.State),
            (RunOrder.Score, false) => rows.OrderBy(r => r.Score),
            (RunOrder.Score, true) => rows.OrderByDescending(r => r.Score),
            (RunOrder.Ended, false) => rows.OrderBy(r => r.EndedUtc),
            (RunOrder.Ended, true) => rows.OrderByDescending(r => r.EndedUtc),
            (_, false) => rows.OrderBy(r => r.CreatedUtc),
            _ => rows.OrderByDescending(r => r.CreatedUtc),
        };
        return new(await rows.Skip(query.Skip).Take(query.Take).ToListAsync(cancel), total);
    }

    /// <summary>Why a waiting run waits, as a sentence; null where it does not wait.</summary>
    public string? WaitsFor(RunRow row) =>
        row.State == RunState.Queued ? queue.Reasons.GetValueOrDefault(row.Id, "It was just put into the queue.") : null;

    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public Task<RunRow> GetAsync(string id, CancellationToken cancel = default) =>
        database.UseAsync(db => RunTable.FindAsync(db, id, cancel), cancel);

    /// <summary>The run's folder, for its specification, results and files.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public RunFolder Folder(string id) => lab.Run(id) ?? throw new KeyNotFoundException($"There is no run '{id}'.");

    /// <summary>Whether there is a run of this id.</summary>
    public bool Has(string id) => lab.Run(id) is not null;

    /// <summary>Whether the run's fitted weights lie in its folder.</summary>
    public bool HasWeights(RunRow row) => FittedRun.IsThere(row, lab.Run(row.Id));

    /// <summary>The newest runs whose weights another one can start from.</summary>
    public async Task<IReadOnlyList<FittedRun>> FittedAsync(int most = 30, CancellationToken cancel = default)
    {
        var rows = await database.UseAsync(
            db =>
                db.Runs.AsNoTracking()
                    .Where(r => r.State == RunState.Succeeded && r.Learner == LiftSettings.LearnerName)
                    .OrderByDescending(r => r.CreatedUtc)
                    .Take(most)
                    .ToListAsync(cancel),
            cancel
        );
        return await Task.Run<FittedRun[]>(() => [.. rows.Select(row => FittedRun.Of(row, lab.Run(row.Id))).OfType<FittedRun>()], cancel);
    }

    /// <summary>A run as one to start from.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run, or it has no fitted weights.</exception>
    public async Task<FittedRun> FittedAsync(string id, CancellationToken cancel = default)
    {
        var row = await GetAsync(id, cancel);
        return await Task.Run(() => FittedRun.Of(row, lab.Run(id)), cancel)
            ?? throw new KeyNotFoundException($"The run '{row.Name}' ({id}) has no fitted weights of LIFT.");
    }

    /// <summary>What the run's folder takes on the disk.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    public Task<KeptState> KeptAsync(string id, CancellationToken cancel = default) =>
        Task.Run(
            () =>
            {
                var folder = Folder(id);
                var kept = new KeptFiles(folder);
                return new KeptState(folder.Path, kept.RunBytes, kept.Bytes, kept.DeletedAt);
            },
            cancel
        );

    /// <summary>Deletes the fitted models and training checkpoints of a finished run; its results stay.</summary>
    /// <returns>Bytes freed.</returns>
    /// <exception cref="InvalidOperationException">It is not finished.</exception>
    public async Task<long> DeleteKeptAsync(string id, CancellationToken cancel = default)
    {
        var row = await GetAsync(id, cancel);
        if (row.State != RunState.Succeeded)
            throw new InvalidOperationException($"The run '{row.Name}' is not finished: it needs its models and checkpoints.");
        return await Task.Run(() => new KeptFiles(Folder(id)).Delete(clock.GetUtcNow()), cancel);
    }

    /// <summary>After <see cref="DeleteKeptAsync"/>: learners may be fitted again when somebody predicts or draws.</summary>
    public Task AllowRefitAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => new KeptFiles(Folder(id)).AllowRefit(), cancel);

    /// <summary>The report of a finished run; null before.</summary>
    public Task<RunReport?> ReportAsync(string id, CancellationToken cancel = default) => Task.Run(() => Folder(id).ReadReport(), cancel);

    /// <summary>A run with its specification and task, read on a pool thread.</summary>
    /// <exception cref="KeyNotFoundException">There is no such run.</exception>
    /// <exception cref="BadDataException">Its folder cannot be read.</exception>
    public Task<OpenRun> OpenAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => OpenRun.ReadAsync(Folder(id), cancel), cancel);

    /// <summary>A run's results so far, read on a pool thread.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    public Task<RunFindings> FindingsAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => RunFindings.ReadAsync(Folder(id), LiftWays.Has, cancel), cancel);

    /// <summary>One learner's scores with its answers for every test row; null while it is not done.</summary>
    public Task<LearnerOutcome?> OutcomeAsync(string id, string learner, CancellationToken cancel = default) =>
        Task.Run(() => Folder(id).ReadOutcome(learner), cancel);

    static string Title(string name, string otherwise) =>
        name.Trim() is { Length: > 0 } title ? title[..Math.Min(title.Length, 200)] : otherwise;
}
