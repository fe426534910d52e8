using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.OpenAi;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Providers;

namespace LiftLab.Tests.Web.Providers;

/// <summary>Models that runs and studies have made at a provider are found again, listed and deleted.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class RemoteModelTests
{
    static async Task<string> StudyAsync(ProviderLab at)
    {
        var request = await at.RequestAsync();
        var studies = at.Lab.Get<LabStudies>();
        var study = new NewStudy("label-corruption", [request.DatasetId], [request.Learner, new("majority")], null, [20], [0]);
        var cost = (await studies.PlanAsync(study)).Cost;
        Assert.Equal(cost.Money, Assert.Single(cost.Learners, l => l.Learner == request.Learner.Name).Money);
        Assert.Null(Assert.Single(cost.Learners, l => l.Learner == "majority").Money);
        return await studies.StartAsync(study with { Confirmed = at.Providers.Asks(cost.Money, false) });
    }

    static async Task<string> FinishedAsync(ProviderLab at)
    {
        var id = await StudyAsync(at);
        var studies = at.Lab.Get<LabStudies>();
        await Eventually.TrueAsync(() => studies.Get(id).IsOver);
        Assert.Equal((RunState.Succeeded, 0), (studies.Get(id).State, studies.Progress(studies.Get(id)).Failed));
        return id;
    }

    [Fact]
    public async Task A_study_s_models_are_listed_with_their_study_and_deleted_by_choice()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = 1;
        var (remote, studies) = (at.Lab.Get<LabRemote>(), at.Lab.Get<LabStudies>());
        var id = await FinishedAsync(at);
        var fits = at.Service.Jobs.Count;
        Assert.True(fits >= 2, $"{fits}");
        Assert.Equal(fits, remote.OfStudy(id).Count(h => h.HasModels));
        Assert.False(Directory.Exists(studies.Folder(id).WorkFolder));
        Assert.Equal(fits * 1234, LiftLab.Web.Storage.Providers.LabMoney.BillOf(studies.Folder(id).Path).Trained);

        var run = await at.RunAsync();
        await at.Lab.UntilAsync(run, RunState.Succeeded);
        var stock = await remote.ListAsync(ProviderLab.Name, default);
        Assert.Equal((2, 0), (stock.Groups.Count, stock.Others));
        var group = Assert.Single(stock.Groups, g => g.Owner?.Work == id);
        Assert.Equal((fits, true, false), (group.Models.Count, group.Owner!.IsStudy, group.IsBusy));

        // refused there: said, and tried again later
        at.Service.Instead = async (http, _) =>
        {
            if (http.Request.Method == "DELETE")
                await TestProvider.RefuseAsync(http, 403, "not yours", "no");
            return http.Request.Method == "DELETE";
        };
        Assert.Contains("not yours", (await remote.DeleteAsync(ProviderLab.Name, group, default))[0], StringComparison.Ordinal);
        await Assert.ThrowsAsync<RemoteTroubleException>(() => studies.DeleteAsync(id, AtProvider.Delete));
        at.Service.Instead = (_, _) => Task.FromResult(false);
        Assert.Empty(await remote.DeleteAsync(ProviderLab.Name, group, default));
        Assert.Equal(fits, at.Service.Deleted.Count(d => d.StartsWith("ft:", StringComparison.Ordinal) && !d.Contains(":ckpt")));
        Assert.All(remote.OfStudy(id), h => Assert.True(h is { HasModels: false, State.Deleted: not null }));
        Assert.Equal(run.Id, Assert.Single((await remote.ListAsync(ProviderLab.Name, default)).Groups).Owner!.Work);

        // the study itself stays, and goes without a question to the provider
        var before = at.Service.Requests.Count;
        await studies.DeleteAsync(id, AtProvider.Delete);
        Assert.Equal(before, at.Service.Requests.Count);
    }

    [Fact]
    public async Task Models_of_work_that_is_gone_and_of_others_are_told_apart()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = 1;
        at.Service.Models["ft:tiny:someone:else"] = null;
        var (remote, runs) = (at.Lab.Get<LabRemote>(), at.Lab.Get<LabRuns>());
        var run = await at.RunAsync();
        await at.Lab.UntilAsync(run, RunState.Succeeded);
        await runs.DeleteAsync(run.Id, AtProvider.Keep);
        var stock = await remote.ListAsync(ProviderLab.Name, default);
        Assert.Equal(1, stock.Others);
        var group = Assert.Single(stock.Groups);
        Assert.Null(group.Owner);
        Assert.Empty(await remote.DeleteAsync(ProviderLab.Name, group, default));
        Assert.Empty(at.Service.FineTuned);
        Assert.Contains(at.Service.Deleted, d => d.StartsWith("file-", StringComparison.Ordinal));
        stock = await remote.ListAsync(ProviderLab.Name, default);
        Assert.Equal((0, 1), (stock.Groups.Count, stock.Others));
    }

    [Fact]
    public async Task A_study_that_is_deleted_takes_its_models_with_it_and_ends_its_jobs()
    {
        await using var at = await ProviderLab.StartAsync();
        at.Service.LooksUntilDone = int.MaxValue - 1;
        var (remote, studies) = (at.Lab.Get<LabRemote>(), at.Lab.Get<LabStudies>());
        var id = await StudyAsync(at);
        await Eventually.TrueAsync(() => remote.OfStudy(id).Any(h => h.HasOpenJobs && h.State.Jobs[0].State == "running"));
        Assert.True((await remote.ListAsync(ProviderLab.Name, default)).Groups.All(g => g.IsBusy));
        await studies.CancelAsync(id);
        await Eventually.TrueAsync(() => studies.Get(id).IsOver);
        Assert.All(at.Service.Jobs, j => Assert.Equal("cancelled", (string?)j["status"]));
        await studies.DeleteAsync(id, AtProvider.Delete);
        Assert.False(studies.HasFolder(id));
        Assert.Contains(at.Service.Deleted, d => d.StartsWith("file-", StringComparison.Ordinal));
    }
}
