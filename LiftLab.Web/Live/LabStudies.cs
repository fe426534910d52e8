using LiftLab.Engine.Experiments;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Web.Live;

/// <summary>All that pages and scripts do with studies: plan, start, cancel, resume, retry, extend, delete, list, read.</summary>
public sealed class LabStudies(
    LabFolder lab,
    StudyQueue queue,
    StudyJobs jobs,
    RunTable runs,
    LabQueue places,
    LauncherChoice launcher,
    LabProviders providers,
    LabRemote remote,
    Datasets datasets,
    WorkSignal signal,
    TimeProvider clock
)
{
    /// <summary>Raised when a study was added, removed or changed its state. Raised on any thread.</summary>
    public event Action? Changed
    {
        add => signal.Changed += value;
        remove => signal.Changed -= value;
    }

    /// <summary>The specification and cost of a study. Nothing is written or queued.</summary>
    /// <exception cref="KeyNotFoundException">There is no such dataset.</exception>
    /// <exception cref="BadDataException">A dataset's file cannot be read any more.</exception>
    /// <exception cref="ArgumentException">A choice does not exist or is out of range.</exception>
    public async Task<(StudySpec Spec, StudyCost Cost)> PlanAsync(NewStudy request, CancellationToken cancel = default)
    {
        var (spec, tables) = await MakeAsync(request, cancel);
        return await Task.Run(
            () =>
            {
                var cells = StudyCells.Of(spec, LiftLab.Engine.Engine.Find);
                var prices = new StudyPrices(spec, tables, lab.Prices, cancel);
                return (spec, StudyCost.Of(cells, LiftLab.Engine.Engine.Find, lab.Answers, prices.Of));
            },
            cancel
        );
    }

    /// <summary>Makes the study's folder and puts it into the queue.</summary>
    /// <returns>The study's id.</returns>
    /// <inheritdoc cref="PlanAsync"/>
    public async Task<string> StartAsync(NewStudy request, CancellationToken cancel = default)
    {
        Visitor.Demand(Role.Run, "start a study");
        var (spec, tables) = await MakeAsync(request, cancel);
        var seconds = launcher.IsOne || request.Launcher is { Length: > 0 } ? null : (await PlanAsync(request, cancel)).Cost.Seconds;
        var wanted = launcher.Settle(request.Launcher, seconds, LauncherChoice.NeedsKey(spec));
        return await QueueAsync(spec, tables, wanted, request.Confirmed, cancel);
    }

    async Task<(StudySpec, Table[])> MakeAsync(NewStudy request, CancellationToken cancel)
    {
        var experiment = ExperimentList.Find(request.Experiment);
        var tables = new List<(string Name, Table Table, Schema Schema, string? Dataset)>();
        foreach (var id in request.Datasets)
        {
            var dataset = await datasets.OpenAsync(id, cancel);
            if (dataset.Problems.Where(p => p.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
                throw new BadDataException(errors);
            tables.Add((dataset.Row.Name, dataset.Table, dataset.Row.Schema, id.ToString("N")));
        }
        var choice = request.Choice with { Learners = request.Learners?.Select(providers.Settled).ToArray() };
        var spec = await Task.Run(() => StudyMaker.Make(experiment, tables, choice, LiftLab.Engine.Engine.Find, clock), cancel);
        return (spec, [.. tables.Select(t => t.Table)]);
    }

    /// <summary>Why a study must not start; empty where it may.</summary>
    public async Task<IReadOnlyList<Problem>> MoneyProblemsAsync(StudySpec spec, StudyCost cost, CancellationToken cancel = default)
    {
        LearnerSpec[] paid = [.. spec.Learners.Where(LabProviders.IsPaid)];
        if (paid.Length == 0)
            return [];
        var problems = providers.Problems(paid).ToList();
        if (await providers.OverMonthAsync(cost.Money, cost.Unpriced.Count > 0, cancel) is { } over)
            problems.Add(over);
        return problems;
    }

    async Task<string> QueueAsync(StudySpec spec, IReadOnlyList<Table> tables, string? wanted, string? confirmed, CancellationToken cancel)
    {
        spec = spec with { StartedBy = Visitor.Current?.Name };
        using var turn = await providers.TurnAsync(spec.Learners, cancel);
        if (turn is not null)
        {
            var cost = await Task.Run(
                () =>
                    StudyCost.Of(
                        StudyCells.Of(spec, LiftLab.Engine.Engine.Find),
                        LiftLab.Engine.Engine.Find,
                        lab.Answers,
                        new StudyPrices(spec, tables, lab.Prices, cancel).Of
                    ),
                cancel
            );
            if ((await MoneyProblemsAsync(spec, cost, cancel)).Where(p => p.Severity == Severity.Error).ToArray() is { Length: > 0 } errors)
                throw new BadDataException(errors);
            providers.CheckConfirmed(cost.Money, cost.Unpriced.Count > 0, confirmed);
            if (cost.Money is > 0)
                providers.Money.SetAside(spec.Id, cost.Money.Value);
        }
        await Task.Run(() => StudyFolder.Create(lab.Studies, spec, tables), cancel);
        queue.Add(StudyEntry.Of(spec) with { Position = await runs.EndAsync(cancel), Wanted = wanted });
        signal.Wake();
        Visitor.Note($"start study {spec.Id}");
        return spec.Id;
    }

    /// <summary>
    /// A new study with more learners, levels or seeds, which takes all answers that the lab and the old study have. The tables are those
    /// of
    /// the old study.
    /// </summary>
    /// <returns>The new study's id.</returns>
    /// <exception cref="ArgumentException">A choice does not exist or is out of range.</exception>
    /// <exception cref="BadDataException">The old study or its tables cannot be read.</exception>
    public async Task<string> AddAsync(string id, StudyAddition added, CancellationToken cancel = default)
    {
        Visitor.Demand(Role.Run, "extend a study");
        var (_, spec, tables) = await ExtendAsync(id, added, cancel);
        return await QueueAsync(spec, tables, queue.Get(id).Wanted, added.Confirmed, cancel);
    }

    /// <summary>What an addition would take: cells that the study does not have, and their cost. Nothing is queued.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public async Task<(int NewCells, StudyCost Cost)> PlanAddAsync(string id, StudyAddition added, CancellationToken cancel = default)
    {
        var (old, spec, tables) = await ExtendAsync(id, added, cancel);
        return await Task.Run(
            () =>
            {
                var cells = StudyCells.Of(spec, LiftLab.Engine.Engine.Find);
                var known = ExperimentList.Find(old.Experiment).Plan(old).Select(c => c.Place).ToHashSet(StringComparer.Ordinal);
                var prices = new StudyPrices(spec, tables, lab.Prices, cancel);
                return (
                    cells.All.Count(c => !known.Contains(c.Cell.Place)),
                    StudyCost.Of(cells, LiftLab.Engine.Engine.Find, lab.Answers, prices.Of)
                );
            },
            cancel
        );
    }

    async Task<(StudySpec Old, StudySpec New, IReadOnlyList<Table> Tables)> ExtendAsync(
        string id,
        StudyAddition added,
        CancellationToken cancel
    )
    {
        var folder = Folder(id);
        var old = folder.ReadSpec();
        if (added.Levels is { Count: > 0 } && old.Kinds.Count == 0)
            throw new ArgumentException($"'{old.Experiment}' has no levels: add learners or seeds");
        await Task.Run(folder.Answers.Share, cancel);
        var tables = new List<(string Name, Table Table, Schema Schema, string? Dataset)>();
        foreach (var table in old.Tables)
            tables.Add((table.Name, await folder.ReadTableAsync(table, cancel), table.Schema, table.Dataset));
        var spec = await Task.Run(
            () =>
                StudyMaker.Make(
                    ExperimentList.Find(old.Experiment),
                    tables,
                    new(
                        [.. old.Learners, .. (added.Learners ?? []).Where(l => old.Learners.All(o => o.Name != l.Name))],
                        old.Kinds.Count == 0 ? null : added.Extend(old.Kinds),
                        null,
                        [.. old.Seeds.Union(added.Seeds ?? [])],
                        old.Protocol,
                        old.Name
                    ),
                    LiftLab.Engine.Engine.Find,
                    clock
                ),
            cancel
        );
        return (old, spec, [.. tables.Select(t => t.Table)]);
    }

    /// <summary>Ends the study at once; its answers stay.</summary>
    /// <exception cref="InvalidOperationException">It is over already.</exception>
    public async Task CancelAsync(string id, CancellationToken cancel = default)
    {
        DemandOwn(id, "cancel");
        queue.Change(id, e => e.RequestCancel());
        await File.WriteAllTextAsync(Folder(id).CancelFile, "", cancel);
        signal.Wake();
    }

    /// <summary>Queues an interrupted, failed or cancelled study again; answered cells stay.</summary>
    /// <exception cref="InvalidOperationException">It is queued, running or done.</exception>
    public async Task ResumeAsync(string id, CancellationToken cancel = default)
    {
        DemandOwn(id, "resume");
        var folder = Folder(id);
        if (queue.Get(id) is { State: RunState.Succeeded } done)
            throw new InvalidOperationException($"The study '{done.Name}' is done.");
        await QueueAgainAsync(id, folder, null, cancel);
    }

    /// <summary>Tries the failed cells of a study again.</summary>
    /// <exception cref="InvalidOperationException">It is queued or running.</exception>
    public Task RetryAsync(string id, CancellationToken cancel = default)
    {
        DemandOwn(id, "retry");
        var folder = Folder(id);
        return QueueAgainAsync(id, folder, () => File.WriteAllText(folder.RetryFile, ""), cancel);
    }

    /// <summary>Moves a waiting study within the queue, which it shares with runs.</summary>
    /// <exception cref="InvalidOperationException">It does not wait.</exception>
    public async Task MoveAsync(string id, QueueMove move, CancellationToken cancel = default)
    {
        if (DemandOwn(id, "move") is { WaitsForPlace: false } entry)
            throw new InvalidOperationException($"The study '{entry.Name}' does not wait: it has no place in the queue.");
        await places.MoveAsync(id, move, cancel);
    }

    /// <summary>Why a waiting study waits, with its place in the queue, as a sentence; null where it does not wait.</summary>
    public string? WaitsFor(StudyEntry entry) => entry.State == RunState.Queued ? places.Standing(entry.Id, entry.State) : null;

    async Task QueueAgainAsync(string id, StudyFolder folder, Action? before, CancellationToken cancel)
    {
        var position = await runs.EndAsync(cancel);
        queue.Change(
            id,
            e =>
            {
                var again = e.Resume(position);
                File.Delete(folder.CancelFile);
                File.Delete(folder.StopFile);
                before?.Invoke();
                return again;
            }
        );
        signal.Wake();
    }

    /// <summary>Bytes of the study's files; 0 where it has none.</summary>
    public Task<long> BytesAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => HasFolder(id) ? KeptFiles.BytesOf(Path.Combine(lab.Studies, id)) : 0, cancel);

    /// <inheritdoc cref="DeleteAsync(string, AtProvider, CancellationToken)"/>
    public Task<long> DeleteAsync(string id, CancellationToken cancel = default) => DeleteAsync(id, AtProvider.Keep, cancel);

    /// <summary>
    /// Removes the study and its folder, also where the folder is damaged. Answers that the lab shares stay. Jobs that still go on at a
    /// provider are ended first, because nobody would know of them afterwards.
    /// </summary>
    /// <returns>Bytes of the files that were deleted.</returns>
    /// <exception cref="KeyNotFoundException">There is neither an entry nor a folder.</exception>
    /// <exception cref="InvalidOperationException">It is running: cancel it first.</exception>
    /// <exception cref="RemoteTroubleException">The provider did not do what was asked; nothing was removed here.</exception>
    public async Task<long> DeleteAsync(string id, AtProvider there, CancellationToken cancel = default)
    {
        if (queue.Has(id))
            DemandOwn(id, "delete");
        else
            Visitor.Demand(Role.Administer, "delete a damaged study");
        var path = HasFolder(id) ? Path.Combine(lab.Studies, id) : null;
        if (!queue.Has(id) || queue.Get(id).State != RunState.Running)
            await LeaveProviderAsync(id, there, cancel);
        if (path is null || queue.Has(id))
            queue.Remove(
                id,
                e =>
                {
                    if (e.State == RunState.Running)
                        throw new InvalidOperationException($"The study '{e.Name}' is running. Cancel it first.");
                }
            );
        var bytes = path is null
            ? 0
            : await Task.Run(
                () =>
                {
                    providers.Money.Take(path);
                    var size = KeptFiles.BytesOf(path);
                    Directory.Delete(path, recursive: true);
                    return size;
                },
                cancel
            );
        signal.Wake();
        return bytes;
    }

    async Task LeaveProviderAsync(string id, AtProvider there, CancellationToken cancel)
    {
        if (lab.Study(id) is not { } folder || remote.OfStudy(id) is not { Count: > 0 } holdings)
            return;
        var troubles = new List<string>();
        if (holdings.Any(h => h.HasOpenJobs))
            troubles.AddRange(await remote.CancelJobsAsync(folder, cancel));
        if (there == AtProvider.Delete && troubles.Count == 0)
            troubles.AddRange(await remote.DeleteAsync(holdings, cancel));
        if (troubles.Count > 0 && there != AtProvider.KeepAnyway)
            throw new RemoteTroubleException(troubles);
    }

    StudyEntry DemandOwn(string id, string verb)
    {
        var entry = queue.Get(id);
        Visitor.DemandOwn(entry.StartedBy, $"{verb} the study '{entry.Name}'");
        Visitor.Note($"{verb} study {id}");
        return entry;
    }

    /// <summary>Whether there is a folder of this id, whatever is in it.</summary>
    public bool HasFolder(string id) => RunId.IsSafe(id) && Directory.Exists(Path.Combine(lab.Studies, id));

    public IReadOnlyList<StudyEntry> List() => queue.All;

    /// <summary>How far a study is: of a running one as its worker tells, of another one as it ended.</summary>
    public StudyProgress Progress(StudyEntry entry) =>
        (entry.IsOver ? null : jobs.Progress.GetValueOrDefault(entry.Id)) ?? new(entry.Planned, entry.Answered, entry.Failed);

    /// <summary>By question the figure of its newest study that has one.</summary>
    public Task<IReadOnlyDictionary<string, (string Study, Figure Figure)>> NewestFiguresAsync(CancellationToken cancel = default) =>
        Task.Run<IReadOnlyDictionary<string, (string, Figure)>>(
            () =>
            {
                var newest = new Dictionary<string, (string, Figure)>(StringComparer.Ordinal);
                foreach (var entry in List().Where(e => !newest.ContainsKey(e.Experiment)))
                    if (
                        !newest.ContainsKey(entry.Experiment)
                        && lab.Study(entry.Id)?.ReadFigures()?.FirstOrDefault(f => f.Waiting is null) is { } figure
                    )
                        newest[entry.Experiment] = (entry.Id, figure);
                return newest;
            },
            cancel
        );

    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    public StudyEntry Get(string id) => queue.Get(id);

    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    public StudyFolder Folder(string id) => lab.Study(id) ?? throw new KeyNotFoundException($"There is no study '{id}'.");

    /// <summary>The study with its answers so far, read on a pool thread.</summary>
    /// <exception cref="KeyNotFoundException">There is no such study.</exception>
    /// <exception cref="BadDataException">Its folder cannot be read.</exception>
    /// <exception cref="ArgumentException">It names an experiment or a learner that this LiftLab does not have.</exception>
    public Task<OpenStudy> OpenAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => OpenStudy.Read(Folder(id), LiftLab.Engine.Engine.Find), cancel);

    /// <summary>The state of a study as its events tell it.</summary>
    public Task<StudyStory> StoryAsync(string id, CancellationToken cancel = default) =>
        Task.Run(() => StudyStory.Read(Folder(id)), cancel);

    /// <summary>Seconds until a study's open cells are answered, from measured fits; null where a learner was not measured yet.</summary>
    /// <param name="failed">Keys that are not tried again.</param>
    public Task<double?> SecondsLeftAsync(StudyCells cells, IReadOnlySet<string> failed, CancellationToken cancel = default) =>
        Task.Run(() => StudyCost.Of(cells, LiftLab.Engine.Engine.Find, lab.Answers, skip: failed).Seconds, cancel);

    /// <summary>The events of a study after a sequence number.</summary>
    public IReadOnlyList<RunEvent> Events(string id, long after, int most) => new RunTail(Folder(id), after).Read(most);
}
