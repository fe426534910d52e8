using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Pretraining;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Contracts;

namespace LiftLab.Tests.Engine.InContext;

/// <summary>
/// The contracts of in-context prediction hold for any weights: they are tested with random ones, which are there in no time.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class InContextTests : IAsyncLifetime
{
    const TaskKind Classes = TaskKind.Classification;

    readonly string folder = Directory.CreateTempSubdirectory("context").FullName;

    public async Task InitializeAsync() =>
        await new Pretrainer(
            new()
            {
                Width = 16,
                Layers = 1,
                Heads = 2,
                Rotary = 4,
                Deviation = 0.3,
                TokenDeviation = 1,
            },
            TimeProvider.System
        ).RunAsync(folder, false, null, default);

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    InContextLearner Learner(InContextSettings? settings = null) => new((settings ?? new() { Contexts = 4 }) with { Model = folder });

    [Fact]
    public async Task It_keeps_the_laws_of_every_learner()
    {
        await LearnerLaws.Same_seed_same_predictions(Learner(), Classes);
        await LearnerLaws.Test_targets_are_not_looked_at(Learner(), Classes);
        await LearnerLaws.Cancel_is_honoured(Learner(), Classes);
        await LearnerLaws.Unseen_categories_and_missing_cells_get_an_answer(Learner(), Classes);
        await LearnerLaws.Missing_cells_in_training_are_no_obstacle(Learner(), Classes);
        await LearnerLaws.One_feature_is_enough(Learner(), Classes);
        await LearnerLaws.A_constant_feature_does_no_harm(Learner(), Classes);
    }

    /// <summary>
    /// Also where contexts are of neighbours: small ones, so that several are needed. Sums in single precision come in another order when
    /// other rows are asked.
    /// </summary>
    [Fact]
    public async Task Predictions_do_not_depend_on_the_rows_beside_them()
    {
        var task = LearnerLaws.Task(Classes);
        using var predictor = await Learner(
                new()
                {
                    Contexts = 6,
                    Tokens = 60,
                    Neighbours = 0.5,
                }
            )
            .FitAsync(task, 1);
        var together = Shares(await predictor.PredictAsync(task.Table, task.Split.Test));
        for (var i = 0; i < together.Length; i++)
        {
            var alone = Shares(await predictor.PredictAsync(task.Table, [task.Split.Test[i]]))[0];
            Assert.Equal(1, alone.Sum(), 1e-6);
            for (var k = 0; k < alone.Length; k++)
                Assert.Equal(together[i][k], alone[k], 1e-4);
        }
    }

    [Fact]
    public async Task Other_settings_are_another_question_to_the_same_task()
    {
        var task = LearnerLaws.Task(Classes);
        var shares = new List<double[][]>();
        foreach (var _ in new[] { 1, 2 })
        {
            using var predictor = await Learner(new() { Contexts = 4 }).FitAsync(task, 1);
            shares.Add(Shares(await predictor.PredictAsync(task.Table, task.Split.Test)));
        }
        Assert.Equal(shares[0], shares[1]);
        using var other = await Learner(new() { Contexts = 5 }).FitAsync(task, 1); // other settings are another question
        Assert.NotEqual(shares[0], Shares(await other.PredictAsync(task.Table, task.Split.Test)));
    }

    [Fact]
    public async Task The_seed_decides_and_nothing_else()
    {
        var shares = new List<double[][]>();
        foreach (var seed in new[] { 1, 1, 2 })
        {
            var task = LearnerLaws.Task(Classes); // anew: a task's answers are kept
            using var predictor = await Learner().FitAsync(task, seed);
            shares.Add(Shares(await predictor.PredictAsync(task.Table, task.Split.Test)));
        }
        Assert.Equal(shares[0], shares[1]);
        Assert.NotEqual(shares[0], shares[2]);
    }

    /// <summary>The cached context with masked rows behind it must say what a plain pass over context and question says.</summary>
    [Fact]
    public async Task The_cached_context_gives_what_a_plain_pass_gives() =>
        await LiftLab.Engine.Models.Torch.TorchThread.Run(
            "test",
            () =>
            {
                var (model, tokenizer) = ModelByName.Load(folder);
                using (model)
                {
                    int[] context = tokenizer.Encode("<10><20>###0@@@<80><90>###1@@@");
                    int[][] questions = [tokenizer.Encode("<12><22>###"), tokenizer.Encode("<81>###"), tokenizer.Encode("<50><60><70>###")];
                    int[] answers = [tokenizer.Encode("0")[0], tokenizer.Encode("1")[0]];
                    using var scorer = new ContextScorer(model, context, 4);
                    var cached = scorer.Ask(questions, answers);
                    var plain = new LabelScorer(model, [.. answers.Select(a => new[] { a })]).Score([
                        .. questions.Select(q => (int[])[.. context, .. q]),
                    ]);
                    for (var i = 0; i < questions.Length; i++)
                        Assert.Equal(LabelScorer.Probabilities(plain[i])[0], cached[i][0], 1e-4);
                }
                return true;
            }
        );

    [Fact]
    public void A_draw_holds_training_rows_once_fits_its_room_and_covers_every_class()
    {
        var tokenizer = new ByteTokenizer();
        var task = LearnerLaws.Task(Classes);
        var coded = CodedRows.Fit(task, tokenizer);
        CodedCell[][] train = [.. task.Split.Train.Select(r => coded.Of(task.Table, r))];
        int[] classes = [.. train.Select((_, i) => i % 13)];
        var settings = new InContextSettings
        {
            Tokens = 90,
            Features = 2,
            Neighbours = 0.5,
        };
        for (var number = 0; number < 20; number++)
        {
            var draw = ContextDraw.Make(coded, train, new ClassTargets(classes, 13), null, settings, 5, number);
            Assert.Equal(2, draw.Features.Distinct().Count());
            Assert.Equal(draw.Contexts.Count, draw.Codes.Count);
            Assert.All(
                draw.Codes.Zip(draw.Contexts),
                pair =>
                {
                    var (codes, rows) = pair;
                    int[] present = [.. rows.Select(r => classes[r]).Distinct()];
                    Assert.Equal(rows.Length, codes.OfRows.Length);
                    Assert.Equal(present.Length, rows.Zip(codes.OfRows).DistinctBy(p => classes[p.First]).Count()); // a class has one code
                    Assert.All(codes.OfRows, c => Assert.Contains(c, codes.Used));
                    // of a row's code, its class has a part, and all parts of a code are one
                    Assert.All(
                        rows.Zip(codes.OfRows),
                        p => Assert.True(codes.Meaning[Array.IndexOf(codes.Used, p.Second)][classes[p.First]] > 0)
                    );
                    Assert.All(codes.Meaning, m => Assert.Equal(1, m.Sum(), 1e-12));
                    if (draw.Centres.Length > 0 && present.Length <= ContextCodes.Count)
                    {
                        // among neighbours each class that is there has a code of its own, and no other has one
                        Assert.Equal(present.Length, codes.Used.Length);
                        Assert.All(Enumerable.Range(0, 13).Except(present), c => Assert.All(codes.Meaning, m => Assert.Equal(0, m[c])));
                    }
                    else
                        Assert.Equal(ContextCodes.Count, codes.Used.Length);
                }
            );
            Assert.Equal(number % 2 == 1, draw.Centres.Length > 0);
            Assert.All(
                draw.Contexts,
                rows =>
                {
                    Assert.Equal(rows.Length, rows.Distinct().Count());
                    Assert.True(rows.Length * 5 <= 90);
                    Assert.All(rows, r => Assert.InRange(r, 0, train.Length - 1));
                }
            );
            for (var c = 0; c < draw.Centres.Length; c++)
                Assert.Contains(draw.Centres[c], draw.Contexts[c]);
        }
    }

    [Fact]
    public void A_draw_has_as_many_contexts_of_neighbours_as_rows_ask_for_and_settings_allow()
    {
        var task = LearnerLaws.Task(Classes);
        var coded = CodedRows.Fit(task, new ByteTokenizer());
        CodedCell[][] train = [.. task.Split.Train.Select(r => coded.Of(task.Table, r))];
        int Contexts(int centres) =>
            ContextDraw
                .Make(
                    coded,
                    train,
                    new ClassTargets(new int[train.Length], 2),
                    null,
                    new()
                    {
                        Tokens = 60,
                        Features = 2,
                        Neighbours = 1,
                        Centres = centres,
                    },
                    5,
                    0
                )
                .Contexts.Count;
        Assert.Equal((int)Math.Ceiling(2.0 * train.Length / 12), Contexts(256)); // 60 tokens, five a row
        Assert.Equal(3, Contexts(3));
    }

    [Fact]
    public void Features_that_say_more_about_the_class_are_drawn_more_often()
    {
        var task = LearnerLaws.Task(Classes);
        var coded = CodedRows.Fit(task, new ByteTokenizer());
        CodedCell[][] train = [.. task.Split.Train.Select(r => coded.Of(task.Table, r))];
        var relevance = Enumerable.Range(0, coded.Features).Select(f => f == 1 ? 1 : 0.05).ToArray();
        int Drawn(double[]? by) =>
            Enumerable
                .Range(0, 100)
                .Count(n =>
                    ContextDraw.Make(coded, train, new ClassTargets(new int[train.Length], 2), by, new() { Features = 1 }, 5, n).Features[0]
                    == 1
                );
        Assert.InRange(Drawn(null), 100 / coded.Features / 2, 100 / coded.Features * 2);
        // of two features, one of relevance 1 and one of 0.05, the first comes first in 20 of 21 draws; of more, in 1 / (1 + 0.05 more)
        Assert.InRange(Drawn(relevance), 80, 100);
    }

    [Fact]
    public void Relevance_is_the_information_of_a_feature_and_the_class()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 400).Select(_ => new[] { random.Next(100), random.Next(100), 7, random.Next(2) }).ToArray();
        int[] classes = [.. rows.Select(r => r[0] < 50 ? 0 : 1)];
        var relevance = FeatureRelevance.Of(rows, classes, 2, 1);
        Assert.Equal(1, relevance[0]);
        Assert.All(relevance[1..], r => Assert.Equal(0.05, r)); // noise, a constant, a coin: the least there is
        int[] partly = [.. rows.Select(r => random.NextDouble() < 0.8 ? r[3] : random.Next(2))];
        Assert.InRange(FeatureRelevance.Of(rows, [.. partly.Select((c, i) => i % 2 == 0 ? c : classes[i])], 2, 0.5)[3], 0.06, 1);
        Assert.All(
            FeatureRelevance.Of(
                [
                    [1, 2],
                    [1, 2],
                ],
                [0, 1],
                2,
                1
            ),
            r => Assert.Equal(1, r)
        ); // nothing says anything: all alike
    }

    [Fact]
    public async Task More_classes_than_digits_are_told_apart_by_sharing_codes()
    {
        var task = LearnerLaws.Task(Classes, target: (row, _) => "class " + (char)('a' + row % 13));
        using var predictor = await Learner().FitAsync(task, 1);
        var shares = Shares(await predictor.PredictAsync(task.Table, task.Split.Test));
        Assert.All(shares, s => Assert.Equal(13, s.Length));
        Assert.All(shares, s => Assert.Equal(1, s.Sum(), 1e-6));
    }

    [Fact]
    public async Task The_average_is_the_mean_of_both_and_keeps_the_laws()
    {
        var recipe = FineTunePresets.ForLiftMini with { Members = 1, MinimumSteps = 5, MaximumSteps = 5, Epochs = 1 };
        LiftLearner Tuned() => new(LiftSettings.Default(Classes) with { Recipe = recipe }, new(""), TimeProvider.System);
        AverageLearner Both() => new(Tuned(), Learner());
        await LearnerLaws.Same_seed_same_predictions(Both(), Classes);
        await LearnerLaws.Test_targets_are_not_looked_at(Both(), Classes);

        var task = LearnerLaws.Task(Classes);
        using var tuned = await Tuned().FitAsync(task, 1);
        using var context = await Learner().FitAsync(task, 1);
        using var both = await Both().FitAsync(task, 1);
        var (a, b, mean) = (
            Shares(await tuned.PredictAsync(task.Table, task.Split.Test)),
            Shares(await context.PredictAsync(task.Table, task.Split.Test)),
            Shares(await both.PredictAsync(task.Table, task.Split.Test))
        );
        for (var i = 0; i < mean.Length; i++)
        for (var k = 0; k < mean[i].Length; k++)
            Assert.Equal((a[i][k] + b[i][k]) / 2, mean[i][k], 1e-6);
    }

    /// <summary>
    /// The shipped network: well-parted groups without any training, and both base models within the size that a repository can carry.
    /// </summary>
    [Fact]
    public async Task The_shipped_network_tells_well_parted_groups_apart()
    {
        await LearnerLaws.Classes_are_words_and_may_be_missing_from_training(new InContextLearner(new()));
        var models = Path.Combine(AppContext.BaseDirectory, "data", "models");
        Assert.True(new DirectoryInfo(models).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length) < 12_000_000);
        foreach (var name in (string[])[LiftSettings.BuiltIn, InContextSettings.BuiltIn])
        {
            Assert.True(File.Exists(Path.Combine(models, name, "README.md")));
            Assert.Equal(name, PretrainRecipe.Parse(await File.ReadAllTextAsync(Path.Combine(models, name, Pretrainer.RecipeFile))).Name);
        }
    }

    [Theory]
    [InlineData("""{"contexts": 0}""")]
    [InlineData("""{"neighbors": 0.5}""")]
    [InlineData("""{"centres": 0}""")]
    [InlineData("""{"relevance": -1}""")]
    [InlineData("""{"steps": 11}""")]
    public void Wrong_settings_are_refused(string json) =>
        Assert.Throws<ArgumentException>(() =>
            InContextSettings.Parse((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(json)!)
        );

    static double[][] Shares(IReadOnlyList<Prediction> predictions) =>
        [.. predictions.Select(p => (double[])[.. ((Prediction.Answered)p).Probabilities!])];
}
