using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.FineTuning;

public sealed class LiftSettingsTests
{
    [Fact]
    public void Settings_come_back_from_their_json()
    {
        foreach (var task in Enum.GetValues<TaskKind>())
        foreach (var recipe in FineTunePresets.For(task))
        {
            var settings = LiftSettings.Default(task) with { Recipe = recipe };
            var again = LiftSettings.Parse(settings.ToJson(), task);
            Assert.Equal(settings.ToJson().ToJsonString(), again.ToJson().ToJsonString());
            Assert.Equal(settings.Template, again.Template);
        }
    }

    [Fact]
    public void Names_of_presets_stand_for_them_and_single_fields_can_differ()
    {
        var settings = LiftSettings.Parse(
            JsonNode.Parse("""{"template":"paper","recipe":{"preset":"quick","epochs":3}}""")!.AsObject(),
            TaskKind.Classification
        );
        Assert.Equal("paper", settings.Template.Name);
        Assert.Equal(FineTunePresets.QuickLook(TaskKind.Classification) with { Epochs = 3 }, settings.Recipe);
    }

    [Fact]
    public void A_preset_of_one_name_is_another_recipe_for_classes_than_for_numbers()
    {
        FineTune Of(TaskKind task) => LiftSettings.Parse(JsonNode.Parse("""{"recipe":"standard"}""")!.AsObject(), task).Recipe;
        Assert.Equal(FineTunePresets.ForLiftMini, Of(TaskKind.Classification));
        Assert.Equal(FineTunePresets.ForNumbers, Of(TaskKind.Regression));
        Assert.Equal(Of(TaskKind.Classification).Name, Of(TaskKind.Regression).Name);
        var classes = LiftSettings.Default(TaskKind.Classification);
        Assert.Equal(FineTunePresets.ForNumbers, classes.Continued("run", TaskKind.Classification, TaskKind.Regression).Recipe);
        var own = classes with { Recipe = classes.Recipe with { Epochs = 7 } };
        Assert.Equal(own.Recipe, own.Continued("run", TaskKind.Classification, TaskKind.Regression).Recipe);
    }

