using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Web;
using LiftLab.Web.Live;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.EndToEnd.Browser;

/// <summary>A short finished run on a bundled table, for tests that look at its pages.</summary>
static class SampleRun
{
    public static FineTune Short(TaskKind task) =>
        FineTunePresets.QuickLook(task) with
        {
            Members = 1,
            MinimumSteps = 20,
            MaximumSteps = 20,
        };

    /// <returns>The run's id and the dataset's.</returns>
    public static async Task<(string Run, string Dataset)> FinishedAsync(LabServer lab, string table = "iris")
    {
        var dataset = await lab.Get<Datasets>().AddSampleAsync(table);
        var draft = RunDraft.Default(dataset);
        draft = draft with
        {
            Settings = LiftSettings.Default(dataset.Row.Schema.Task) with { Recipe = Short(dataset.Row.Schema.Task) },
            Baselines = ["knn", dataset.Row.Schema.Task == TaskKind.Classification ? "majority" : "mean"],
        };
        var id = await lab.Get<LabRuns>().StartAsync(draft.ToRequest(), default);
        await lab.UntilAsync(lab.Get<LabRuns>().Folder(id), RunState.Succeeded);
        return (id, dataset.Row.Id.ToString("N"));
    }
}
