using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Tables;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage;

namespace LiftLab.Tests.Web;

public sealed class RunDraftTests
{
    static async Task<Dataset> Sample(string name)
    {
        var sample = BundledTables.Get(name);
        var (table, schema) = await sample.ReadAsync();
        var row = new DatasetRow
        {
            Id = Guid.NewGuid(),
            Name = sample.Title,
            FileName = name + ".csv",
            Schema = schema,
            Rows = table.RowCount,
            Columns = table.Columns.Count,
            Bytes = 1,
            CreatedUtc = DateTime.UnixEpoch,
        };
        return new(row, table, new("csv", "utf-8", ',', '.', true, null, [], []), []);
    }

    [Fact]
    public async Task The_command_line_names_what_differs_and_quotes_what_needs_it()
    {
        var draft = RunDraft.Default(await Sample("diabetes"));
        Assert.Contains("--target 'disease progression'", draft.CommandLine("my table.csv"), StringComparison.Ordinal);
        Assert.Contains("lift 'my table.csv'", draft.CommandLine("my table.csv"), StringComparison.Ordinal);
        Assert.Contains(
            "--recipe standard --ways fine-tuned,in-context,average --baselines all",
            draft.CommandLine("x.csv"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--ways fine-tuned --baselines none",
            (draft with { Baselines = [] }).CommandLine("x.csv"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_draft_from_a_run_takes_its_weights_recipe_and_wording()
    {
        var settings = LiftSettings.Default(TaskKind.Regression) with
        {
            Recipe = FineTunePresets.QuickLook(TaskKind.Regression) with { BatchSize = 3 },
        };
        var draft = RunDraft
            .Default(await Sample("iris"))
            .From(new("one", "First", "diabetes", DateTime.UnixEpoch, "/lab/runs/one", TaskKind.Regression, settings));
        Assert.Equal(
            ("/lab/runs/one", settings.Recipe, "lift-mini"),
            (draft.Settings.Start, draft.Settings.Recipe, draft.Settings.Template.Name)
        );
        Assert.Contains("--model /lab/runs/one ", draft.CommandLine("iris.csv"), StringComparison.Ordinal);
        Assert.Equal(draft.Settings, LiftSettings.Parse(draft.ToRequest().Learner.Settings, TaskKind.Classification));
    }

    [Fact]
    public async Task The_file_of_a_draft_holds_the_settings_that_come_back()
    {
        var draft = RunDraft.Default(await Sample("iris"));
        draft = draft with
        {
            Settings = draft.Settings with { Recipe = FineTunePresets.QuickLook(TaskKind.Classification) with { BatchSize = 3 } },
        };
        var settings = draft.ToJson()["learner"]!["settings"]!.AsObject();
        Assert.Equal(draft.Settings, LiftSettings.Parse(settings, TaskKind.Classification));
    }
}
