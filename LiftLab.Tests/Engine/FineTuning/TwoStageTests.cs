using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.FineTuning;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class TwoStageTests : IDisposable
{
    const TaskKind Classes = TaskKind.Classification;

    static readonly FineTune Full = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 60, MaximumSteps = 60, Epochs = 1 };
    static readonly FineTune Adapters = Full with
    {
        Method = FineTuneMethod.Lora,
        LoraRank = 4,
        LearningRate = 1e-2,
        Precision = Precision.Float32,
    };

    readonly string folder = Directory.CreateTempSubdirectory("two-stage").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static FineTune Recipe(string name) =>
        name switch
        {
            "full" => Full,
            "lora" => Adapters,
            "int8" => Adapters with { Precision = Precision.Int8 },
            _ => throw new ArgumentException(name),
        };

    /// <summary>A recipe that learns nothing to speak of.</summary>
    static FineTune Still(FineTune recipe) => recipe with { LearningRate = 1e-12, MinimumSteps = 5, MaximumSteps = 5 };

    string Run(string name) => Path.Combine(folder, name);

    string Checkpoints(string run) => Path.Combine(Run(run), "checkpoints", LiftSettings.LearnerName);

    async Task<double[][]> FitAsync(string run, FineTune recipe, string? start = null, double apart = 4)
    {
        var task = TwoGroups.Of(Classes, apart);
        var settings = LiftSettings.Default(Classes) with { Recipe = recipe, Start = start };
        using var predictor = await new LiftLearner(settings, new(Checkpoints(run)), TimeProvider.System).FitAsync(task, 1);
        await predictor.KeepAsync(Path.Combine(Run(run), "fitted", LiftSettings.LearnerName));
        return await AskAsync(predictor);
    }

    static async Task<double[][]> AskAsync(IPredictor predictor)
    {
        var task = TwoGroups.Of(Classes);
        return
        [
            .. (await predictor.PredictAsync(task.Table, task.Split.Test))
                .Cast<Prediction.Answered>()
                .Select(a => (double[])a.Probabilities!),
        ];
    }

    static void DemandSame(double[][] a, double[][] b, double within)
    {
        Assert.Equal(a.Length, b.Length);
        foreach (var (x, y) in a.Zip(b))
        foreach (var (p, q) in x.Zip(y))
            Assert.Equal(p, q, within);
    }

    [Theory]
    [InlineData("full", "full")]
    [InlineData("full", "lora")]
    [InlineData("lora", "lora")]
    [InlineData("lora", "full")]
    [InlineData("int8", "int8")]
    public async Task A_second_stage_starts_where_the_first_ended(string first, string second)
    {
        var before = await FitAsync("a", Recipe(first));
        var after = await FitAsync("b", Still(Recipe(second)), Run("a"));
        DemandSame(before, after, 1e-4);
        using var loaded = await FittedFolder.LoadAsync(FittedFolder.Of(Run("b")));
        DemandSame(after, await AskAsync(loaded), 1e-5);
    }

    [Fact]
    public async Task The_first_run_may_go_once_the_second_has_its_folder()
    {
        await FitAsync("a", Full);
        var settings = LiftSettings.Default(Classes) with { Recipe = Adapters, Start = Run("a") };
        StartWeights.Keep(settings, Checkpoints("b"));
        Directory.Delete(Run("a"), recursive: true);
        var second = await FitAsync("b", Adapters, Run("a"), apart: -4);

        // a third on top of an adapter on top of a whole model, with both gone
        var third = await FitAsync("c", Still(Adapters), Run("b"), apart: -4);
        DemandSame(second, third, 1e-4);
        Directory.Move(Run("c"), Run("elsewhere"));
        Directory.Delete(Run("b"), recursive: true);
        using (var loaded = await FittedFolder.LoadAsync(FittedFolder.Of(Run("elsewhere"))))
            DemandSame(third, await AskAsync(loaded), 1e-5);

        // trained again from its folder alone, it comes to the same
        Directory.Delete(FittedFolder.Of(Run("elsewhere")), recursive: true);
        Directory.Delete(Path.Combine(Checkpoints("elsewhere"), "training-0"), recursive: true);
        Assert.Equal(third, await FitAsync("elsewhere", Still(Adapters), Run("b"), apart: -4));
    }

    [Theory]
    [InlineData("full", "lora")]
    [InlineData("lora", "lora")]
    [InlineData("lora", "full")]
    public async Task Each_member_goes_on_from_its_own(string first, string second)
    {
        var before = await FitAsync("a", Recipe(first) with { Members = 2, MinimumSteps = 30, MaximumSteps = 30 });
        var goesOn = Still(Recipe(second)) with { Members = 2 };
        var settings = LiftSettings.Default(Classes) with { Recipe = goesOn, Start = Run("a") };
        StartWeights.Keep(settings, Checkpoints("b"));
        static byte[] Weights(string folder) => File.ReadAllBytes(Directory.GetFiles(folder, "*.safetensors").Single());
        var (fitted, kept) = (FittedFolder.Models(FittedFolder.Of(Run("a"))).Folders, StartWeights.Of(settings, Checkpoints("b")));
        byte[][] copies = [.. Enumerable.Range(0, 2).Select(k => Weights((kept.For(k).Adapter ?? kept.For(k).Whole)!))];
        Assert.Equal(fitted.Select(Weights), copies);
        Assert.NotEqual(copies[0], copies[1]);
        Directory.Delete(Run("a"), recursive: true);
        var after = await FitAsync("b", goesOn, Run("a"));
        DemandSame(before, after, 1e-4);
        using (var loaded = await FittedFolder.LoadAsync(FittedFolder.Of(Run("b"))))
            DemandSame(after, await AskAsync(loaded), 1e-5);

        // a third stage of three members takes the two in turn
        var third = StartWeights.Of(settings with { Start = Run("b"), Recipe = goesOn with { Members = 3 } }, Checkpoints("d"));
        Assert.Equal((third.For(0), 2), (third.For(2), third.Members.Distinct().Count()));
    }

    [Fact]
    public async Task Of_several_members_none_may_change()
    {
        await FitAsync("a", Adapters with { Members = 2, MinimumSteps = 2, MaximumSteps = 2 });
        var goesOn = Still(Adapters) with { Members = 2 };
        StartWeights.Keep(LiftSettings.Default(Classes) with { Recipe = goesOn, Start = Run("a") }, Checkpoints("b"));
        var weights = Path.Combine(Checkpoints("b"), "start", "adapter-1", LoraAdapter.WeightsFile);
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Equal("start-changed", (await Assert.ThrowsAsync<LearningFailedException>(() => FitAsync("b", goesOn, Run("a")))).Code);
    }

    [Fact]
    public async Task What_was_learned_first_shows_in_the_second_stage()
    {
        await FitAsync("a", Full);
        var quick = Full with { MinimumSteps = 6, MaximumSteps = 6, LearningRate = 1e-4 };
        var task = TwoGroups.Of(Classes);
        double Right(double[][] answers) =>
            task.Split.Test.Where((row, i) => answers[i][(int)task.Targets[row]] > 0.5).Count() / (double)answers.Length;
        var (second, fresh) = (Right(await FitAsync("b", quick, Run("a"))), Right(await FitAsync("c", quick)));
        Assert.True(
            second > 0.9 && fresh < 0.9,
            FormattableString.Invariant($"from the first stage {second}, from the base model {fresh}")
        );
    }

    [Fact]
    public async Task A_start_that_is_gone_changed_or_of_another_shape_ends_with_what_to_do()
    {
        var gone = await Assert.ThrowsAsync<LearningFailedException>(() => FitAsync("b", Full, Run("nothing")));
        Assert.Equal("start-missing", gone.Code);
        Assert.Contains("deleted", gone.What, StringComparison.Ordinal);
        Assert.Contains("base model", gone.WhatToDo, StringComparison.Ordinal);

        await FitAsync("a", Still(Adapters));
        var shape = await Assert.ThrowsAsync<LearningFailedException>(() => FitAsync("c", Adapters with { LoraRank = 8 }, Run("a")));
        Assert.Equal("start-shape", shape.Code);
        Assert.Contains("rank 4", shape.What, StringComparison.Ordinal);
        Assert.Contains("method full", shape.WhatToDo, StringComparison.Ordinal);

        var settings = LiftSettings.Default(Classes) with { Recipe = Adapters, Start = Run("a") };
        StartWeights.Keep(settings, Checkpoints("d"));
        var weights = Path.Combine(Checkpoints("d"), "start", "adapter", LoraAdapter.WeightsFile);
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Equal("start-changed", (await Assert.ThrowsAsync<LearningFailedException>(() => FitAsync("d", Adapters, Run("a")))).Code);
    }

    [Fact]
    public void Settings_name_the_run_and_keep_recipe_and_wording()
    {
        var first = LiftSettings.Default(Classes) with { Recipe = Adapters };
        var second = LiftSettings.Parse(first.Continued("/lab/runs/one", Classes, TaskKind.Regression).ToJson(), TaskKind.Regression);
        Assert.Equal(
            ("/lab/runs/one", Adapters, "lift-mini", "lift-mini"),
            (second.Start, second.Recipe, second.Model, second.Template.Name)
        );
        Assert.Null(LiftSettings.Parse(first.ToJson(), Classes).Start);
    }

    [Fact]
    public void LIFT_s_folder_in_a_run_is_where_runs_put_it()
    {
        using var runs = new Runs.TestRuns();
        var run = runs.Create();
        Assert.Equal(Path.Combine(run.Path, "fitted", LiftSettings.LearnerName), FittedFolder.Of(run.Path));
        var before = Directory.CreateDirectory(Path.Combine(run.CheckpointFolder(LiftSettings.LearnerName), "fitted")).FullName;
        File.WriteAllText(Path.Combine(before, "lift.json"), "{}");
        Assert.Equal(before, FittedFolder.Of(run.Path)); // as runs of version 1 have it
    }
}
