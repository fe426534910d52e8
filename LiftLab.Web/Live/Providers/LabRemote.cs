using LiftLab.Engine.Experiments;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Providers;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Providers;

/// <summary>The files, jobs and models that runs and studies have at providers: listed, ended and deleted.</summary>
public sealed class LabRemote(LabFolder lab, ProviderShelf shelf, LabMoney money, RunTable runs, StudyQueue studies, TimeProvider clock)
{
    /// <summary>Time for the requests about the models of one run or study.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>What a study has there; empty where it used no provider.</summary>
    public IReadOnlyList<RemoteHolding> OfStudy(string id)
    {
        if (lab.Study(id) is not { } folder || !Directory.Exists(folder.ElsewhereFolder))
            return [];
        try
        {
            var spec = folder.ReadSpec();
            return Holdings(true, id, spec.Name, spec.Learners, Directory.EnumerateDirectories(folder.ElsewhereFolder));
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>What a run has there; empty where it used no provider.</summary>
    public IReadOnlyList<RemoteHolding> OfRun(string id)
    {
        if (lab.Run(id) is not { } folder || !Directory.Exists(folder.CheckpointFolder(OpenAiSettings.LearnerName)))
            return [];
        try
        {
            var spec = folder.ReadSpec();
            return Holdings(false, id, spec.Name, spec.Learners, [folder.CheckpointFolder(OpenAiSettings.LearnerName)]);
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static IReadOnlyList<RemoteHolding> Holdings(
        bool isStudy,
        string id,
        string name,
        IEnumerable<LearnerSpec> learners,
        IEnumerable<string> folders
    ) =>
        learners.Select(OpenAiSettings.ProviderOf).OfType<Provider>().FirstOrDefault() is { } provider
            ?
            [
                .. folders
                    .Select(f => (Folder: f, State: RemoteState.Read(f)))
                    .Where(f => f.State is not null)
                    .Select(f => new RemoteHolding(isStudy, id, name, provider, f.Folder, f.State!)),
            ]
            : [];

    IEnumerable<RemoteHolding> All() => [.. Ids(lab.Runs).SelectMany(OfRun), .. Ids(lab.Studies).SelectMany(OfStudy)];

    static IEnumerable<string> Ids(string root) =>
        Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(p => Path.GetFileName(p)) : [];

    /// <summary>Asks a provider for its fine-tuned models, and finds out which run or study made each. Costs nothing.</summary>
    /// <exception cref="KeyNotFoundException">There is no such provider.</exception>
    /// <exception cref="ProviderException">The provider refused, or could not be reached.</exception>
    public async Task<RemoteStock> ListAsync(string name, CancellationToken cancel)
    {
        var kept = shelf.Find(name) ?? throw new KeyNotFoundException($"There is no provider '{name}'.");
        var found = await Task.Run(() => FoundModel.ListAsync(kept.Provider, shelf.KeyOf(kept.Provider), clock, cancel), cancel);
        var busy = (await runs.UnfinishedAsync(cancel)).Select(r => r.Id).Concat(studies.Unfinished.Select(s => s.Id)).ToHashSet();
        return await Task.Run(
            () =>
            {
                var owners = All().Where(h => h.Provider.Address == kept.Provider.Address).ToArray();
                var groups = found
                    .Select(m => (Model: m, Owner: owners.FirstOrDefault(o => Made(o, m))))
                    .Where(m => m.Owner is not null || m.Model.Key is not null)
                    .GroupBy(m => m.Owner?.Work)
                    .Select(g => new RemoteGroup(
                        g.First().Owner,
                        [.. g.Select(m => m.Model)],
                        g.Key is { } work && (busy.Contains(work) || owners.Any(o => o.Work == work && o.HasOpenJobs))
                    ))
                    .ToArray();
                return new RemoteStock(groups, found.Count - groups.Sum(g => g.Models.Count));
            },
            cancel
        );
    }

    static bool Made(RemoteHolding owner, FoundModel model) =>
        owner.State.Models.Contains(model.Model) || (model.Key is { } key && owner.State.Jobs.Any(j => j.Key == key));

    /// <summary>Deletes models of a group with their files, and what their run or study has noted of its own.</summary>
    /// <returns>What could not be deleted, as sentences.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(string name, RemoteGroup group, CancellationToken cancel)
    {
        Visitor.Demand(Role.Administer, "delete models at a provider");
        Visitor.Note($"delete models at the provider '{name}'");
        var kept = shelf.Find(name) ?? throw new KeyNotFoundException($"There is no provider '{name}'.");
        var troubles = new List<string>();
        using var limit = Limit(cancel);
        if (group.Owner is { } owner)
            troubles.AddRange(await DeleteAsync(owner.IsStudy ? OfStudy(owner.Work) : OfRun(owner.Work), cancel));
        else
            foreach (var model in group.Models)
                troubles.AddRange(await model.DeleteAsync(kept.Provider, shelf.KeyOf(kept.Provider), clock, limit.Token));
        return troubles;
    }

    /// <summary>Deletes files and models of fits at their provider.</summary>
    /// <returns>What could not be deleted, as sentences.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<RemoteHolding> holdings, CancellationToken cancel)
    {
        foreach (var (work, isStudy) in holdings.Select(h => (h.Work, h.IsStudy)).Distinct())
        {
            Visitor.DemandOwn(
                isStudy ? studies.Get(work).StartedBy : (await runs.GetAsync(work, cancel)).StartedBy,
                "delete its models at a provider"
            );
            Visitor.Note($"delete the models of {work} at its provider");
        }
        return await EachAsync(holdings.Where(h => h.State.Deleted is null), (work, _, stop) => work.DeleteAsync(stop), cancel);
    }

    /// <summary>Ends the jobs of a study that its worker has left behind.</summary>
    /// <returns>What could not be ended, as sentences.</returns>
    public Task<IReadOnlyList<string>> CancelJobsAsync(StudyFolder study, CancellationToken cancel)
    {
        var spec = study.ReadSpec();
        Visitor.DemandOwn(spec.StartedBy, "end its jobs at a provider");
        var model = (string?)spec.Learners.FirstOrDefault(LabProviders.IsPaid)?.Settings?["model"] ?? "";
        return EachAsync(
            OfStudy(study.Id).Where(h => h.HasOpenJobs),
            (work, holding, stop) =>
                work.CancelJobsAsync(
                    Spending.Kept(
                        money.Prices.For(holding.Provider.Kind, model),
                        null,
                        new(study.SpendingFile),
                        Path.GetFileName(holding.Folder),
                        clock
                    ),
                    stop
                ),
            cancel
        );
    }

    async Task<IReadOnlyList<string>> EachAsync(
        IEnumerable<RemoteHolding> holdings,
        Func<RemoteWork, RemoteHolding, CancellationToken, Task<IReadOnlyList<string>>> verb,
        CancellationToken cancel
    )
    {
        var troubles = new List<string>();
        using var limit = Limit(cancel);
        foreach (var holding in holdings)
            try
            {
                var work = new RemoteWork(holding.Provider, shelf.KeyOf(holding.Provider), holding.Folder, clock);
                troubles.AddRange(await verb(work, holding, limit.Token));
            }
            catch (Exception e)
                when (e is ProviderException or ArgumentException or FormatException
                    || (e is OperationCanceledException && !cancel.IsCancellationRequested)
                )
            {
                troubles.Add(e is OperationCanceledException ? $"{holding.Provider.Name} did not answer in time." : e.Message);
                break;
            }
        return troubles;
    }

    static CancellationTokenSource Limit(CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        return limit;
    }
}
