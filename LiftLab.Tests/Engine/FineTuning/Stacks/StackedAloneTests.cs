using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables;
using Xunit.Abstractions;

namespace LiftLab.Tests.Engine.FineTuning.Stacks;

/// <summary>Fits that train together have the losses and answers of the same fits alone, whatever differs between them.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class StackedAloneTests(ITestOutputHelper output)
{
    /// <summary>
    /// Relative above 1, else absolute. Batched products round otherwise than single ones, and the difference grows with the steps: after
    /// 24
    /// steps it was at most 2e-6 in a loss and 2e-7 in an answer (AMD EPYC). Other processors round otherwise.
    /// </summary>
    const double Tolerance = 1e-4;

    static FineTune Recipe(TaskKind kind, int steps = 24) =>
        FineTunePresets.Standard(kind) with
        {
            Members = 2,
            OwnStarts = true,
            Epochs = 3,
            MinimumSteps = steps,
            MaximumSteps = 0,
        };

    static LearningTask Rows(LearningTask task, int count) =>
        new(task.Table, task.Schema, task.Split with { Train = [.. task.Split.Train.Take(count)] });

    static LearningTask Without(LearningTask task, string column) =>
        new(
            new(task.Table.Name, [.. task.Table.Columns.Where(c => c.Name != column)]),
            task.Schema with
            {
                Columns = [.. task.Schema.Columns.Where(c => c.Name != column)],
            },
            task.Split
        );

    public static TheoryData<string, TaskKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, TaskKind>();
            foreach (var name in new[] { "seeds", "rows", "schedules", "columns", "levels", "texts" })
            foreach (var kind in Enum.GetValues<TaskKind>())
                cases.Add(name, kind);
            return cases;
        }
    }

    static (LearningTask Task, int Seed)[] FitsOf(string name, TaskKind kind)
    {
        var task = TwoGroups.Of(kind);
        LearningTask At(string perturbation, double level, string? way = null) =>
            PerturbationList.Apply(task, new(perturbation, level, 3, way)).Task;
        return name switch
        {
            "seeds" => [(task, 1), (task, 2), (task, 3)],
            // 4 steps per pass, with 16, 13 and 4 rows in the last one
            "rows" => [(task, 1), (Rows(task, 61), 1), (Rows(task, 52), 2)],
            // 4, 3 and 1 steps per pass
            "schedules" => [(task, 1), (Rows(task, 40), 1), (Rows(task, 12), 1)],
            "columns" => [(task, 1), (Without(task, "b"), 1), (At("renamed-columns", 1), 1), (At("column-order", 1), 2)],
            "levels" when kind == TaskKind.Classification =>
            [
                (task, 1),
                (At("label-noise", 20), 1),
                (At("label-noise", 40, "pair"), 1),
                (At("outliers", 10), 1),
                (At("imbalance", 25), 1),
                (At("fewer-rows", 50), 1),
                (At("noisy-copies", .25), 1),
            ],
            "levels" => [(task, 1), (At("outliers", 10), 1), (At("fewer-rows", 50), 1), (At("noisy-copies", .25), 1)],
            // texts of another length in some rows, and labels of other lengths
            _ => [(task, 1), (Texts(task), 1), (Texts(task), 2)],
        };
    }

    static LearningTask Texts(LearningTask task)
    {
        string[] cells = [.. task.Table["b"].Cells.Select((c, i) => i % 9 == 0 ? "none at all" : c)];
        var classes = task.Kind == TaskKind.Classification;
        string[] targets = [.. task.Table["y"].Cells.Select(c => classes && c == "left" ? "a much longer label" : c)];
        return new(new("texts", [task.Table["a"], new("b", cells), new("y", targets)]), task.Schema, task.Split);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Losses_and_answers_are_those_of_the_fit_alone(string name, TaskKind kind)
    {
        var fits = FitsOf(name, kind);
        var learner = new LiftLearner(LiftSettings.Default(kind) with { Recipe = Recipe(kind) }, new(""), TimeProvider.System);
        Collected<LearningEvent>[] together = [.. fits.Select(_ => new Collected<LearningEvent>())];
        var outcomes = await learner.FitManyAsync([.. fits.Select((f, i) => new FitRequest(f.Task, f.Seed, together[i]))]);
        double loss = 0,
            answer = 0;
        for (var i = 0; i < fits.Length; i++)
        {
            var (task, seed) = fits[i];
            using var stacked = outcomes[i].Predictor!;
            var alone = new Collected<LearningEvent>();
            using var single = await learner.FitAsync(task, seed, alone);
            loss = Math.Max(loss, Largest(Losses(alone), Losses(together[i])));
            answer = Math.Max(answer, Largest(await NumbersAsync(single, task), await NumbersAsync(stacked, task)));
        }
        output.WriteLine($"largest difference: loss {loss:g2}, answer {answer:g2}");
        Assert.InRange(loss, 0, Tolerance);
        Assert.InRange(answer, 0, Tolerance);
    }

    static double Largest(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        return expected.Zip(found, (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max();
    }

    /// <summary>The losses of training and validation, in order.</summary>
    static double[] Losses(Collected<LearningEvent> events) =>
        [
            .. events.All.OfType<TrainingStep>().OrderBy(s => s.Step).Select(s => s.Loss),
            .. events.All.OfType<Validated>().OrderBy(v => (v.Step, v.Member)).Select(v => v.Loss),
        ];

    static async Task<double[]> NumbersAsync(IPredictor predictor, LearningTask task) =>
        [
            .. (await predictor.PredictAsync(task.Table, task.Split.Test))
                .Cast<Prediction.Answered>()
                .SelectMany(a => a.Probabilities ?? [a.Value, a.Deviation!.Value]),
        ];
}
