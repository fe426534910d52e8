using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bunit;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Launching.Commands;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Api;

/// <summary>The dashboard with a launcher of commands, as docs/scale.md sets it up, and what scripts see of it.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class LauncherApiTests : PageTest
{
    static LabServer Start()
    {
        var lab = new LabServer();
        foreach (var (name, value) in JobScriptExample.Settings)
            lab.Settings[$"LiftLab:Launchers:{JobScriptExample.Name}:{name}"] = value;
        lab.Start();
        return lab;
    }

    [Fact]
    public async Task A_run_that_is_sent_to_another_launcher_runs_there_and_shows_its_job()
    {
        using var lab = Start();
        Page.Services.AddSingleton(lab.Get<LabJobs>());
        Page.Services.AddSingleton(lab.Get<LauncherChoice>());
        using var http = new HttpClient { BaseAddress = lab.Address };
        var offers = await http.GetFromJsonAsync<JsonElement>("/api/launchers");
        Assert.Equal(["local", "box"], offers.EnumerateArray().Select(o => o.GetProperty("name").GetString()));

        var run = await lab.QueueAsync(StepLearner.Spec(10_000, 20), launcher: JobScriptExample.Name);
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count > 2 && lab.Get<LabJobs>().Of(run.Id)?.Status is not null);
        var shown = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{run.Id}/job");
        Assert.Equal("box", shown.GetProperty("job").GetProperty("launcher").GetString());
        Assert.Contains($"submit {run.Id}.1 {run.Path}", shown.GetProperty("script").GetString(), StringComparison.Ordinal);
        var card = Page.Render<JobCard>(p => p.Add(x => x.Entry, lab.RowAsync(run).Result));
        Assert.Contains("box", card.Markup, StringComparison.Ordinal);
        Assert.Contains("running", card.Markup, StringComparison.Ordinal);
        Assert.Contains($"submit {run.Id}.1", card.Find("pre.script").TextContent, StringComparison.Ordinal);
        var field = Page.Render<LauncherField>(p => p.Add(x => x.Seconds, 3600).Add(x => x.Value, null));
        Assert.Equal(["The usual choice", "This machine", "box"], field.FindAll("option").Select(o => o.TextContent));
        Assert.Contains("Now: box, because it takes more than 10 min here.", field.Markup, StringComparison.Ordinal);

        var refused = await http.PostAsync($"/api/runs/{run.Id}/launcher?name=local", null); // it runs
        Assert.False(refused.IsSuccessStatusCode);
        Assert.Contains("cannot be sent elsewhere", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await lab.Get<LabRuns>().StopAndSaveAsync(run.Id);
        await lab.UntilAsync(run, RunState.Succeeded);
        var row = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{run.Id}");
        Assert.Equal(("box", "box"), (row.GetProperty("wanted").GetString(), row.GetProperty("launcher").GetString()));
    }

    [Fact]
    public async Task A_worker_that_is_killed_there_goes_on_and_a_cancelled_one_leaves_no_process()
    {
        using var lab = Start();
        var run = await lab.QueueAsync(StepLearner.Held(60, at: 30), launcher: JobScriptExample.Name);
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 7);
        System.Diagnostics.Process.GetProcessById(LabServer.WorkerOf(run)).Kill();
        StepLearner.Release(run);
        await lab.UntilAsync(run, RunState.Succeeded);
        Assert.Equal(2, run.LastAttempt);
        Assert.Equal(Enumerable.Range(1, 60), LabServer.Steps(run));

        var other = await lab.QueueAsync(StepLearner.Spec(10_000, 20), launcher: JobScriptExample.Name);
        await Eventually.TrueAsync(() => LabServer.Steps(other).Count > 2);
        await lab.Get<LabRuns>().CancelAsync(other.Id);
        await lab.UntilAsync(other, RunState.Cancelled);
        await Eventually.TrueAsync(() => !Path.Exists($"/proc/{LabServer.WorkerOf(other)}/exe"));
    }

    [Fact]
    public async Task A_run_whose_launcher_is_not_set_up_any_more_can_be_sent_to_this_machine()
    {
        using var lab = Start();
        var run = await lab.QueueAsync(StepLearner.Spec(3, 1), launcher: "old-cluster");
        await lab.UntilAsync(run, RunState.Failed);
        Assert.Equal("no-launcher", (await lab.RowAsync(run)).Code);
        using var http = new HttpClient { BaseAddress = lab.Address };
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync($"/api/runs/{run.Id}/launcher?name=moon", null)).StatusCode);
        (await http.PostAsync($"/api/runs/{run.Id}/launcher?name=local", null)).EnsureSuccessStatusCode();
        (await http.PostAsync($"/api/runs/{run.Id}/resume", null)).EnsureSuccessStatusCode();
        await lab.UntilAsync(run, RunState.Succeeded);
    }
}
