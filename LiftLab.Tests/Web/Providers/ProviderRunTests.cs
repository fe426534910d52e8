using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Predictions;
using LiftLab.Web.Live.Providers;
using LiftLab.Web.Storage.Providers;

namespace LiftLab.Tests.Web.Providers;

/// <summary>Runs, predictions and studies on a provider's model, with their money.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ProviderRunTests
{
    static string[] Errors(IEnumerable<Problem> problems) => [.. problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code)];

    static async Task<string> RefusedAsync(Func<Task> start) => (await Assert.ThrowsAsync<BadDataException>(start)).Problems[0].Code;

    [Fact]
    public async Task A_start_is_confirmed_by_its_amount_and_kept_to_the_limits()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = int.MaxValue - 1; // what is started goes on
        var runs = at.Lab.Get<LabRuns>();
        var request = await at.RequestAsync();
        var plan = await runs.PlanAsync(request);
        var amount = at.Providers.Asks(plan.Money, false)!;
        Assert.True(plan.Money > 1, $"{plan.Money}");
        Assert.Equal("confirm-money", await RefusedAsync(() => runs.StartAsync(request)));
        Assert.Equal("confirm-money", await RefusedAsync(() => runs.StartAsync(request with { Confirmed = "0.01" })));

        at.Providers.Money.Save(new MoneySettings { ConfirmAbove = 1, MostPerRun = 0.5m });
        Assert.Contains("over-limit", Errors((await runs.PlanAsync(request)).Problems));
        at.Providers.Money.Save(new MoneySettings { ConfirmAbove = 1, MostPerMonth = plan.Money * 1.5m });
        var id = await runs.StartAsync(request with { Confirmed = amount });
        var most = (decimal)runs.Folder(id).ReadSpec().Learner.Settings!["mostDollars"]!;
        Assert.Equal(plan.Money * 1.5m, most); // the worker keeps the month's limit, too

        // the first has spent nothing yet, and its estimate is set aside
        Assert.Equal(["month-limit"], Errors((await runs.PlanAsync(request)).Problems));
        Assert.Equal("month-limit", await RefusedAsync(() => runs.StartAsync(request with { Confirmed = amount })));
        at.Providers.Money.Save(new MoneySettings { ConfirmAbove = 1000, MostPerMonth = 1000 });
        await runs.StartAsync(request);
    }

    [Fact]
    public async Task Without_a_price_a_limit_cannot_be_kept_and_the_start_is_confirmed_in_words()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = int.MaxValue - 1; // what is started goes on
        var runs = at.Lab.Get<LabRuns>();
        at.Providers.Money.Save(new PriceList(null, []));
        var request = await at.RequestAsync();
        Assert.Equal("confirm-money", await RefusedAsync(() => runs.StartAsync(request)));
        await runs.StartAsync(request with { Confirmed = "unknown" });
        at.Providers.Money.Save(new MoneySettings { MostPerMonth = 1000 });
        Assert.Contains("price-unknown", Errors((await runs.PlanAsync(request)).Problems));
    }

    [Fact]
    public async Task A_missing_key_and_a_retired_model_are_refused_before_the_start()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = int.MaxValue - 1; // what is started goes on
        var runs = at.Lab.Get<LabRuns>();
        at.Service.Models["tiny"] = DateTimeOffset.UtcNow.AddDays(-3).ToUnixTimeSeconds();
        await at.Providers.TestAsync(ProviderLab.Name, null, default);
        Assert.Contains("retired", Errors((await runs.PlanAsync(await at.RequestAsync())).Problems));
        at.Service.Models["tiny"] = DateTimeOffset.UtcNow.AddDays(9).ToUnixTimeSeconds();
        await at.Providers.TestAsync(ProviderLab.Name, null, default);
        Assert.Contains("retires-soon", (await runs.PlanAsync(await at.RequestAsync())).Problems.Select(p => p.Code));

        at.Providers.Shelf.Save(at.Provider with { Kind = "liftlab" }, "", ProviderLab.Name);
        var keyless = await at.RequestAsync(s => s with { Provider = at.Provider with { Kind = "liftlab" } });
        Assert.Contains("no-key", Errors((await runs.PlanAsync(keyless)).Problems));
    }

    [Fact]
    public async Task A_run_is_billed_predicts_for_a_price_and_takes_its_things_at_the_provider_with_it()
    {
        await using var at = await ProviderLab.StartAsync();
        var (runs, predictions) = (at.Lab.Get<LabRuns>(), at.Lab.Get<LabPredictions>());
        var run = await at.RunAsync(s => s with { Rates = [0.1, 0.2] });
        await at.Lab.UntilAsync(run, RunState.Succeeded);
        var view = LabProviders.ViewOf(run);
        Assert.Equal(2 * 1234, view.Bill.Trained);
        Assert.True(view.Bill.Asked > 0 && view.Bill.Dollars > 2.4m && !view.Bill.HasUnpriced);
        Assert.All(view.State!.Jobs, j => Assert.Equal("succeeded", j.State));
        Assert.Contains(view.Requests, r => r.RequestId == "req-7");
        var month = await at.Providers.MonthAsync(default);
        Assert.Equal((view.Bill.Dollars, 0), (month.Spent.Dollars, month.Aside));

        // answers cost money: the price first, and nothing is asked before the consent
        at.Providers.Money.Save(new MoneySettings { ConfirmAbove = 0.01m });
        var task = (await runs.OpenAsync(run.Id)).Task;
        var unasked = task.Split.Train[0]; // the run has asked for test and validation rows, and their answers are paid
        var row = task.Table.Columns.ToDictionary(c => c.Name, c => c.Cells[unasked]);
        Assert.Equal(
            "confirm-money",
            await RefusedAsync(() => predictions.RowsAsync(run.Id, [.. Enumerable.Repeat(row, 50)], null, false, default))
        );
        var before = LabProviders.ViewOf(run).Bill.Asked;
        await using var file = new MemoryStream(
            System.Text.Encoding.UTF8.GetBytes(
                string.Join(',', row.Keys) + "\n" + string.Join('\n', Enumerable.Repeat(string.Join(',', row.Values), 40))
            )
        );
        var job = await predictions.StartAsync(run.Id, file, new("new.csv", null) { AsksFirst = true }, default);
        Assert.True(job.IsHeld);
        Assert.Equal(40, job.Price!.Rows);
        await Assert.ThrowsAsync<BadDataException>(() => predictions.ConfirmAsync(job, "wrong", default));
        Assert.Equal(before, LabProviders.ViewOf(run).Bill.Asked);
        await predictions.ConfirmAsync(job, predictions.Asks(job.Price)!, default);
        await job.Over;
        Assert.Null(job.Failure);
        Assert.True(LabProviders.ViewOf(run).Bill.Asked > before);
        Assert.Equal("flips-cost-money", await RefusedAsync(() => predictions.FlipsAsync(run.Id, row, null, default)));

        // a study with the run's learners shows its price and is confirmed, too
        var dataset = run.ReadSpec().Origin!.Dataset;
        var study = new NewStudy("label-corruption", [dataset], [run.ReadSpec().Learner], null, [20], [0]);
        var studies = at.Lab.Get<LabStudies>();
        var cost = (await studies.PlanAsync(study)).Cost;
        Assert.True(cost.Money > 1, $"{cost.Money}");
        Assert.Equal("confirm-money", await RefusedAsync(() => studies.StartAsync(study)));
        at.Providers.Money.Save(new PriceList(null, []));
        Assert.Single((await studies.PlanAsync(study)).Cost.Unpriced);

        var spent = LabProviders.ViewOf(run).Bill.Dollars;
        Assert.True(runs.IsAtProvider(await runs.GetAsync(run.Id)));
        at.Service.Instead = async (http, _) =>
        {
            if (http.Request.Method == "DELETE")
                await Engine.OpenAi.TestProvider.RefuseAsync(http, 403, "not yours", "no");
            return http.Request.Method == "DELETE";
        };
        await Assert.ThrowsAsync<RemoteTroubleException>(() => runs.DeleteAsync(run.Id, AtProvider.Delete));
        Assert.True(Directory.Exists(run.Path));
        at.Service.Instead = (_, _) => Task.FromResult(false);
        await runs.DeleteAsync(run.Id, AtProvider.Delete);
        Assert.Equal(
            2,
            at.Service.Deleted.Count(d => d.StartsWith("ft:", StringComparison.Ordinal) && !d.Contains("ckpt", StringComparison.Ordinal))
        );
        Assert.Equal(2, at.Service.Deleted.Count(d => d.StartsWith("file-", StringComparison.Ordinal)));
        Assert.Equal(spent, (await at.Providers.MonthAsync(default)).Spent.Dollars); // what was spent is not deleted
    }

    [Fact]
    public async Task Cancelling_a_run_ends_its_jobs_also_without_a_worker()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = int.MaxValue - 1;
        var runs = at.Lab.Get<LabRuns>();
        var run = await at.RunAsync();
        await Eventually.TrueAsync(() => at.Service.Jobs.Count == 1 && LabProviders.OpenJobs(run) is [{ State: "running" }]);
        await runs.PauseAsync(run.Id);
        await at.Lab.UntilAsync(run, RunState.Paused);
        Assert.Equal("running", (string?)at.Service.Jobs[0]["status"]); // a pause goes on later
        Assert.Empty(await at.Providers.CancelJobsAsync(run, default));
        Assert.Equal("cancelled", (string?)at.Service.Jobs[0]["status"]);

        var other = await at.RunAsync();
        await Eventually.TrueAsync(() => LabProviders.OpenJobs(other) is [{ State: "running" }]);
        await runs.CancelAsync(other.Id);
        await Eventually.TrueAsync(() => (string?)at.Service.Jobs[1]["status"] == "cancelled");
        Assert.Equal(2, at.Service.Jobs.Count);
    }
}
