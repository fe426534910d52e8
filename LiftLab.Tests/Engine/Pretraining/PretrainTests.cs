using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Pretraining;
using LiftLab.Engine.Tokens;

namespace LiftLab.Tests.Engine.Pretraining;

public sealed class PretrainTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("pretrain").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly PretrainRecipe Small = new()
    {
        Width = 16,
        Layers = 1,
        Heads = 2,
        Rotary = 4,
        Steps = 12,
        TokensPerStep = 128,
        WarmupSteps = 2,
        Stages =
        [
            new()
            {
                Share = 0.5,
                SequenceTokens = 48,
                Repeats = 0.5,
                Tables = new()
                {
                    MaxFeatures = 2,
                    MaxRows = 30,
                    MaxClasses = 2,
                },
            },
            new()
            {
                Share = 0.5,
                SequenceTokens = 64,
                Tables = new() { MaxFeatures = 4, MaxRows = 30 },
            },
        ],
    };

    [Fact]
    public void A_sequence_is_rows_of_one_table_with_labels_on_the_answers_alone()
    {
        var tokenizer = new ByteTokenizer();
        var row = new SequencesOfTables(Small, tokenizer).Sequence(1, 3);
        Assert.Equal(64, row.Length); // cut in front to the stage's length
        var text = tokenizer.Decode(row.Ids);
        Assert.Contains("###", text, StringComparison.Ordinal);
        Assert.EndsWith("@@@", text, StringComparison.Ordinal);
        for (var t = 0; t < row.Length; t++)
            if (row.Labels[t] != TrainingRow.Unlabelled)
                Assert.Equal(row.Ids[t], row.Labels[t]);
        Assert.Equal(TrainingRow.Unlabelled, row.Labels[0]);
    }

    /// <summary>Rows that lie near each other have levels near each other: the spread within a sequence is smaller.</summary>
    [Fact]
    public void Neighbours_come_from_one_corner_of_a_larger_table()
    {
        var tokenizer = new ByteTokenizer(8);
        double Spread(double neighbours)
        {
            var recipe = Small with
            {
                LevelColumns = 8,
                Stages =
                [
                    new()
                    {
                        SequenceTokens = 220,
                        Neighbours = neighbours,
                        Tables = new()
                        {
                            MinFeatures = 2,
                            MaxFeatures = 2,
                            Mixed = 0,
                            Missing = 0,
                        },
                    },
                ],
            };
            var source = new SequencesOfTables(recipe, tokenizer);
            return Enumerable
                .Range(0, 20)
                .Average(n =>
                {
                    var levels = source
                        .Sequence(0, n)
                        .Ids.Where(id => id >= tokenizer.FirstLevelId)
                        .Select(id => (double)((id - tokenizer.FirstLevelId) % tokenizer.Levels))
                        .ToArray();
                    Assert.NotEmpty(levels);
                    return Math.Sqrt(levels.Average(l => l * l) - levels.Average() * levels.Average());
                });
        }
        Assert.InRange(Spread(1) / Spread(0), 0, 0.85);
    }

    [Fact]
    public void Stages_follow_one_another_by_their_shares_or_when_the_loss_is_low()
    {
        List<int> Stages(PretrainRecipe recipe, double loss)
        {
            var (source, stages) = (new SequencesOfTables(recipe, new ByteTokenizer()), new List<int>());
            for (var step = 0; step < recipe.Steps; step++)
            {
                stages.Add(source.Stage);
                source.Rows(step);
                source.Observe(step, loss);
            }
            return stages;
        }
        Assert.Equal([.. Enumerable.Repeat(0, 6), .. Enumerable.Repeat(1, 6)], Stages(Small, 5));
        var patient = Small with { Steps = 400, Stages = [Small.Stages[0] with { EndsBelow = 0.9 }, Small.Stages[1]] };
        Assert.Equal(200, Stages(patient, 5).IndexOf(1));
        Assert.InRange(Stages(patient, 0.1).IndexOf(1), 100, 102); // a stage lasts 100 steps at least
    }

    [Fact]
    public void What_the_stages_have_come_to_survives_a_checkpoint()
    {
        var source = new SequencesOfTables(Small, new ByteTokenizer());
        for (var step = 0; step < 8; step++)
        {
            source.Rows(step);
            source.Observe(step, 5);
        }
        var restored = new SequencesOfTables(Small, new ByteTokenizer());
        restored.Restore(source.Save()!);
        Assert.Equal(1, restored.Stage);
        Assert.Equal(source.Rows(8).Select(r => string.Join(',', r.Ids)), restored.Rows(8).Select(r => string.Join(',', r.Ids)));
    }

    [Fact]
    public async Task A_cut_off_run_goes_on_to_the_same_weights()
    {
        using var cancel = new CancellationTokenSource();
        var stop = new Watcher(s =>
        {
            if (s.Step == 7)
                cancel.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Pretrainer(Small, TimeProvider.System).RunAsync(folder, false, stop, cancel.Token)
        );
        await Assert.ThrowsAsync<IOException>(() => new Pretrainer(Small, TimeProvider.System).RunAsync(folder, false, null, default));
        var resumed = new Watcher(_ => { });
        await new Pretrainer(Small, TimeProvider.System).RunAsync(folder, true, resumed, default);
        var whole = new Watcher(_ => { });
        var other = Path.Combine(folder, "other");
        await new Pretrainer(Small, TimeProvider.System).RunAsync(other, false, whole, default);
        Assert.Equal(8, resumed.Steps[0].Step);
        Assert.Equal(whole.Steps[^1].Loss, resumed.Steps[^1].Loss, 5);
        Assert.Equal(Small.ToJson(), PretrainRecipe.Parse(File.ReadAllText(Path.Combine(other, Pretrainer.RecipeFile))).ToJson());
    }

    [Fact]
    public async Task The_shipped_model_loads_and_its_levels_are_ordered()
    {
        var (near, far) = await TorchThread.Run(
            "test",
            () =>
            {
                var (model, tokenizer) = ModelByName.Load(LiftSettings.BuiltIn);
                using (model)
                {
                    var table = ((TokenEmbedding)model.Tokens.Layer).Weight.Value;
                    double Distance(int a, int b) =>
                        (table[tokenizer.FirstLevelId + a] - table[tokenizer.FirstLevelId + b]).norm().item<float>();
                    return (Distance(50, 51), Distance(50, 80));
                }
            }
        );
        Assert.True(far > 2 * near, $"{near} {far}");
    }

    [Theory]
    [InlineData("{}x")]
    [InlineData("""{"widht": 64}""")]
    [InlineData("""{"width": 30, "heads": 4}""")]
    [InlineData("""{"kernel": 8}""")]
    public void A_wrong_recipe_is_refused(string json) => Assert.Throws<FormatException>(() => PretrainRecipe.Parse(json));

    sealed class Watcher(Action<TrainingStep> then) : IProgress<LearningEvent>
    {
        public List<TrainingStep> Steps { get; } = [];

        public void Report(LearningEvent value)
        {
            if (value is not TrainingStep step)
                return;
            Steps.Add(step);
            then(step);
        }
    }
}
