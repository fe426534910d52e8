using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Web.Pages;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;

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
        return new(row, new(table, [], new("csv", "utf-8", ',', '.', true, null, [], [])), []);
    }

    [Fact]
    public async Task The_command_line_runs_the_saved_file_beside_the_table()
    {
        var draft = RunDraft.Default(await Sample("diabetes"));
        Assert.EndsWith("lift 'my table.csv' --spec run.json", draft.CommandLine("my table.csv"), StringComparison.Ordinal);
        Assert.Contains(draft.ToJson(), draft.CommandLine("x.csv"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Speed.Trait, Speed.Slow)]
    public async Task The_copied_command_repeats_the_run()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-copied-").FullName;
        try
        {
            var table = Path.Combine(folder, "my table.csv");
            await File.WriteAllTextAsync(
                table,
                "code;size;colour;y\n"
                    + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 7};{i % 10},5;c{i % 3};{(i % 10 < 5 ? "NA" : "yes")}\n"))
            );
            var reading = new TableReadOptions().With("y", c => c with { Words = ["NA"] });
            var opened = await OpenedTable.OpenAsync(table, reading);
            var schema = opened.Schema.WithTarget("y", TaskKind.Classification);
            schema = schema with
            {
                Columns =
                [
                    .. schema.Columns.Select(c =>
                        c.Name == "colour" ? c with { Role = ColumnRole.Ignored }
                        : c.Name == "size" ? c with { Unit = "cm" }
                        : c
                    ),
                ],
            };
            var sample = await Sample("iris");
            var draft = RunDraft.Default(sample) with
            {
                Dataset = new()
                {
                    Id = Guid.NewGuid(),
                    Name = "mine",
                    FileName = "my table.csv",
                    Reading = reading,
                    Schema = schema,
                    CreatedUtc = DateTime.UnixEpoch,
                },
                Settings = LiftSettings.Default(TaskKind.Classification) with
                {
                    Recipe = FineTunePresets.QuickLook(TaskKind.Classification) with { Epochs = 1, MinimumSteps = 0 },
                },
                Baselines = ["knn", "majority"],
                Boundary = null,
                SplitSeed = 3,
                Seed = 4,
            };
            await File.WriteAllTextAsync(Path.Combine(folder, "run.json"), draft.ToJson());
            using var error = new StringWriter();
            var exit = await LiftLab
                .Engine.Commands.LiftLabCommand.Create()
                .Parse(["lift", table, "--spec", Path.Combine(folder, "run.json"), "--out", Path.Combine(folder, "out")])
                .InvokeAsync(new() { Error = error });
            Assert.True(exit == 0, error.ToString());
            var run = RunFolder.Open(Directory.EnumerateDirectories(Path.Combine(folder, "out")).Single());
            var spec = run.ReadSpec();
            Assert.Equal((3, 4), (spec.SplitSeed, spec.Seed));
            Assert.Equal(
                schema.Columns.Select(c => (c.Name, c.Kind, c.Role, c.Unit)),
                spec.Schema.Columns.Select(c => (c.Name, c.Kind, c.Role, c.Unit))
            );
            Assert.Equal(draft.Settings, LiftSettings.Of(spec.Learner, TaskKind.Classification));
            Assert.Equal(["NA", "yes"], (await run.LoadAsync(spec)).Labels);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
        Assert.Contains("/lab/runs/one", draft.CommandLine("iris.csv"), StringComparison.Ordinal);
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
        var settings = draft.ToFile().Learner.Settings;
        Assert.Equal(draft.Settings, LiftSettings.Parse(settings, TaskKind.Classification));
    }
}
