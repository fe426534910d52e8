using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Torch;
using LiftLab.Engine.Tokens;
using TorchSharp;

namespace LiftLab.Tests.Engine.FineTuning.Training;

/// <summary>A model whose table has few columns learns without the tokens of the others, and has them again afterwards.</summary>
public sealed class SpareColumnsTests
{
    static readonly ByteTokenizer Tokenizer = new(6);

    static LanguageModel Model()
    {
        var model = new LanguageModel(GptJ.Sized(Tokenizer.VocabularySize, 16, 1, 2, 4, 64));
        var start = new Initialisation(0.1);
        start.Apply(model, 3);
        start.OrderLevels(model, Tokenizer.FirstLevelId, Tokenizer.Levels, Tokenizer.LevelColumns, 3);
        model.SetTrainable(true);
        return model;
    }

    static float[] Row(torch.Tensor table, int row) => table.detach().narrow(0, row, 1).contiguous().data<float>().ToArray();

    [Fact]
    public Task What_has_learned_comes_back_in_front_of_what_was_set_aside() =>
        TorchThread.Run(
            "spare",
            () =>
            {
                using var model = Model();
                using var scope = torch.NewDisposeScope();
                var before = model.Tokens.Layer.Weights.First().Value.detach().clone();
                var used = Tokenizer.FirstLevelId + 3 * Tokenizer.Levels;
                using (var spare = SpareColumns.Of(model, Tokenizer, 2))
                {
                    Assert.NotNull(spare);
                    Assert.Equal(used, model.Tokens.Layer.Weights.First().Value.shape[0]);
                    Assert.All(model.Tokens.Layer.Weights, w => Assert.True(w.Trainable));
                    using var frozen = torch.no_grad();
                    foreach (var weight in model.Tokens.Layer.Weights.Concat(model.Linears.Last().Layer.Weights))
                        weight.Value.Fill(0.5);
                }
                var after = model.Tokens.Layer.Weights.First().Value;
                Assert.Equal(Tokenizer.VocabularySize, after.shape[0]);
                Assert.Equal(0.5f, Row(after, used - 1)[0]);
                Assert.Equal(Row(before, used), Row(after, used));
                Assert.Equal(0.5f, Row(model.Linears.Last().Layer.Bias!.Value.unsqueeze(1), 0)[0]);
                Assert.Equal(-20f, Row(model.Linears.Last().Layer.Bias!.Value.unsqueeze(1), used)[0]);
                return true;
            }
        );

    /// <summary>Tokens that no answer has take nothing from the answers' shares: with and without them the losses are the same.</summary>
    [Fact]
    public Task Losses_are_those_of_the_whole_vocabulary() =>
        TorchThread.Run(
            "spare",
            () =>
            {
                using var model = Model();
                TrainingRow[] rows =
                [
                    TrainingRow.Completion(Tokenizer.Encode("<1:07><2:90>###"), Tokenizer.Encode("b@@@")),
                    TrainingRow.Completion(Tokenizer.Encode("<1:50><2:12>###"), Tokenizer.Encode("a@@@")),
                ];
                var whole = Objective.Mean(model, rows, 2);
                using var spare = SpareColumns.Of(model, Tokenizer, 2);
                Assert.Equal(whole, Objective.Mean(model, rows, 2), 1e-5);
                return true;
            }
        );

    [Fact]
    public Task A_table_of_as_many_columns_keeps_them_all() =>
        TorchThread.Run(
            "spare",
            () =>
            {
                using var model = Model();
                Assert.Null(SpareColumns.Of(model, Tokenizer, 6));
                Assert.Null(SpareColumns.Of(model, new ByteTokenizer(), 2));
                return true;
            }
        );

    /// <summary>Near levels of a column lie near each other, and columns tell themselves apart.</summary>
    [Fact]
    public Task Columns_start_with_the_ordinal_code_turned_their_own_way() =>
        TorchThread.Run(
            "spare",
            () =>
            {
                using var model = Model();
                using var scope = torch.NewDisposeScope();
                var table = model.Tokens.Layer.Weights.First().Value.detach();
                double Distance(string a, string b) =>
                    Math.Sqrt(
                        Row(table, Tokenizer.Encode(a)[0])
                            .Zip(Row(table, Tokenizer.Encode(b)[0]), (x, y) => (double)(x - y) * (x - y))
                            .Sum()
                    );
                Assert.True(Distance("<1:50>", "<1:51>") < 0.3 * Distance("<1:50>", "<1:90>"));
                Assert.True(Distance("<1:50>", "<2:50>") > 0.3 * Distance("<1:50>", "<1:90>"));
                return true;
            }
        );
}
