using LiftLab.Engine.FineTuning;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;
using Microsoft.EntityFrameworkCore;

namespace LiftLab.Web.Live;

/// <summary>All that pages and scripts do with runs: start, cancel, stop and save, resume, delete, list, read.</summary>
public sealed partial class LabRuns(
    LabFolder lab,
    LabDatabase database,
    RunTable runs,
    Datasets datasets,
    RunJobs queue,
    LabQueue places,
    LauncherChoice launcher,
    LabProviders providers,
    WorkSignal signal,
    TimeProvider clock
)
{
    static readonly TimeSpan LongestPlan = TimeSpan.FromSeconds(60);

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
        Visitor.Demand(Role.Run, "start a run");
        var dataset = await datasets.OpenAsync(request.DatasetId, cancel);
        var now = clock.GetUtcNow();
        var spec = SpecOf(request, dataset.Row, now) with
        {
            Source = ReadAlike.Of(dataset.Reading, dataset.Row.Schema, dataset.Changed),
            Steps = dataset.Changed?.Settled,
        };
        using var turn = await providers.TurnAsync(spec.Learners, cancel);
        // what the page shows before the start holds for scripts too
        var plan = await PlanAsync(spec, dataset, cancel);
        if (!plan.CanStart)
            throw new BadDataException([.. plan.Problems.Where(p => p.Severity == Severity.Error)]);
        providers.CheckConfirmed(plan.Money, LabProviders.Unpriced(plan), request.Confirmed);
        spec = await providers.SetAsideAsync(spec, plan.Money, cancel);
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
                    DatasetVersion = spec.Origin?.ChangedWords,
                    Task = spec.Schema.Task,
                    Target = spec.Schema.Target.Name,
                    Learner = spec.Learner.Name,
                    CreatedUtc = now.UtcDateTime,
                    StartedBy = spec.StartedBy,
                    Wanted = launcher.Settle(request.Launcher, plan.Seconds, LauncherChoice.NeedsKey(spec)),
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
        Visitor.Note($"start run {spec.Id}");
        return spec.Id;
    }

    /// <summary>What a run would do and take. Nothing is written or queued.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset, or no run of the id that the settings of LIFT name as
    /// "start".</exception>
    /// <exception cref="BadDataException">The dataset's file cannot be read any more.</exception>
    public async Task<RunPlan> PlanAsync(NewRun request, CancellationToken cancel = default)
    {
        var dataset = await datasets.OpenAsync(request.DatasetId, cancel);
        return await PlanAsync(SpecOf(request, dataset.Row, clock.GetUtcNow()), dataset, cancel);
    }

    /// <summary>Ends with the caller, and in any case after a while.</summary>
    async Task<RunPlan> PlanAsync(RunSpec spec, Dataset dataset, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestPlan);
        try
        {
            var plan = await Task.Run(
                () => LiftLab.Engine.Engine.Plan(spec, dataset.Table, RunPace.Newest(lab.Runs), lab.Prices, limit.Token),
                limit.Token
            );
            return await providers.CheckedAsync(spec, plan, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new BadDataException([
                new(
                    Severity.Error,
                    "plan-too-slow",
                    $"writing and counting the prompts takes more than {LongestPlan.TotalSeconds:0} s",
                    "Simplify the template, or use fewer rows or columns."
                ),
            ]);
        }
    }

    RunSpec SpecOf(NewRun request, DatasetRow dataset, DateTimeOffset now) => providers.Settled(Asked(request, dataset, now));

    RunSpec Asked(NewRun request, DatasetRow dataset, DateTimeOffset now) =>
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
        )
        {
            Origin = TableHistory.OriginOf(dataset),
            StartedBy = Visitor.Current?.Name,
        };

    /// <summary>Replaces the id of a run in the setting "start" by the path of its folder.</summary>
    LearnerSpec Located(LearnerSpec learner) => LiftSettings.Located(learner, id => RunId.IsSafe(id) ? Folder(id).Path : null);

    /// <summary>Ends the run at once; nothing is scored.</summary>
    /// <exception cref="InvalidOperationException">It is over already.</exception>
    public async Task CancelAsync(string id, CancellationToken cancel = default)
    {
        await DemandOwnAsync(id, "cancel", cancel);
        await runs.ChangeAsync(id, row => row.RequestCancel(), cancel);
        await File.WriteAllTextAsync(Folder(id).CancelFile, "", cancel);
        signal.Wake();
    }

    /// <summary>
    /// Ends training early and keeps the best weights so far; the run still predicts and scores. A run that has stopped before goes on
    /// for this from its last checkpoint.
    /// </summary>
    /// <exception cref="InvalidOperationException">It waits, or is done.</exception>
    public async Task StopAndSaveAsync(string id, CancellationToken cancel = default)
    {
        var row = await DemandOwnAsync(id, "finish", cancel);
        if (row.State is RunState.Queued or RunState.Succeeded)
            throw new InvalidOperationException($"The run '{row.Name}' is not training: there is nothing to finish.");
        await File.WriteAllTextAsync(Folder(id).StopFile, "", cancel);
        if (row.State != RunState.Running)
            await QueueAgainAsync(
                id,
                (r, position) => r.Resume(position),
                cancel,
                f => File.Delete(f.CancelFile),
                f => File.Delete(f.PauseFile)
            );
    }

    /// <summary>A running run saves a checkpoint and ends; a waiting one leaves the queue. Both go on when they are resumed.</summary>
    /// <exception cref="InvalidOperationException">It neither runs nor waits.</exception>
    public async Task PauseAsync(string id, CancellationToken cancel = default)
    {
        var row = await DemandOwnAsync(id, "pause", cancel);
        if (row.State == RunState.Running)
            await File.WriteAllTextAsync(Folder(id).PauseFile, "", cancel);
        else
            await runs.ChangeAsync(id, r => r.Hold(), cancel);
        signal.Wake();
    }

    /// <summary>Whether a running run has been asked to pause and still saves.</summary>
    public bool IsPausing(RunRow row) => row.State == RunState.Running && lab.Run(row.Id) is { } folder && File.Exists(folder.PauseFile);

    /// <summary>Lets the run's learner go on for more epochs from its last checkpoint; its results are made anew.</summary>
    /// <param name="epochs">Passes over the training rows beyond those that were planned, or beyond the last one where training was
    /// stopped early.</param>
    /// <exception cref="InvalidOperationException">It runs or waits, or its learner cannot go on.</exception>
    public async Task ContinueAsync(string id, int epochs, CancellationToken cancel = default)
    {
        var row = await DemandOwnAsync(id, "continue", cancel);
        if (row.State is RunState.Running or RunState.Queued)
            throw new InvalidOperationException($"The run '{row.Name}' is not over. Finish or pause it first.");
        await Task.Run(() => Continuation.PrepareAsync(Folder(id), LiftLab.Engine.Engine.Find, epochs, cancel), cancel);
        await QueueAgainAsync(id, (r, position) => r.Reopen(position), cancel);
    }

    /// <summary>Moves a waiting run within the queue.</summary>
    /// <exception cref="InvalidOperationException">It does not wait.</exception>
    public async Task MoveAsync(string id, QueueMove move, CancellationToken cancel = default)
    {
        if (await DemandOwnAsync(id, "move", cancel) is { WaitsForPlace: false } row)
            throw new InvalidOperationException($"The run '{row.Name}' does not wait: it has no place in the queue.");
        await places.MoveAsync(id, move, cancel);
    }

    /// <summary>The runs that run, then those that wait, in the order in which they start.</summary>
    public async Task<IReadOnlyList<RunRow>> QueueAsync(CancellationToken cancel = default) =>
        [.. (await runs.UnfinishedAsync(cancel)).OrderBy(r => r.State != RunState.Running).ThenBy(r => r.Position)];

    /// <summary>
    /// Queues an interrupted, paused, failed or cancelled run again, or one that was stopped early; it goes on from its last checkpoint.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is queued, running or done to the planned end.</exception>
    public async Task ResumeAsync(string id, CancellationToken cancel = default)
    {
        var row = await DemandOwnAsync(id, "resume", cancel);
        var early = row is { State: RunState.Succeeded, Code: RunRow.StoppedEarly };
        if (early)
            await Task.Run(() => Continuation.PrepareAsync(Folder(id), LiftLab.Engine.Engine.Find, 0, cancel), cancel);
        await QueueAgainAsync(
            id,
            (r, position) =>
            {
                if (early)
                    r.Reopen(position);
                else
                    r.Resume(position);
            },
            cancel,
            f => File.Delete(f.CancelFile),
            f => File.Delete(f.StopFile),
            f => File.Delete(f.PauseFile)
        );
    }

    async Task QueueAgainAsync(
        string id,
        Action<RunRow, double> verb,
        CancellationToken cancel,
        params IReadOnlyList<Action<RunFolder>> prepare
    )
    {
        var folder = Folder(id);
        await runs.ChangeAsync(
            id,
            async (db, row) =>
            {
                verb(row, await runs.LastPositionAsync(db, cancel) + 1);
                foreach (var step in prepare)
                    step(folder);
            },
            cancel
        );
        signal.Wake();
    }

    public Task<PageOf<RunRow>> ListAsync(RunQuery query, CancellationToken cancel = default) =>
        database.UseAsync(db => query.AskAsync(db, cancel), cancel);

    /// <summary>Why a waiting run waits, as a sentence; null where it does not wait.</summary>
    public string? WaitsFor(RunRow row) =>
        row.State == RunState.Queued ? queue.Reasons.GetValueOrDefault(row.Id, "It was just put into the queue.") : null;

    /// <summary>What a run that runs or waits is doing, as a sentence: its place in the queue, what runs, the time that is left.</summary>
    public string Standing(RunRow row) => queue.Reasons.GetValueOrDefault(row.Id, row.State == RunState.Running ? "Running." : "Waiting.");

    /// <summary>Whether the run's learner can go on from a checkpoint.</summary>
    public bool HasCheckpoint(RunRow row) =>
        row.Learner == LiftSettings.LearnerName
        && lab.Run(row.Id) is { } folder
        && new KeptFiles(folder) is { DeletedAt: null } kept
        && kept.HasTraining(row.Learner);

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

    /// <summary>The newest finished runs on a provider's model.</summary>
    public Task<List<RunRow>> RemoteAsync(CancellationToken cancel = default) =>
        database.UseAsync(
            db =>
                db.Runs.AsNoTracking()
                    .Where(r => r.State == RunState.Succeeded && r.Learner == OpenAiSettings.LearnerName)
                    .OrderByDescending(r => r.CreatedUtc)
                    .Take(30)
                    .ToListAsync(cancel),
            cancel
        );

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
        var row = await DemandOwnAsync(id, "delete the models of", cancel);
        if (row.State != RunState.Succeeded)
            throw new InvalidOperationException($"The run '{row.Name}' is not finished: it needs its models and checkpoints.");
        return await Task.Run(() => new KeptFiles(Folder(id)).Delete(clock.GetUtcNow()), cancel);
    }

    /// <summary>After <see cref="DeleteKeptAsync"/>: learners may be fitted again when somebody predicts or draws.</summary>
    public async Task AllowRefitAsync(string id, CancellationToken cancel = default)
    {
        await DemandOwnAsync(id, "allow another fit of", cancel);
        await Task.Run(() => new KeptFiles(Folder(id)).AllowRefit(), cancel);
    }

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
