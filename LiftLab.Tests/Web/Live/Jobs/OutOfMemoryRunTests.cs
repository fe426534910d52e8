using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.FineTuning.Recipes;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Web.Live.Jobs;

/// <summary>A run is a process of its own: what it had in memory goes with it, and the dashboard goes on.</summary>
public sealed class OutOfMemoryRunTests
{
    [Fact]
    public async Task A_run_that_does_not_fit_says_what_to_change_and_the_next_one_is_done()
    {
        using var lab = new LabServer();
        lab.Start();
        var settings = LiftSettings.Default(TaskKind.Classification) with
        {
            Model = OutOfMemoryTests.WriteHugeModel(Path.Combine(lab.Folder, "models", "huge")),
        };
        var huge = await lab.QueueAsync(settings.ToSpec());
        var next = await lab.QueueAsync(StepLearner.Spec(3, 1));
        await lab.UntilAsync(huge, RunState.Failed);
        var row = await lab.RowAsync(huge);
        Assert.Equal("out-of-memory", row.Code);
        Assert.Equal("Train adapters (method lora) instead of all weights.", row.WhatToDo);
        await lab.UntilAsync(next, RunState.Succeeded);
    }
}
