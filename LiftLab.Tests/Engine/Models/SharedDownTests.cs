using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.Models;

/// <summary>Adapters that share products give the loss and the gradients of adapters that compute each product alone.</summary>
public sealed class SharedDownTests
{
    [Theory]
    [InlineData("tiny-gptj", false)]
    [InlineData("tiny-gptj", true)]
    [InlineData("tiny-gpt2", false)]
    [InlineData("llama", false)]
    [InlineData("llama", true)]
    [InlineData("gpt_neox", false)]
    public void Loss_and_gradients_are_those_of_the_formula(string name, bool recomputed)
    {
        using var scope = NewDisposeScope();
        using LanguageModel fused = Adapted(name, plain: false),
            plain = Adapted(name, plain: true);
        fused.Checkpointing = plain.Checkpointing = recomputed;
        var random = new Random(2);
        TrainingRow[] rows =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i =>
                    TrainingRow.Completion(
                        [.. Enumerable.Range(0, 6 + i).Select(_ => random.Next(50))],
                        [.. Enumerable.Range(0, 3).Select(_ => random.Next(50))]
                    )
                ),
        ];
        var losses = new List<float>();
        foreach (var model in new[] { fused, plain })
        {
            var loss = Objective.Mean(model, Batch.Of(rows, CPU));
            loss.backward();
            model.ThrowIfBackwardFailed();
            losses.Add(loss.item<float>());
        }
        Assert.Equal(losses[1], losses[0], 1e-5);
        var expected = plain.Trainable.ToDictionary(w => w.Name, w => w.Value.grad!, StringComparer.Ordinal);
        Assert.NotEmpty(expected);
        foreach (var weight in fused.Trainable)
            Close.To(expected[weight.Name].contiguous().data<float>().ToArray(), weight.Value.grad!, 2e-6);
    }

    static LanguageModel Adapted(string name, bool plain)
    {
        var model = name.StartsWith("tiny", StringComparison.Ordinal) ? ModelFolder.Load(Golden.Of(name).Folder) : Drawn(name);
        LoraAdapter.Attach(model, new(new(3, Alpha: 7)), 5);
        using (no_grad())
        {
            using var generator = new TorchSharp.torch.Generator(3);
            foreach (var weight in model.Trainable)
                weight.Value.copy_(randn([.. weight.Value.shape], generator: generator).MultiplyInPlace(0.1));
        }
        if (plain)
            foreach (var slot in model.Linears.Where(s => s.Layer is LoraLinear).ToArray())
                slot.Layer = new WrittenFormula((LoraLinear)slot.Layer);
        return model;
    }

    static LanguageModel Drawn(string type)
    {
        var config = new JsonObject
        {
            ["model_type"] = type,
            ["vocab_size"] = 50,
            ["hidden_size"] = 32,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["intermediate_size"] = 40,
            ["max_position_embeddings"] = 32,
        };
        if (type == "gpt_neox")
            config["rotary_pct"] = 0.5;
        if (type == "llama")
            config["num_key_value_heads"] = 2;
        var model = new LanguageModel(ModelConfig.Parse(config));
        new Initialisation(0.1).Apply(model, 1);
        return model;
    }

    /// <summary>base(x) + s · B(A(x)) in separate steps, none of them in place.</summary>
    sealed class WrittenFormula(LoraLinear layer) : LinearLayer(layer.Inputs, layer.Outputs)
    {
        public override IEnumerable<Weight> Weights => layer.Weights;
        public override Weight? Bias => layer.Bias;

        public override Tensor Forward(Tensor x) => layer.Base.Forward(x).Plus(Low(x));

        public override Tensor Product(Tensor x) => layer.Base.Product(x).Plus(Low(x));

        Tensor Low(Tensor x) => nn.functional.linear(nn.functional.linear(x, layer.Down.Value), layer.Up.Value).Times(layer.Shape.Scale);
    }
}
