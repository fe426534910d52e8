using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Providers;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Live.Providers;

/// <summary>All that pages and scripts do with providers: what speaks against a start, tests, bills, and what runs have there.</summary>
public sealed class LabProviders(LabFolder lab, ProviderShelf shelf, LabMoney money, RunTable runs, StudyQueue studies, TimeProvider clock)
    : IDisposable
{
    /// <summary>Time for the requests that end or delete what a run has at its provider.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly SemaphoreSlim turn = new(1, 1);

    public ProviderShelf Shelf => shelf;

    /// <summary>
    /// One paid start at a time, from the look at this month's money until the work is in the queue: two at once could spend it twice.
    /// </summary>
    public async Task<IDisposable?> TurnAsync(IEnumerable<LearnerSpec> learners, CancellationToken cancel)
    {
        if (!learners.Any(IsPaid))
            return null;
        await turn.WaitAsync(cancel);
        try
        {
            return new Turn(turn, await FolderTurn.TakeAsync(lab, "money", cancel));
        }
        catch
        {
            turn.Release();
            throw;
        }
    }

    public void Dispose() => turn.Dispose();

    sealed class Turn(SemaphoreSlim turn, IDisposable? amongDashboards) : IDisposable
    {
        public void Dispose()
        {
            amongDashboards?.Dispose();
            turn.Release();
        }
    }

    public LabMoney Money => money;

    /// <summary>This month's sum, with what is set aside for work that is not over.</summary>
    public async Task<MonthSum> MonthAsync(CancellationToken cancel)
    {
        var unfinished = await runs.UnfinishedAsync(cancel);
        return await Task.Run(() => money.Month([.. unfinished.Select(r => r.Id), .. studies.Unfinished.Select(s => s.Id)]), cancel);
    }

    /// <summary>A specification with the lab's addresses and limits in it.</summary>
    public RunSpec Settled(RunSpec spec) => spec with { Learner = Settled(spec.Learner), Baselines = [.. spec.Baselines.Select(Settled)] };

    /// <inheritdoc cref="Settled(RunSpec)"/>
    public LearnerSpec Settled(LearnerSpec learner)
    {
        var settled = shelf.Settled(learner);
        if (!IsPaid(settled) || money.Settings.MostPerRun is not { } most)
            return settled;
        return Limited(settled, most);
    }

    /// <summary>The learner with a limit of money that is at most this.</summary>
    static LearnerSpec Limited(LearnerSpec learner, decimal most)
    {
        const string Limit = "mostDollars";
        var settings = learner.Settings?.DeepClone().AsObject() ?? [];
        if (settings[Limit] is System.Text.Json.Nodes.JsonValue own && own.TryGetValue(out decimal chosen) && chosen <= most)
            return learner;
        settings[Limit] = most;
        return learner with { Settings = settings };
    }

    /// <summary>The plan with what speaks against it here: no key, a retired model, this month's limit.</summary>
    public async Task<RunPlan> CheckedAsync(RunSpec spec, RunPlan plan, CancellationToken cancel)
    {
        LearnerSpec[] paid = [.. spec.Learners.Where(IsPaid)];
        if (paid.Length == 0)
            return plan;
        var problems = Problems(paid).ToList();
        if (await OverMonthAsync(plan.Money, Unpriced(plan), cancel) is { } over)
            problems.Add(over);
        return plan with { Problems = [.. plan.Problems.Concat(problems).OrderByDescending(p => p.Severity)] };
    }

    /// <summary>Keys that are missing, and models that are retired or soon will be.</summary>
    public IEnumerable<Problem> Problems(IEnumerable<LearnerSpec> paid)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        foreach (var learner in paid)
        {
            if (OpenAiSettings.ProviderOf(learner) is not { } provider)
                continue;
            if (provider.Dialect.KeyVariable is not null && shelf.KeyOf(provider) is null)
                yield return new(
                    Severity.Error,
                    "no-key",
                    shelf.Find(provider.Name) is { HasKey: true } kept && kept.Provider.Address == provider.Address
                        ? $"the key of {provider.Name} cannot be read with this lab's keys"
                        : $"there is no key for {provider.Name} at {provider.Address}",
                    "Enter it on the page Providers."
                );
            var model = (string?)learner.Settings?["model"] ?? "";
            if (shelf.Find(provider.Name)?.Find(model)?.Ends is not { } end)
                continue;
            if (end <= today)
                yield return new(
                    Severity.Error,
                    "retired",
                    $"{provider.Name} has retired {model} on {ModelLife.Day(end)}",
                    "Choose a model that is still served."
                );
            else if (end.DayNumber - today.DayNumber <= ModelLife.Soon)
                yield return new(
                    Severity.Warning,
                    "retires-soon",
                    $"{provider.Name} retires {model} on {ModelLife.Day(end)}; it and what is fine-tuned from it cannot be asked afterwards",
                    "Choose a model that is served longer, or predict before that day."
                );
        }
    }

    /// <summary>Why work must not start this month; null where it may.</summary>
    /// <param name="dollars">The estimate; null where nothing is priced.</param>
    public async Task<Problem?> OverMonthAsync(decimal? dollars, bool unpriced, CancellationToken cancel)
    {
        if (money.Settings.MostPerMonth is null)
            return null;
        var month = await MonthAsync(cancel);
        if (unpriced)
            return new(
                Severity.Error,
                "price-unknown",
                "the list of prices has none for this model, so that the month's limit cannot be kept",
                "Enter the model's price on the page Providers; 0 where it is free."
            );
        if (dollars is not { } cost || cost <= month.Left)
            return null;
        return new(
            Severity.Error,
            "month-limit",
            FormattableString.Invariant(
                $"it would cost about {cost:0.00} US dollars, and {month.Left:0.00} of the {month.Most:0.00} for {month.Month} are left"
            ) + FormattableString.Invariant($" ({month.Spent.Dollars:0.00} spent, {month.Aside:0.00} set aside for work under way)"),
            "Use fewer rows, epochs or rates, wait for the next month, or raise the limit on the page Providers."
        );
    }

    /// <summary>
    /// What a person must type before work starts: the amount, "unknown" where the list has no price; null where nothing is asked.
    /// </summary>
    public string? Asks(decimal? dollars, bool unpriced) =>
        unpriced ? "unknown"
        : dollars is { } cost && cost > money.Settings.ConfirmAbove
            ? cost.ToString(cost < 0.01m ? "0.00##" : "0.00", CultureInfo.InvariantCulture)
        : null;

    /// <exception cref="BadDataException">The amount was not confirmed.</exception>
    public void CheckConfirmed(decimal? dollars, bool unpriced, string? typed)
    {
        if (Asks(dollars, unpriced) is { } text && text != typed?.Trim())
            throw new BadDataException([
                new(
                    Severity.Error,
                    "confirm-money",
                    unpriced
                        ? "its price is not known, and it is sent to a service that may bill it"
                        : $"it costs about {text} US dollars, which must be confirmed",
                    $"Confirm it by typing {text} (\"confirmed\" in a request)."
                ),
            ]);
    }

    /// <summary>Whether a learner of the plan has no price.</summary>
    public static bool Unpriced(RunPlan plan) =>
        plan.Learners.OfType<OpenAiPlan>().Any(p => p is { Price: null, Trained: var trained, Asked: var asked } && trained + asked > 0);

    /// <summary>
    /// The run's specification with a limit that this month's money allows, and its estimate set aside.
    /// </summary>
    public async Task<RunSpec> SetAsideAsync(RunSpec spec, decimal? dollars, CancellationToken cancel)
    {
        if (!spec.Learners.Any(IsPaid))
            return spec;
        if ((await MonthAsync(cancel)).Left is { } left)
            spec = spec with
            {
                Learner = IsPaid(spec.Learner) ? Limited(spec.Learner, left) : spec.Learner,
                Baselines = [.. spec.Baselines.Select(b => IsPaid(b) ? Limited(b, left) : b)],
            };
        if (dollars is > 0)
            money.SetAside(spec.Id, dollars.Value);
        return spec;
    }

    public static bool IsPaid(LearnerSpec learner) => learner.Name == OpenAiSettings.LearnerName;

    /// <summary>What a run has at its providers.</summary>
    public IReadOnlyList<RemoteWork> WorkOf(RunFolder folder, RunSpec spec) =>
        [
            .. spec
                .Learners.Select(l => (Learner: l, Provider: OpenAiSettings.ProviderOf(l)))
                .Where(l => l.Provider is not null)
                .Select(l => new RemoteWork(l.Provider!, shelf.KeyOf(l.Provider!), folder.CheckpointFolder(l.Learner.Name), clock)),
        ];

    /// <summary>What a run has at its provider and has spent; its last requests, newest first.</summary>
    public static RemoteView ViewOf(RunFolder folder)
    {
        var remote = folder.CheckpointFolder(OpenAiSettings.LearnerName);
        return new(
            RemoteState.Read(remote),
            LabMoney.BillOf(folder.Path),
            ExchangeLog.Last(Path.Combine(remote, ExchangeLog.FileName), RemoteView.MostRequests)
        );
    }

    /// <summary>Jobs of a run that are not known to be over.</summary>
    public static IReadOnlyList<RemoteJob> OpenJobs(RunFolder folder) =>
        RemoteState.Read(folder.CheckpointFolder(OpenAiSettings.LearnerName))?.Jobs.Where(j => !j.IsOver).ToArray() ?? [];

    /// <summary>Ends the jobs of a run that its worker has left behind.</summary>
    /// <returns>What could not be ended, as sentences.</returns>
    public Task<IReadOnlyList<string>> CancelJobsAsync(RunFolder folder, CancellationToken cancel)
    {
        if (Visitor.Current is not null)
            Visitor.DemandOwn(folder.ReadSpec().StartedBy, "end jobs at a provider");
        return EachAsync(
            folder,
            (work, learner) =>
            {
                var model = (string?)learner.Settings?["model"] ?? "";
                var price = money.Prices.For(OpenAiSettings.ProviderOf(learner)!.Kind, model);
                return stop => work.CancelJobsAsync(Spending.Kept(price, null, new(folder.SpendingFile), learner.Name, clock), stop);
            },
            cancel
        );
    }

    /// <summary>Deletes files and models of a run at its provider.</summary>
    /// <returns>What could not be deleted, as sentences.</returns>
    public Task<IReadOnlyList<string>> DeleteThereAsync(RunFolder folder, CancellationToken cancel) =>
        EachAsync(folder, (work, _) => work.DeleteAsync, cancel);

    async Task<IReadOnlyList<string>> EachAsync(
        RunFolder folder,
        Func<RemoteWork, LearnerSpec, Func<CancellationToken, Task<IReadOnlyList<string>>>> verb,
        CancellationToken cancel
    )
    {
        var spec = folder.ReadSpec();
        var troubles = new List<string>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        foreach (var learner in spec.Learners)
            if (OpenAiSettings.ProviderOf(learner) is { } provider)
                try
                {
                    var work = new RemoteWork(provider, shelf.KeyOf(provider), folder.CheckpointFolder(learner.Name), clock);
                    if (work.State is not null)
                        troubles.AddRange(await verb(work, learner)(limit.Token));
                }
                catch (Exception e)
                    when (e is ProviderException or ArgumentException
                        || (e is OperationCanceledException && !cancel.IsCancellationRequested)
                    )
                {
                    troubles.Add(e is OperationCanceledException ? $"{provider.Name} did not answer in time." : e.Message);
                }
        return troubles;
    }

    /// <summary>Tests a connection and keeps what it found.</summary>
    /// <exception cref="KeyNotFoundException">There is no such provider.</exception>
    public async Task<ConnectionReport> TestAsync(string name, string? model, CancellationToken cancel)
    {
        Visitor.Demand(Role.Administer, "test a provider");
        var kept = shelf.Find(name) ?? throw new KeyNotFoundException($"There is no provider '{name}'.");
        var report = await Task.Run(
            () => new ConnectionTest(kept.Provider, shelf.KeyOf(kept.Provider), clock).LookAsync(model, cancel),
            cancel
        );
        // What was found about scores before stays until it is asked again.
        var scores = kept.Report?.Findings.Where(f => f.Subject == ConnectionTest.Scores) ?? [];
        report = report with { Findings = [.. report.Findings, .. scores] };
        shelf.Keep(name, report);
        return report;
    }

    /// <summary>What <see cref="ScoringAsync"/> costs at most; null where the list has no price.</summary>
    public decimal? ScoringPrice(KeptProvider kept, string model) =>
        money.Prices.For(kept.Provider.Kind, model)?.Of(0, ConnectionTest.ScoringAsked, ConnectionTest.ScoringAnswered);

    /// <summary>Asks a model how it gives probabilities. The service may bill it.</summary>
    /// <exception cref="KeyNotFoundException">There is no such provider.</exception>
    public async Task<ConnectionReport> ScoringAsync(string name, string model, CancellationToken cancel)
    {
        Visitor.Demand(Role.Administer, "ask a provider's model");
        var kept = shelf.Find(name) ?? throw new KeyNotFoundException($"There is no provider '{name}'.");
        var price = money.Prices.For(kept.Provider.Kind, model);
        var spending = Spending.Kept(price, null, money.Spent, "connection test", clock);
        var form = kept.Provider.Dialect.TrainsOnCompletions ? RowForm.Completion : RowForm.Chat;
        var test = new ConnectionTest(kept.Provider, shelf.KeyOf(kept.Provider), clock);
        var found = await Task.Run(() => test.ScoringAsync(model, form, spending, cancel), cancel);
        var before = kept.Report ?? new(clock.GetUtcNow(), [], []);
        var report = before with { Findings = [.. before.Findings.Where(f => f.Subject != ConnectionTest.Scores), found] };
        shelf.Keep(name, report);
        return report;
    }

    /// <summary>What answering rows with a finished run's model costs; null where it is free or has no price.</summary>
    /// <returns>The estimate, and whether a paid learner has no price.</returns>
    public (decimal? Dollars, bool Unpriced) AnswerPrice(RunSpec spec, LearningTask task, IReadOnlyCollection<string>? learners, int rows)
    {
        decimal? sum = null;
        var unpriced = false;
        foreach (var learner in spec.Learners.Where(l => IsPaid(l) && learners?.Contains(l.Name) != false))
        {
            var price = LiftLab.Engine.Engine.Find(learner.Name).AnswerPrice(learner, task, rows, lab.Prices);
            unpriced |= price is null;
            sum = price is null ? sum : (sum ?? 0) + price;
        }
        return (sum, unpriced);
    }
}
