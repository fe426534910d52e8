using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.FineTuning.Stacks;

/// <summary>Models that train together learn what they learn alone.</summary>
public sealed class StackedFitTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("stacks").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static FineTune Recipe(TaskKind kind) =>
        FineTunePresets.Standard(kind) with
        {
            Members = 2,
            OwnStarts = true,
            Epochs = 1,
            MinimumSteps = 24,
            MaximumSteps = 24,
        };

    static LiftLearner Learner(TaskKind kind, FineTune? recipe = null, RunContext? context = null) =>
        new(LiftSettings.Default(kind) with { Recipe = recipe ?? Recipe(kind) }, context ?? new(""), TimeProvider.System);

    static double[] Losses(Collected<LearningEvent> events) => [.. events.All.OfType<TrainingStep>().Select(s => s.Loss)];

    static async Task<double[]> NumbersAsync(IPredictor predictor, LearningTask task) =>
        [
            .. (await predictor.PredictAsync(task.Table, task.Split.Test))
                .Cast<Prediction.Answered>()
                .SelectMany(a => a.Probabilities ?? [a.Value, a.Deviation!.Value]),
        ];

    static void DemandNear(double[] expected, double[] found, double within)
    {
        Assert.Equal(expected.Length, found.Length);
        foreach (var (a, b) in expected.Zip(found))
            Assert.Equal(a, b, within);
    }

    [Theory]
    [InlineData(TaskKind.Classification)]
    [InlineData(TaskKind.Regression)]
    public async Task Losses_and_answers_are_those_of_the_same_fit_alone(TaskKind kind)
    {
        LearningTask[] tasks = [TwoGroups.Of(kind), TwoGroups.Of(kind, 1), TwoGroups.Of(kind, -2)];
        Collected<LearningEvent>[] together = [new(), new(), new()];
        var outcomes = await Learner(kind).FitManyAsync([.. tasks.Select((task, i) => new FitRequest(task, i, together[i]))]);
        for (var i = 0; i < tasks.Length; i++)
        {
            using var stacked = outcomes[i].Predictor!;
            var alone = new Collected<LearningEvent>();
            using var single = await Learner(kind).FitAsync(tasks[i], i, alone);
            DemandNear(Losses(alone), Losses(together[i]), 1e-3);
            DemandNear(await NumbersAsync(single, tasks[i]), await NumbersAsync(stacked, tasks[i]), 1e-2);
        }
    }

    [Fact]
    public async Task Members_take_turns_and_say_which_they_are()
    {
        var events = new Collected<LearningEvent>();
        using var fitted = await Learner(TaskKind.Classification).FitAsync(TwoGroups.Of(TaskKind.Classification), 1, events);
        var steps = events.All.OfType<TrainingStep>().ToArray();
        Assert.Equal(Enumerable.Range(1, 2 * 24), steps.Select(s => s.Step));
        Assert.Equal(Enumerable.Range(0, 2 * 24).Select(i => i % 2), steps.Select(s => s.Member));
        Assert.Equal([0, 1], events.All.OfType<Validated>().TakeLast(2).Select(v => v.Member));
    }

    [Fact]
    public async Task A_predictor_out_of_a_stack_is_kept_and_opened_with_the_same_answers()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        var outcomes = await Learner(TaskKind.Classification).FitManyAsync([new(task, 1), new(task, 2)]);
        using var first = outcomes[0].Predictor!;
        using var second = outcomes[1].Predictor!;
        await second.KeepAsync(folder);
        using var opened = await Learner(TaskKind.Classification).OpenAsync(folder);
        Assert.Equal(await NumbersAsync(second, task), await NumbersAsync(opened, task));
        Assert.NotEqual(await NumbersAsync(first, task), await NumbersAsync(second, task));
        Assert.Equal(2, FittedFolder.Models(folder).Folders.Count);
    }

    /// <summary>Later rows can hold text instead of a number, an empty cell, or the text of another column's level.</summary>
    [Fact]
    public async Task Rows_with_tokens_that_no_training_row_had_are_answered()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        using var predictor = await Learner(TaskKind.Classification).FitAsync(task, 1);
        var strange = new Table("strange", [new("a", ["much", "", "<60:07>", "1e9"]), new("b", ["0.5", "ü", "", "<99>"])]);
        var answers = await predictor.PredictAsync(strange, [0, 1, 2, 3]);
        Assert.All(answers, a => Assert.Equal(1, ((Prediction.Answered)a).Probabilities!.Sum(), 9));
    }

    /// <summary>A cell that holds another column's level as text makes the stack keep the whole vocabulary.</summary>
    [Fact]
    public async Task A_training_row_with_another_columns_level_as_text_is_learned()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        var cells = task.Table["a"].Cells.ToArray();
        cells[task.Split.Train[0]] = "<60:07>";
        var table = new Table("text", [new("a", cells), task.Table["b"], task.Table["y"]]);
        using var predictor = await Learner(TaskKind.Classification).FitAsync(new(table, task.Schema, task.Split), 1);
        Assert.Equal(task.Split.Test.Count, (await predictor.PredictAsync(table, task.Split.Test)).Count);
    }

    [Fact]
    public async Task A_fit_that_fails_leaves_the_others_their_results()
    {
        var (good, bad) = (TwoGroups.Of(TaskKind.Classification), TwoGroups.Of(TaskKind.Classification));
        var recipe = Recipe(TaskKind.Classification);
        var outcomes = await Learner(TaskKind.Classification, recipe with { LearningRate = 1, GradientClip = 0, WarmupSteps = 0 })
            .FitManyAsync([new(good, 1), new(bad, 2)]);
        Assert.All(outcomes, o => Assert.True(o.Predictor is null ^ o.Failure is null));
        foreach (var outcome in outcomes)
            outcome.Predictor?.Dispose();
    }

    /// <summary>Fits of unequal size are separate stacks, whose checkpoints must not meet in one folder.</summary>
    [Fact]
    public async Task Fits_of_unequal_size_keep_their_checkpoints_apart()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        var smaller = new LearningTask(task.Table, task.Schema, task.Split with { Train = [.. task.Split.Train.Skip(5)] });
        var outcomes = await Learner(TaskKind.Classification, context: new(Directory.CreateDirectory(folder).FullName))
            .FitManyAsync([new(task, 1), new(task, 2), new(smaller, 3)]);
        Assert.All(outcomes, o => Assert.Null(o.Failure));
        foreach (var outcome in outcomes)
            outcome.Predictor!.Dispose();
    }

    [Fact]
    public async Task Fits_that_cannot_be_stacked_come_one_after_the_other()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        var lora = Recipe(TaskKind.Classification) with
        {
            Method = FineTuneMethod.Lora,
            LoraRank = 2,
            Members = 1,
            MaximumSteps = 2,
            MinimumSteps = 2,
        };
        var outcomes = await Learner(TaskKind.Classification, lora).FitManyAsync([new(task, 1), new(task, 2)]);
        foreach (var outcome in outcomes)
        {
            using var predictor = outcome.Predictor!;
            Assert.Equal(task.Split.Test.Count, (await predictor.PredictAsync(task.Table, task.Split.Test)).Count);
        }
    }

    [Fact]
    public async Task Cancelled_members_go_on_from_their_common_checkpoint()
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        var (whole, before, after) = (new Collected<LearningEvent>(), new Collected<LearningEvent>(), new Collected<LearningEvent>());
        using (await Learner(TaskKind.Classification).FitAsync(task, 1, whole)) { }
        using var cancel = new CancellationTokenSource();
        var stopping = new Stopping(before, cancel, 15);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Learner(TaskKind.Classification, context: new(folder)).FitAsync(task, 1, stopping, cancel.Token)
        );
        using (await Learner(TaskKind.Classification, context: new(folder)).FitAsync(task, 1, after)) { }
        Assert.Equal(17, after.All.OfType<TrainingStep>().First().Step);
        Assert.Equal(Losses(whole), Losses(before).Concat(Losses(after)));
    }

    sealed class Stopping(IProgress<LearningEvent> inner, CancellationTokenSource cancel, int at) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            inner.Report(value);
            if (value is TrainingStep step && step.Step == at)
                cancel.Cancel();
        }
    }
}
