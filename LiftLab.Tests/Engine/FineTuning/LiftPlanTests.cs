using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Models;

namespace LiftLab.Tests.Engine.FineTuning;

public sealed class LiftPlanTests
{
    static readonly LearningTask Task = TwoGroups.Of(TaskKind.Classification);
    static readonly LiftSettings Settings = LiftSettings.Default(TaskKind.Classification) with
    {
        Recipe = FineTunePresets.ForLiftMini with { Epochs = 5, MinimumSteps = 0, BatchSize = 8, Members = 2 },
    };

    static LiftPlan Plan(LiftSettings? settings = null, long bytes = 8L << 30, params MeasuredPace[] paces) =>
        LiftPlan.Of(settings ?? Settings, Task, new(bytes, false, "this machine", paces));

    static MeasuredPace Pace(double tokensPerSecond, LiftSettings? settings = null, bool onCard = false) =>
        new((settings ?? Settings).ToSpec(), TaskKind.Classification, onCard, tokensPerSecond);

    [Fact]
    public void Steps_and_tokens_are_those_of_all_models()
    {
        var plan = Plan();
        var rows = Task.Split.Train.Count; // 64: 8 steps a pass
        Assert.Equal((2, 5, 5 * 8 * 2), (plan.Models, plan.Passes, plan.Steps));
        // a=…, b=…, the answer: each row of lift-mini's prompt has the same number of tokens
        var each = plan.Tokenizer!.EncodePrompt(
            plan.Prompts!.Write(Task.Table, 0) is var e ? e.Prompt + Settings.Template.Joint + e.Completion : ""
        ).Length;
        Assert.Equal(each * rows * 5 * 2, plan.Tokens);
        Assert.Null(plan.Money);
        Assert.Empty(plan.Problems);
    }

    [Fact]
    public void Seconds_come_from_the_newest_run_of_the_same_model_method_and_device_only()
    {
        Assert.Null(Plan().Seconds);
        Assert.Null(Plan(paces: Pace(100, onCard: true)).Seconds);
        Assert.Null(Plan(paces: Pace(100, Settings with { Model = "another" })).Seconds);
        Assert.Null(Plan(paces: Pace(100, Settings with { Recipe = FineTunePresets.Paper })).Seconds);
        Assert.Null(Plan(paces: new MeasuredPace(new("knn"), TaskKind.Classification, false, 100)).Seconds);
        var plan = Plan(paces: [Pace(7, Settings with { Model = "another" }), Pace(100), Pace(50)]);
        Assert.Equal(plan.Tokens!.Value / 100.0, plan.Seconds!.Value, 9);
    }

    [Fact]
    public void What_does_not_fit_is_an_error_and_what_is_tight_a_warning()
    {
        var settings = Settings with { Recipe = Settings.Recipe with { TokensAtOnce = 4096, Recompute = Recomputation.Never } };
        var need = Plan(settings, bytes: 1).Memory!.Need; // on a larger device more rows are answered at once
        LiftPlan OnCard(long bytes) => LiftPlan.Of(settings, Task, new(bytes, true, "a card", []));
        var tight = OnCard(OnCard(1).Memory!.Need);
        Assert.False(tight.Memory!.Fits);
        Assert.Equal((Severity.Warning, "memory-tight"), (tight.Problems[0].Severity, tight.Problems[0].Code));
        var refused = Assert.Single(Plan(settings, need).Problems); // a processor has no room above its memory
        Assert.Equal((Severity.Error, "out-of-memory"), (refused.Severity, refused.Code));
        Assert.Equal("Train adapters (method lora) instead of all weights.", refused.WhatToDo);
    }

    [Fact]
    public void Memory_that_other_programs_use_now_is_a_warning()
    {
        var need = Plan().Memory!.Need;
        var busy = LiftPlan.Of(Settings, Task, new(8L << 30, false, "this machine", []) { Available = need });
        Assert.True(busy.Memory!.Fits);
        Assert.Equal((Severity.Warning, "memory-tight"), (Assert.Single(busy.Problems).Severity, busy.Problems[0].Code));
        Assert.Contains("available on this machine now", busy.Problems[0].What, StringComparison.Ordinal);
        Assert.Empty(LiftPlan.Of(Settings, Task, new(8L << 30, false, "this machine", []) { Available = 4L << 30 }).Problems);
    }

    [Fact]
    public void A_model_that_is_not_there_is_an_error_and_the_steps_are_still_counted()
    {
        var plan = Plan(Settings with { Model = "no-such-model" });
        Assert.Equal("model-missing", Assert.Single(plan.Problems).Code);
        Assert.Equal((80, null, null), (plan.Steps, plan.Tokens, plan.Memory));
        Assert.NotNull(plan.Prompts);
        Assert.Equal("no-model", Assert.Single(Plan(Settings with { Model = "" }).Problems).Code);
    }

    [Theory]
    [InlineData("no weights")]
    [InlineData("zero heads")]
    [InlineData("weights that overlap")]
    [InlineData("no tokenizer")]
    public void A_model_that_cannot_be_used_is_an_error_once_and_before_the_start(string fault)
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-plan-").FullName;
        try
        {
            var settings = Settings with { Model = DamagedModel.Write(folder, fault) };
            var problem = Assert.Single(Plan(settings).Problems);
            Assert.Equal(Severity.Error, problem.Severity);
            Assert.Equal(problem, Assert.Single(LiftPlan.Check(settings.ToSpec(), Task)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Entries_of_the_models_configuration_that_have_no_effect_are_a_warning()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-plan-").FullName;
        try
        {
            DamagedModel.WriteSound(folder);
            var config = Path.Combine(folder, "config.json");
            File.WriteAllText(config, File.ReadAllText(config).Replace("{", "{\"new_trick\": 3,", StringComparison.Ordinal));
            var settings = Settings with { Model = folder };
            var problem = Assert.Single(Plan(settings).Problems);
            Assert.Equal((Severity.Warning, "config-unknown"), (problem.Severity, problem.Code));
            Assert.EndsWith("new_trick", problem.What, StringComparison.Ordinal);
            Assert.Empty(LiftPlan.Check(settings.ToSpec(), Task));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Problems_of_the_prompt_are_told_apart()
    {
        var unusable = Plan(Settings with { Template = Settings.Template with { Text = "{{ nothing }}###" } });
        Assert.Null(unusable.Prompts);
        Assert.Equal("template-unusable", Assert.Single(unusable.PromptProblems).Code);
        Assert.Equal(unusable.PromptProblems, unusable.Problems);
        var endless = Plan(Settings with { Template = PromptPresets.Named("paper", TaskKind.Classification) with { Text = "no end" } });
        Assert.Contains(endless.PromptProblems, p => p.Code == "prompt-without-end");
    }

    [Fact]
    public void A_prompt_longer_than_the_model_can_see_is_an_error()
    {
        var text = string.Concat(Enumerable.Repeat("{% for f in features %}{{ f.name }}={{ f.value }} {% endfor %}", 150)) + "###";
        Assert.Contains(
            Plan(Settings with { Template = Settings.Template with { Text = text } }).Problems,
            p => p.Code == "prompt-over-context"
        );
    }
}
