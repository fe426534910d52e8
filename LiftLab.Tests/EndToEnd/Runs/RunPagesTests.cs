using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.EndToEnd.Browser;
using LiftLab.Tests.Web;
using LiftLab.Tests.Web.Providers;
using LiftLab.Tests.Web.Serving;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Serving;
using static Microsoft.Playwright.Assertions;

namespace LiftLab.Tests.EndToEnd.Runs;

/// <summary>The pages of runs of every kind and every end have content, and nothing is thrown.</summary>
[Collection(EndToEndTests.Name)]
[Trait(Speed.Trait, Speed.Browser)]
public sealed class RunPagesTests(ChromiumBrowser chromium)
{
    static readonly FineTune Long = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 100_000, MaximumSteps = 0, Epochs = 1 };

    static LiftSettings Lift => LiftSettings.Default(TaskKind.Classification) with { Recipe = Long };

    /// <param name="Training">What the page of the training says, as the others.</param>
    sealed record Expected(string Kind, string Run, string Training, string Results, string Predict);

    /// <summary>Each page once, opened anew: there is a heading, the text, more than a few words, and no exception.</summary>
    async Task SeeAsync(LabServer lab, IReadOnlyList<Expected> runs)
    {
        var log = HeardLog.Of(lab);
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, "/");
        foreach (var (kind, run, training, results, predict) in runs)
        foreach (var (page, text) in ((string, string)[])[("", training), ("/results", results), ("/predict", predict)])
        {
            var where = $"{kind}, {(page.Length == 0 ? "/training" : page)}";
            await visit.GoAsync($"/runs/{run}{page}");
            await Expect(visit.Page.Locator("main h1")).Not.ToHaveTextAsync("");
            try
            {
                await Expect(visit.Page.Locator("main")).ToContainTextAsync(text, new() { Timeout = 120_000 });
            }
            catch (Microsoft.Playwright.PlaywrightException e)
            {
                Assert.Fail($"{where}: {e.Message}\n{await visit.Page.Locator("main").InnerTextAsync()}\n{string.Join('\n', log.Errors)}");
            }
            var shown = await visit.Page.Locator("main").InnerTextAsync();
            Assert.True(shown.Length > 120, $"{where} is nearly empty: {shown}");
            Assert.DoesNotContain("unexpected", shown, StringComparison.OrdinalIgnoreCase);
            await visit.AssertAccessibleAsync(where);
            Assert.False(log.Unhandled.Any(), $"{where}: {string.Join("\n\n", log.Unhandled)}");
            await Pictures.PictureAsync(
                visit,
                $"pages-{kind.Replace(' ', '-')}{(page.Length == 0 ? "-training" : page.Replace('/', '-'))}"
            );
        }
        visit.AssertClean();
    }

    [BrowserFact]
    public async Task Runs_that_ended_in_every_way_have_pages_with_content()
    {
        using var lab = LabServer.AsDeployed();
        var (lift, dataset) = await SampleRun.FinishedAsync(lab);
        var failed = await lab.QueueAsync((Lift with { Model = "/nowhere/no-model" }).ToSpec());
        await Eventually.TrueAsync(async () => (await lab.RowAsync(failed)).State == RunState.Failed);
        var baseline = await lab.QueueAsync(new LearnerSpec("knn"), [new LearnerSpec("majority")]);
        await lab.UntilAsync(baseline, RunState.Succeeded);
        var busy = await lab.QueueAsync(Lift.ToSpec());
        await Eventually.TrueAsync(() => LabServer.Steps(busy).Count > 2);
        var waits = await lab.QueueAsync(Lift.ToSpec());
        var never = await lab.QueueAsync(Lift.ToSpec());
        await lab.Get<LabRuns>().CancelAsync(never.Id);
        await lab.UntilAsync(never, RunState.Cancelled);
        await SeeAsync(
            lab,
            [
                new("lift", lift, "Done", "test rows that no learner has seen", "change a cell, see every answer"),
                new("baselines", baseline.Id, "Done", "test rows that no learner has seen", "change a cell, see every answer"),
                new("failed", failed.Id, "no-model", "ended before any learner was scored", "when the run has finished"),
                new("running", busy.Id, "Scores so far", "The run is not finished", "when the run has finished"),
                new("queued", waits.Id, "Scores so far", "The run is not finished", "when the run has finished"),
                new("never started", never.Id, "cancelled", "ended before any learner was scored", "when the run has finished"),
            ]
        );
        await lab.Get<LabRuns>().CancelAsync(waits.Id); // or its worker begins when the other has ended, and outlives the test
        await lab.Get<LabRuns>().CancelAsync(busy.Id);
        await lab.UntilAsync(busy, RunState.Cancelled);
        await SeeAsync(lab, [new("cancelled", busy.Id, "cancelled", "ended before any learner was scored", "when the run has finished")]);
        Assert.NotEmpty(dataset);
    }

    [BrowserFact]
    public async Task Runs_on_a_providers_model_have_pages_with_content()
    {
        await using var at = await ProviderLab.StartAsync();
        var run = await at.RunAsync();
        await at.Lab.UntilAsync(run, RunState.Succeeded);
        await SeeAsync(at.Lab, [new("provider", run.Id, "Done", "test rows that no learner has seen", "change a cell, see every answer")]);
    }

    [BrowserFact]
    public async Task Jobs_of_the_served_api_have_pages_with_content()
    {
        using var served = new ServedLab();
        var (train, valid, _) = await TrainingTexts.IrisAsync();
        var table = await JobAsync(served, train, valid, epochs: 2);
        var texts = await JobAsync(served, TrainingTexts.Questions(), null, epochs: 2);
        var cancelled = await JobAsync(served, TrainingTexts.Chats(), null, epochs: 50, ends: false);
        await Eventually.TrueAsync(() => LabServer.Steps(served.Lab.Get<LabRuns>().Folder(cancelled)).Count > 1);
        await served.Http.PostAsync($"fine_tuning/jobs/ftjob-{cancelled}/cancel", null);
        await served.Lab.UntilAsync(served.Lab.Get<LabRuns>().Folder(cancelled), RunState.Cancelled);
        await SeeAsync(
            served.Lab,
            [
                new("served table", table, "Done", "This run has no test rows", "change a cell, see every answer"),
                new("served texts", texts, "Done", "This run has no test rows", "change a cell, see every answer"),
                new("served and cancelled", cancelled, "cancelled", "ended before any learner was scored", "when the run has finished"),
            ]
        );
        await AskAsync(served.Lab, texts);
    }

    /// <summary>A prompt is asked as it reads, with its line breaks, and what is written is the answer.</summary>
    async Task AskAsync(LabServer lab, string run)
    {
        await using var visit = await Visit.OpenAsync(chromium, lab.Address, $"/runs/{run}/predict?row=1");
        var prompt = visit.Page.GetByLabel("prompt");
        await Expect(prompt).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^Q: what is 0 plus, \"one\"[?]\n"));
        await prompt.FillAsync("Two lines,\nand \"quotes\".");
        await Expect(visit.Page.Locator(".answers-side .written")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await Expect(visit.Page.Locator(".answers-side")).Not.ToContainTextAsync("unreadable");
        await Expect(prompt).ToHaveValueAsync("Two lines,\nand \"quotes\".");
        visit.AssertClean();
    }

    static async Task<string> JobAsync(ServedLab served, byte[] train, byte[]? valid, int epochs, bool ends = true)
    {
        var answer = await served.Http.PostAsJsonAsync(
            "fine_tuning/jobs",
            new
            {
                model = "lift-mini",
                training_file = await served.UploadAsync(train),
                validation_file = valid is null ? null : await served.UploadAsync(valid, "valid.jsonl"),
                hyperparameters = new { n_epochs = epochs, batch_size = 8 },
            }
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var run = ServedJob.RunOf((string)JsonNode.Parse(text)!["id"]!)!;
        if (ends)
            await served.Lab.UntilAsync(served.Lab.Get<LabRuns>().Folder(run), RunState.Succeeded);
        return run;
    }
}
