using Bunit;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Pages.Run;
using LiftLab.Web.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web;

public sealed class KeptCardTests : PageTest
{
    static async Task<RunRow> EndedAsync(LabServer lab, LearnerSpec learner, RunState state)
    {
        var run = await lab.QueueAsync(learner, [new("tree")]);
        await lab.UntilAsync(run, state);
        return await lab.RowAsync(run);
    }

    [Fact]
    public async Task Kept_models_are_deleted_after_a_question_and_are_back_after_a_refit()
    {
        using var lab = new LabServer();
        lab.Start();
        var row = await EndedAsync(lab, new("knn"), RunState.Succeeded);
        var runs = lab.Get<LabRuns>();
        Page.Services.AddSingleton(runs);
        var folder = runs.Folder(row.Id);
        var answered = folder.ReadOutcome("tree")!.Answers;
        var card = Page.Render<KeptCard>(p => p.Add(x => x.Row, row));
        card.WaitForAssertion(() => Assert.Contains(folder.Path, card.Markup, StringComparison.Ordinal));

        card.FindAll("button").Single(b => b.TextContent.Contains("Delete kept", StringComparison.Ordinal)).Click();
        Assert.Contains("fitted models and training checkpoints?", card.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        card.FindAll("button").Single(b => b.TextContent.Trim() == "Delete").Click();
        card.WaitForAssertion(() => Assert.Contains("freed", card.Markup, StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(Path.Combine(folder.Path, "fitted")));
        Assert.Equal(0, (await runs.KeptAsync(row.Id)).KeptBytes);
        Assert.NotNull(folder.ReadOutcome("tree"));

        var spec = folder.ReadSpec();
        var task = await folder.LoadAsync(spec);
        KeptModels Models() => new(folder, spec, task, TestWorker.Find);
        var refused = await Assert.ThrowsAsync<KeptModelException>(() => Models().OpenAsync(new("tree"), null, default));
        Assert.Equal("kept-deleted", refused.Code);
        Assert.Contains("--refit", refused.WhatToDo, StringComparison.Ordinal);

        card.FindAll("button").Single(b => b.TextContent.Contains("Allow", StringComparison.Ordinal)).Click();
        card.WaitForAssertion(() => Assert.DoesNotContain("Allow", card.Markup, StringComparison.Ordinal));
        using var model = await Models().OpenAsync(new("tree"), null, default);
        var again = await model.PredictAsync(task.Table, task.Split.Test);
        Assert.Equal(answered.Select(a => a.Value), task.Split.Test.Select((r, i) => RowAnswer.Of(r, again[i]).Value));
        Assert.NotNull(new KeptFiles(folder).Find("tree"));
    }

    [Fact]
    public async Task Only_a_finished_run_s_models_can_be_deleted()
    {
        using var lab = new LabServer();
        lab.Start();
        var row = await EndedAsync(lab, StepLearner.Spec(3, 1, flag: "failAt", at: 2), RunState.Failed);
        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Get<LabRuns>().DeleteKeptAsync(row.Id));
    }
}
