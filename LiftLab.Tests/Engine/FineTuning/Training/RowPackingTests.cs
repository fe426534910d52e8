using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Recipes;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Architectures;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Training;

/// <summary>Rows in one line give the loss, the gradients and the curve of padded rows.</summary>
public sealed class RowPackingTests
{
    /// <summary>Rows that share beginnings, a row that continues another, one row twice, and very different lengths.</summary>
    static TrainingRow[] Rows() =>
        [
            Row("3 1 4 1 5 9 2", "6 5"),
            Row("3 1 4 1 5 8", "9 7 9"),
            Row("3 1 4 1 5 9 2 6", "5"),
            Row("2 7", "1 8"),
            Row("2 7", "1 8"),
            Row("2 7", "2"),
            Row("1 6 1 8 0 3 3 9 8 8 7 4 9 8 9 4 8 4 8 2", "0 4"),
            new([7, 7, 7, 7], [7, 7, 7, 7]), // a loss on every token
            new([5], [5]), // nothing predicts its only token
        ];

    static TrainingRow Row(string prompt, string completion) => TrainingRow.Completion(Ids(prompt), Ids(completion));

    static int[] Ids(string text) => [.. text.Split(' ').Select(int.Parse)];

    static RowTree Tree(IReadOnlyList<TrainingRow> rows) =>
        new([.. rows.Select(r => r.Ids[..^1])], [.. rows.Select(r => r.LabelPlaces.Select(t => t - 1).ToArray())]);

