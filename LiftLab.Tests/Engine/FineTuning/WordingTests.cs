using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.FineTuning;

/// <summary>LIFT trains and answers in the wording that a task or a question asks for.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class WordingTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wording").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static LiftLearner Learner() =>
        new(
            LiftSettings.Default(TaskKind.Classification) with
            {
                Recipe = FineTunePresets.Standard(TaskKind.Classification) with
                {
                    Members = 1,
                    Epochs = 1,
                    MinimumSteps = 30,
                    MaximumSteps = 30,
                },
            },
            new(""),
            TimeProvider.System
        );

    static LearningTask Worded(int wording)
    {
        var task = TwoGroups.Of(TaskKind.Classification);
        return new(task.Table, task.Schema, task.Split) { Wording = wording };
    }

    static double[] Numbers(IReadOnlyList<Prediction> answers) =>
        [.. answers.Cast<Prediction.Answered>().SelectMany(a => a.Probabilities!)];

    [Fact]
    public async Task A_task_in_another_wording_is_trained_kept_and_opened_in_it()
    {
        var task = Worded(1);
        using var predictor = (LiftPredictor)await Learner().FitAsync(task, 1);
        var prompt = predictor.Prompts.Prompt(task.Table, 0);
        Assert.StartsWith("Given <1:", prompt, StringComparison.Ordinal);
        Assert.EndsWith("which class is it?###", prompt, StringComparison.Ordinal);
        var answers = Numbers(await predictor.PredictAsync(task.Table, task.Split.Test));
        await predictor.KeepAsync(folder);
        using var opened = await Learner().OpenAsync(folder);
        Assert.Equal(answers, Numbers(await opened.PredictAsync(task.Table, task.Split.Test)));
    }

    [Fact]
    public async Task A_fitted_model_is_asked_in_another_wording()
    {
        var task = Worded(0);
        using var predictor = (IWordedPredictor)await Learner().FitAsync(task, 1);
        var rows = task.Split.Test;
        var plain = Numbers(await predictor.PredictAsync(task.Table, rows));
        Assert.Equal(plain, Numbers(await predictor.PredictAsync(task.Table, rows, 0)));
        var reworded = Numbers(await predictor.PredictAsync(task.Table, rows, 2));
        Assert.NotEqual(plain, reworded);
        Assert.Equal(plain, Numbers(await predictor.PredictAsync(task.Table, rows)));
    }
}
