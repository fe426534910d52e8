using System.Globalization;
using LiftLab.Engine.InContext;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Pretraining;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Contracts;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.Pretraining;

public sealed class KernelStartTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("kernel").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly PretrainRecipe Recipe = new()
    {
        Width = 128,
        Layers = 2,
        Heads = 4,
        Rotary = 12,
        RotaryBase = 20,
        LevelColumns = 8,
        Deviation = 0.05,
        TokenDeviation = 1,
        Kernel = 8,
    };

    [Fact]
    public async Task Before_any_training_a_row_gets_the_class_of_its_like()
    {
        Assert.InRange(await AccuracyAsync(Recipe), 0.85, 1);
        Assert.InRange(await AccuracyAsync(Recipe with { Kernel = 0 }), 0, 0.7); // three classes: a third by chance
    }

    [Fact]
    public void Every_row_of_a_sequence_has_as_many_cells_as_there_are_columns_with_levels()
    {
        var tokenizer = new ByteTokenizer(8);
        var recipe = Recipe with
        {
            Stages =
            [
                new()
                {
                    SequenceTokens = 110,
                    Tables = new()
                    {
                        MinFeatures = 3,
                        MaxFeatures = 12,
                        MaxRows = 40,
                        Regression = 0,
                    },
                },
            ],
        };
        for (var number = 0; number < 5; number++)
        {
            var ids = new SequencesOfTables(recipe, tokenizer).Sequence(0, number).Ids;
            for (var end = 10; end < ids.Length; end += 11)
                Assert.Equal(tokenizer.AnswerEndIds[0], ids[end]);
        }
    }

    [Fact]
    public void A_short_row_begins_again_and_a_long_one_is_cut_and_levels_go_by_places()
    {
        var tokenizer = new ByteTokenizer(4);
        var data = SmallTables.Flowers;
        var coded = new CodedRows(
            TablePrompts.Fit(PromptPresets.Coded, data.Table, data.Schema, SmallTables.Rows(data.Table), SmallTables.FlowerLabels),
            tokenizer
        );
        CodedCell Number(int level) => new(tokenizer.FirstLevelId + level, level);
        CodedCell[] cells = [Number(5), Number(60), new('C', -1), Number(7), Number(99)];
        Assert.Equal([tokenizer.ColumnLevel(0, 60), 'C', tokenizer.ColumnLevel(2, 60), 'C'], coded.InOrder(cells, [1, 2]));
        Assert.Equal(
            [tokenizer.ColumnLevel(0, 99), tokenizer.ColumnLevel(1, 7), 'C', tokenizer.ColumnLevel(3, 60)],
            coded.InOrder(cells, [4, 3, 2, 1, 0])
        );
        Assert.Equal(0.53 * 0.53 + 0.5 * 0.5, coded.Distance(cells, [Number(5), Number(7), new('D', -1)], [0, 1, 2]), 12);
        Assert.Equal([Number(42), new('?', -1)], [coded.Of(data.Table, 0)[0], coded.Of(data.Table, 3)[1]]);
    }

    /// <summary>Of in-context prediction on three classes that lie apart.</summary>
    async Task<double> AccuracyAsync(PretrainRecipe recipe)
    {
        var model = Path.Combine(folder, recipe.Kernel.ToString(CultureInfo.InvariantCulture));
        await new Pretrainer(recipe, TimeProvider.System).RunAsync(model, false, null, default);
        var task = LearnerLaws.Task(TaskKind.Classification);
        using var predictor = await new InContextLearner(new() { Contexts = 4, Model = model }).FitAsync(task, 1);
        var answers = await predictor.PredictAsync(task.Table, task.Split.Test);
        return task.Split.Test.Zip(answers).Count(p => p.Second is Prediction.Answered a && a.Value == task.Targets[p.First])
            / (double)answers.Count;
    }
}