    public static TheoryData<string, bool, bool> Models
    {
        get
        {
            var data = new TheoryData<string, bool, bool>();
            foreach (var name in (string[])["gptj", "gpt2", "llama", "gpt_neox", "gpt_neo", "mistral"])
            {
                data.Add(name, false, false);
                data.Add(name, true, false);
            }
            data.Add("gptj", true, true);
            data.Add("gpt2", false, true);
            data.Add("llama", true, true);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Loss_and_gradients_are_those_of_padded_rows(string type, bool adapted, bool recomputed)
    {
        using var scope = NewDisposeScope();
        using LanguageModel padded = Model(type, adapted),
            packed = Model(type, adapted);
        padded.Checkpointing = packed.Checkpointing = recomputed;
        var rows = Rows();
        var expected = Objective.Mean(padded, Batch.Of(rows, CPU));
        expected.backward();
        padded.ThrowIfBackwardFailed();
        var loss = Objective.Mean(packed, Batch.Packed(rows, Tree(rows), CPU));
        loss.backward();
        packed.ThrowIfBackwardFailed();
        Assert.Equal(expected.item<float>(), loss.item<float>(), 1e-5);
        var gradients = padded.Trainable.ToDictionary(w => w.Name, w => w.Value.grad!, StringComparer.Ordinal);
        Assert.NotEmpty(gradients);
        foreach (var weight in packed.Trainable)
            Close.To(gradients[weight.Name].contiguous().data<float>().ToArray(), weight.Value.grad!, 1e-5);
    }

    [Theory]
    [InlineData("gptj", null)]
    [InlineData("gpt2", null)]
    [InlineData("llama", 24)] // several parts a step
    public void The_curve_is_that_of_padded_rows(string type, int? tokensAtOnce)
    {
        TrainingRow[] rows = [.. Rows().Where(r => r.Length > 1)];
        double[] Curve(Packing packing)
        {
            using var model = Model(type, adapted: true);
            var losses = new Collected<LearningEvent>();
            new Trainer(
                model,
                new()
                {
                    Steps = 12,
                    LearningRate = 3e-3,
                    ClipNorm = 1,
                    TokensAtOnce = tokensAtOnce,
                    Packing = packing,
                },
                TimeProvider.System
            ).Run(new ShuffledRows(rows, 5, 1), new() { Progress = losses });
            return [.. losses.All.OfType<TrainingStep>().Select(s => s.Loss)];
        }
        var (padded, packed) = (Curve(Packing.Never), Curve(Packing.Always));
        Assert.Equal(12, padded.Length);
        Assert.NotEqual(padded[0], padded[^1]);
        for (var i = 0; i < padded.Length; i++)
            Assert.Equal(padded[i], packed[i], 2e-4);
    }

    [Fact]
    public void A_token_that_rows_share_is_once_in_the_line_and_read_tokens_are_last()
    {
        var rows = Rows();
        var tree = Tree(rows);
        Assert.True(tree.Count < rows.Sum(r => r.Length - 1));
        for (var r = 0; r < rows.Length; r++)
            foreach (var t in rows[r].LabelPlaces)
            {
                var place = tree.Count - tree.Read + tree.ReadPlace(r, t - 1);
                Assert.Equal((rows[r].Ids[t - 1], t - 1), (tree.Ids[place], tree.Positions[place]));
            }
        Assert.Equal(tree.ReadPlace(3, 1), tree.ReadPlace(4, 1)); // the row that is there twice
        Assert.Equal(tree.Ids, Tree(rows).Ids);
    }

    [Fact]
    public void Rows_are_packed_where_that_saves_a_tenth_of_the_tokens()
    {
        using var small = Model("gptj", adapted: true);
        Assert.Null(new RowPacking(small, Packing.Auto).Of(Rows()).Line); // a small model
        using var large = new LanguageModel(GptJ.Sized(4200, 192, 6, 4, 16, 64));
        Assert.True(large.ParameterCount >= TorchRuntime.LargeModel);
        var packing = new RowPacking(large, Packing.Auto);
        Assert.NotNull(packing.Of(Rows()).Line);
        TrainingRow[] distinct =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(r => TrainingRow.Completion([.. Enumerable.Range(1 + 40 * r, 30)], [.. Enumerable.Range(31 + 40 * r, 3)])),
        ];
        Assert.NotNull(new RowPacking(large, Packing.Always).Of(distinct).Line);
        Assert.Null(packing.Of(distinct).Line); // no padding, nothing shared
        Assert.Null(new RowPacking(large, Packing.Never).Of(Rows()).Line);
        LoraAdapter.Attach(large, new(new(2, Dropout: 0.1)), 1);
        large.Training = true;
        Assert.Null(packing.Of(Rows()).Line); // rows would share dropout
    }

    static LanguageModel Model(string type, bool adapted)
    {
        var config = new JsonObject { ["model_type"] = type, ["vocab_size"] = 50 };
        var entries = type switch
        {
            "gptj" => """{"n_embd":32,"n_layer":3,"n_head":4,"rotary_dim":4,"n_positions":32}""",
            "gpt2" => """{"n_embd":32,"n_layer":3,"n_head":4,"n_positions":32}""",
            "gpt_neo" =>
                """{"hidden_size":32,"num_layers":2,"num_heads":4,"max_position_embeddings":32,"window_size":4,"attention_types":[[["global","local"],1]]}""",
            _ => """{"hidden_size":32,"num_hidden_layers":3,"num_attention_heads":4,"intermediate_size":40,"max_position_embeddings":32}""",
        };
        foreach (var (name, value) in JsonNode.Parse(entries)!.AsObject())
            config[name] = value!.DeepClone();
        if (type is "llama" or "mistral")
            config["num_key_value_heads"] = 2;
        if (type == "mistral")
            config["sliding_window"] = 5;
        if (type == "gpt_neox")
            config["rotary_pct"] = 0.5;
        var model = new LanguageModel(ModelConfig.Parse(config));
        new Initialisation(0.1).Apply(model, 1);
        if (!adapted)
        {
            model.SetTrainable(true);
            return model;
        }
        LoraAdapter.Attach(model, new(new(3, Alpha: 7)), 5);
        using var frozen = no_grad();
        using var generator = new Generator(3);
        foreach (var weight in model.Trainable)
            weight.Value.copy_(randn([.. weight.Value.shape], generator: generator).MultiplyInPlace(0.1));
        return model;
    }
}
