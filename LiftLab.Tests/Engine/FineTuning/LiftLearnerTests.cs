using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.FineTuning;

public sealed class LiftLearnerTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("lift").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly FineTune Quick = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 60, MaximumSteps = 60, Epochs = 1 };

    static LearningTask Groups(TaskKind kind) => TwoGroups.Of(kind);

    static LiftLearner Learner(TaskKind kind, RunContext context, FineTune? recipe = null) =>
        new(LiftSettings.Default(kind) with { Recipe = recipe ?? Quick }, context, TimeProvider.System);

    sealed class Recorder : IProgress<LearningEvent>
    {
        public List<LearningEvent> Events { get; } = [];
        public Action<LearningEvent>? Then { get; init; }

        public void Report(LearningEvent value)
        {
            Events.Add(value);
            Then?.Invoke(value);
        }
    }

    [Fact]
    public async Task Separated_groups_are_told_apart_and_everything_on_the_way_is_shown()
    {
        var task = Groups(TaskKind.Classification);
        var events = new Recorder();
        using var predictor = await Learner(TaskKind.Classification, new("", new BoundarySurface(task, "a", "b", 40)))
            .FitAsync(task, 1, events);
        var answers = await predictor.PredictAsync(task.Table, task.Split.Test);
        var right = task.Split.Test.Where((row, i) => answers[i] is Prediction.Answered a && a.Value == task.Targets[row]).Count();
        Assert.InRange(right, 18, 20);
        Assert.All(answers.Cast<Prediction.Answered>(), a => Assert.Equal(1, a.Probabilities!.Sum(), 9));

        var steps = events.Events.OfType<TrainingStep>().ToArray();
        Assert.Equal(Enumerable.Range(1, steps.Length), steps.Select(s => s.Step));
        Assert.True(steps[^1].Loss < steps[0].Loss / 2);
        Assert.Contains(events.Events, e => e is Validated { Metric: "accuracy", Best: true });
        Assert.Contains(events.Events, e => e is AnswersSampled { Answers.Count: > 0 });
        Assert.Contains(events.Events, e => e is BoundaryDrawn { Grid.Values.Count: > 50 });
    }

    [Fact]
    public async Task A_frozen_embedding_is_the_base_model_s_after_training_and_the_rest_has_learned()
    {
        var task = Groups(TaskKind.Classification);
        async Task<(float[] Tokens, float[] Head)> FittedAsync(string name, bool frozen)
        {
            var place = Path.Combine(folder, name);
            using var predictor = await Learner(
                    TaskKind.Classification,
                    new(""),
                    Quick with
                    {
                        MinimumSteps = 10,
                        MaximumSteps = 10,
                        FrozenEmbedding = frozen,
                    }
                )
                .FitAsync(task, 1);
            await predictor.KeepAsync(place);
            return Weights(FittedFolder.Models(place).Folders[0]);
        }
        static (float[], float[]) Weights(string model)
        {
            using var loaded = ModelByName.Load(model).Model;
            return (
                [.. loaded.Tokens.Layer.Weights.First().Value.data<float>()],
                [.. loaded.Linears.Last().Layer.Weights.First().Value.data<float>()]
            );
        }
        var (start, frozen, learned) = (
            Weights(LiftSettings.BuiltIn),
            await FittedAsync("frozen", true),
            await FittedAsync("learned", false)
        );
        Assert.Equal(start.Item1, frozen.Tokens);
        Assert.NotEqual(start.Item2, frozen.Head);
        Assert.NotEqual(start.Item1, learned.Tokens);
    }

    /// <summary>One step moves weights by the rate at most, so what a model began at still shows.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Members_begin_apart_or_alike_as_the_recipe_says(bool apart)
    {
        var recipe = Quick with
        {
            Members = 2,
            MinimumSteps = 1,
            MaximumSteps = 1,
            LearningRate = 1e-6,
            WeightDecay = 0,
            OwnStarts = apart,
        };
        var place = Path.Combine(folder, "members");
        using (var fitted = await Learner(TaskKind.Classification, new(""), recipe).FitAsync(Groups(TaskKind.Classification), 1))
            await fitted.KeepAsync(place);
        var models = FittedFolder.Models(place).Folders;
        Assert.Equal(2, models.Count);
        using var one = ModelByName.Load(models[0]).Model;
        using var two = ModelByName.Load(models[1]).Model;
        var between = TinyModel.LargestDifference(one, two);
        if (apart)
            Assert.InRange(between, 0.1, double.MaxValue);
        else
            Assert.InRange(between, 0, 1e-3);
    }

    [Fact]
    public async Task Several_models_are_one_curve_that_never_goes_back()
    {
        var task = Groups(TaskKind.Classification);
        var events = new Recorder();
        using var predictor = await Learner(
                TaskKind.Classification,
                new(""),
                Quick with
                {
                    MinimumSteps = 20,
                    MaximumSteps = 20,
                    Members = 2,
                }
            )
            .FitAsync(task, 1, events);
        var steps = events.Events.OfType<TrainingStep>().ToArray();
        Assert.Equal(Enumerable.Range(1, 40), steps.Select(s => s.Step));
        Assert.All(steps, s => Assert.Equal(40, s.Steps));
        Assert.Equal(40, events.Events.OfType<Validated>().Last().Step);
        Assert.Equal(40, events.Events.OfType<AnswersSampled>().Last().Step);
    }

    [Fact]
    public async Task Numbers_come_as_the_mean_of_a_distribution_with_its_deviation()
    {
        var task = Groups(TaskKind.Regression);
        using var predictor = await Learner(TaskKind.Regression, new(""), Quick with { MinimumSteps = 150, MaximumSteps = 150 })
            .FitAsync(task, 1);
        var answers = (await predictor.PredictAsync(task.Table, task.Split.Test)).Cast<Prediction.Answered>().ToArray();
        var error = task.Split.Test.Select((row, i) => Math.Abs(answers[i].Value - task.Targets[row])).Average();
        Assert.InRange(error, 0, 0.8); // the mean of all would be 2 away
        Assert.All(answers, a => Assert.True(a.Deviation > 0));
    }

    [Fact]
    public async Task Adapters_alone_are_kept_and_loaded_onto_the_base_model()
    {
        var task = Groups(TaskKind.Classification);
        using var first = await Learner(TaskKind.Classification, new(""), Quick with { Method = FineTuneMethod.Lora, LoraRank = 4 })
            .FitAsync(task, 1);
        await first.KeepAsync(folder);
        Assert.NotEmpty(Directory.GetFiles(folder, "adapter_model.safetensors", SearchOption.AllDirectories));
        using var loaded = await FittedFolder.LoadAsync(folder);
        var (a, b) = (await first.PredictAsync(task.Table, task.Split.Test), await loaded.PredictAsync(task.Table, task.Split.Test));
        Assert.Equal(a.Cast<Prediction.Answered>().Select(p => p.Value), b.Cast<Prediction.Answered>().Select(p => p.Value));
    }

    [Fact]
    public async Task Sampled_answers_that_cannot_be_read_are_kept_as_text()
    {
        var task = Groups(TaskKind.Classification);
        var raw = Quick with { Decode = DecodingMode.Sample, MinimumSteps = 0, Epochs = 1, LearningRate = 1e-6 };
        using var predictor = await Learner(TaskKind.Classification, new(""), raw).FitAsync(task, 1);
        var answers = await predictor.PredictAsync(task.Table, task.Split.Test);
        Assert.Contains(answers, a => a is Prediction.Unreadable { Text.Length: > 0 });
    }

    [Fact]
    public async Task Cancelling_ends_training_with_a_checkpoint_that_is_taken_up_again()
    {
        var task = Groups(TaskKind.Classification);
        using var cancel = new CancellationTokenSource();
        var first = new Recorder
        {
            Then = e =>
            {
                if (e is TrainingStep { Step: 20 })
                    cancel.Cancel();
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Learner(TaskKind.Classification, new(folder)).FitAsync(task, 1, first, cancel.Token)
        );
        var second = new Recorder();
        using var resumed = await Learner(TaskKind.Classification, new(folder)).FitAsync(task, 1, second);
        Assert.Equal(first.Events.OfType<TrainingStep>().Last().Step + 1, second.Events.OfType<TrainingStep>().First().Step);
        var whole = new Recorder();
        using var unbroken = await Learner(TaskKind.Classification, new("")).FitAsync(task, 1, whole);
        Assert.Equal(whole.Events.OfType<TrainingStep>().Last().Loss, second.Events.OfType<TrainingStep>().Last().Loss, 5);
    }

    [Fact]
    public async Task Stop_and_save_ends_early_with_a_model_that_answers()
    {
        var task = Groups(TaskKind.Classification);
        using var stop = new CancellationTokenSource();
        var events = new Recorder
        {
            Then = e =>
            {
                if (e is TrainingStep { Step: 15 })
                    stop.Cancel();
            },
        };
        using var predictor = await Learner(TaskKind.Classification, new("", StopTraining: stop.Token)).FitAsync(task, 1, events);
        Assert.Equal(15, events.Events.OfType<TrainingStep>().Count());
        Assert.Equal(task.Split.Test.Count, (await predictor.PredictAsync(task.Table, task.Split.Test)).Count);
    }
}