    [Theory]
    [InlineData("""{"recipe":"fast"}""", "standard, quick, best, paper")]
    [InlineData("""{"template":"nice"}""", "lift-mini")]
    [InlineData("""{"recipe":{"preset":"quick","epoch":3}}""", "epochs")]
    [InlineData("""{"recipe":{"epoch":3}}""", "a recipe has no 'epoch'")]
    [InlineData("""{"recipe":{"epochs":0,"batchSize":0}}""", "epochs must be 1 to 10000; batchSize")]
    [InlineData("""{"recipe":{"epochs":"many"}}""", "cannot be read")]
    public void A_wrong_setting_is_answered_with_the_right_ones(string json, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<ArgumentException>(() => LiftSettings.Parse(JsonNode.Parse(json)!.AsObject(), TaskKind.Classification)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Few_features_are_blurred_less() =>
        Assert.Equal(
            [(1, 0.5), (3, 1.5), (6, 3), (6, 3)],
            new[] { 1, 3, 6, 60 }.Select(p => new FineTune { FeatureBlur = 6, CovariantBlur = 3 }.BlurFor(p))
        );

    [Fact]
    public void Batches_of_narrow_tables_grow_in_proportion_and_only_once()
    {
        var recipe = new FineTune { BatchSize = 16, BatchGrowth = 4 };
        Assert.Equal([64, 48, 32, 24, 16, 16], new[] { 1, 2, 3, 4, 6, 60 }.Select(p => recipe.For(p, 1000).BatchSize));
        Assert.Equal(recipe.For(1, 1000), recipe.For(1, 1000).For(1, 1000));
        Assert.Equal([16, 16, 40], new[] { 24, 64, 160 }.Select(rows => recipe.For(1, rows).BatchSize));
        Assert.Equal(16, (recipe with { BatchGrowth = 1 }).For(1, 1000).BatchSize);
        Assert.Contains(
            "batchGrowth",
            Assert.Throws<ArgumentException>((recipe with { BatchGrowth = 0.5 }).Check).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"recipe":{"preset":"standard","batchSize":8}}""", 1, 8)]
    [InlineData("""{"recipe":{"preset":"standard"}}""", 4, 64)]
    [InlineData("""{"recipe":{"preset":"standard","batchSize":8,"batchGrowth":2}}""", 2, 16)]
    public void A_batch_that_somebody_names_does_not_grow_by_itself(string json, double growth, int rows)
    {
        var recipe = LiftSettings.Parse(JsonNode.Parse(json)!.AsObject(), TaskKind.Regression).Recipe;
        Assert.Equal((growth, rows), (recipe.BatchGrowth, recipe.For(1, 1000).BatchSize));
    }

    [Theory]
    [InlineData(96, 34)] // 6 steps an epoch: 200 steps need 34
    [InlineData(320, 20)]
    [InlineData(3200, 7)] // 200 steps an epoch: 1500 allow 7
    [InlineData(100_000, 2)]
    public void Small_tables_get_more_passes_and_large_ones_fewer(int rows, int epochs) =>
        Assert.Equal(
            epochs,
            (
                FineTunePresets.ForLiftMini with
                {
                    Members = 1,
                    Epochs = 20,
                    MinimumSteps = 200,
                    MaximumSteps = 1500,
                    BatchSize = 16,
                }
            ).EpochsFor(rows)
        );

    const TaskKind Classes = TaskKind.Classification;

    [Fact]
    public void Another_base_model_brings_its_prompt_and_recipe_and_the_built_in_one_brings_them_back()
    {
        var standard = LiftSettings.Default(Classes);
        var other = standard.WithModel("/models/gpt2", Classes);
        Assert.Equal(("paper", FineTunePresets.Paper, "/models/gpt2"), (other.Template.Name, other.Recipe, other.Model));
        Assert.Equal(standard, other.WithModel(LiftSettings.BuiltIn, Classes));
        Assert.Equal(other, standard.WithModel("", Classes).WithModel("/models/gpt2", Classes));
        var parsed = LiftSettings.Parse(JsonNode.Parse("""{"model":"/models/gpt2"}""")!.AsObject(), Classes);
        Assert.Equal(parsed, other);
    }

    [Fact]
    public void Another_base_model_leaves_what_a_person_has_written()
    {
        var standard = LiftSettings.Default(Classes);
        var own = standard with
        {
            Template = LiftLab.Engine.Prompts.PromptPresets.NamesClassification with { Name = "own", Text = "{{ features[0].cell }}###" },
            Recipe = standard.Recipe with { Epochs = 3 },
        };
        var other = own.WithModel("/models/gpt2", Classes);
        Assert.Equal((own.Template, own.Recipe), (other.Template, other.Recipe));
    }

    [Fact]
    public void The_paper_s_recipe_brings_the_paper_s_prompt_and_takes_it_away_again()
    {
        var standard = LiftSettings.Default(Classes);
        var paper = standard.WithRecipe(FineTunePresets.Paper, Classes);
        Assert.Equal("paper", paper.Template.Name);
        Assert.Equal(standard, paper.WithRecipe(FineTunePresets.Standard(Classes), Classes));
        var names = standard with { Template = LiftLab.Engine.Prompts.PromptPresets.NamesClassification };
        Assert.Equal("names", names.WithRecipe(FineTunePresets.Paper, Classes).Template.Name);
        LiftSettings Parsed(string json) => LiftSettings.Parse(JsonNode.Parse(json)!.AsObject(), Classes);
        Assert.Equal("paper", Parsed("""{"recipe":"paper"}""").Template.Name);
        Assert.Equal("names", Parsed("""{"recipe":"paper","template":"names"}""").Template.Name);
        Assert.Equal("lift-mini", Parsed("""{"recipe":"quick"}""").Template.Name);
    }

    [Fact]
    public void Tf32_is_off_recorded_where_it_is_on_and_absent_from_other_recipes()
    {
        var off = LiftSettings.Default(TaskKind.Classification);
        Assert.DoesNotContain("tf32", off.ToJson().ToJsonString(), StringComparison.Ordinal);
        var asked = new JsonObject
        {
            ["recipe"] = new JsonObject { ["preset"] = "quick", ["tf32"] = true },
        };
        var on = LiftSettings.Parse(asked, TaskKind.Classification);
        Assert.True(on.Recipe.Tf32);
        Assert.True((bool)on.ToJson()["recipe"]!["tf32"]!);
        Assert.True(LiftSettings.Parse(on.ToJson(), TaskKind.Classification).Recipe.Tf32);
    }
}
