using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Quantised;
using LiftLab.Engine.Models.Torch;
using LiftLab.Tests.Engine.FineTuning;
using static TorchSharp.torch;
using Generator = TorchSharp.torch.Generator;

namespace LiftLab.Tests.Engine.Models;

public sealed class QuantisationTests
{
    public static TheoryData<string> Books => ["int8", "nf4"];

    static Codebook Book(string name) => name == "int8" ? Codebook.Dynamic8 : Codebook.NormalFloat4;

    [Fact]
    public void The_dynamic_code_has_256_values_as_published()
    {
        var values = Codebook.Dynamic8.Values;
        Assert.Equal(256, values.Distinct().Count());
        Assert.Equal(values.Order(), values);
        Assert.Equal((-0.99296875f, 0.99296875f, 1f, 0f), (values[0], values[254], values[255], values[127]));
        Assert.Equal(5.5e-7f, values.Where(v => v > 0).Min());
    }

    [Theory, MemberData(nameof(Books))]
    public void Every_weight_becomes_the_nearest_value_times_the_largest_of_its_block(string name)
    {
        using var scope = NewDisposeScope();
        var book = Book(name);
        using var generator = new Generator(4);
        var value = randn([93, 101], generator: generator); // the last block is cut
        value[0].zero_();
        using var quantised = QuantisedTensor.Of("w", value, book);
        float[] flat = value.data<float>().ToArray(),
            got = quantised.Dequantise(ScalarType.Float32).data<float>().ToArray();
        foreach (var (block, b) in flat.Chunk(book.BlockLength).Select((x, i) => (x, i)))
        {
            var largest = block.Max(Math.Abs);
            for (var i = 0; i < block.Length; i++)
            {
                var quotient = largest == 0 ? 0 : block[i] / largest;
                var nearest = book.Values.MinBy(v => Math.Abs((double)v - quotient)); // the first of two equally near
                Assert.Equal(nearest * largest, got[b * book.BlockLength + i]);
            }
        }
    }

    [Theory, MemberData(nameof(Books))]
    public void Rows_of_a_quantised_matrix_equal_those_of_the_whole(string name)
    {
        using var scope = NewDisposeScope();
        using var quantised = QuantisedTensor.Of("w", randn(50, 97), Book(name));
        var ids = tensor(new long[] { 3, 49, 0, 7 }, [2, 2]);
        var expected = quantised.Dequantise(ScalarType.Float32).index_select(0, ids.reshape(-1)).view(2, 2, 97);
        Assert.True(quantised.Rows(ids, ScalarType.Float32).eq(expected).all().item<bool>());
    }

    [Theory, InlineData("tiny-gptj", "int8"), InlineData("tiny-gptj", "nf4"), InlineData("tiny-gpt2", "int8")]
    public void A_quantised_model_computes_and_learns_as_one_of_its_dequantised_weights(string model, string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(model);
        using var quantised = ModelFolder.Load(golden.Folder, book: Book(name));
        using var dense = ModelFolder.Load(golden.Folder);
        using (no_grad())
            foreach (var weight in Quantisation.Targets(dense))
            {
                using var rounded = QuantisedTensor.Of(weight.Name, weight.Value, Book(name));
                weight.Value.copy_(rounded.Dequantise(ScalarType.Float32));
            }
        LoraPlan plan = new(new(4));
        LoraAdapter.Attach(quantised, plan, 3);
        LoraAdapter.Attach(dense, plan, 3);
        using (no_grad())
        {
            using var generator = new Generator(8);
            foreach (var (a, b) in quantised.Trainable.Zip(dense.Trainable))
                b.Value.copy_(a.Value.AddInPlace(randn(a.Value.shape, generator: generator), 0.1)); // adapters that do something
        }
        var batch = Batch.Of([TrainingRow.Completion([3, 4, 5, 6, 7], [8, 9]), TrainingRow.Completion([3, 4, 5], [1, 9])], CPU);
        foreach (var checkpointing in new[] { false, true })
        {
            quantised.Checkpointing = checkpointing;
            var (q, d) = (Objective.Mean(quantised, batch), Objective.Mean(dense, batch));
            Assert.Equal(d.item<float>(), q.item<float>(), 1e-5);
            foreach (var weight in quantised.Trainable.Concat(dense.Trainable))
                weight.Value.grad = null;
            q.backward();
            quantised.ThrowIfBackwardFailed();
            d.backward();
            foreach (var (a, b) in quantised.Trainable.Zip(dense.Trainable))
                Close.To(b.Value.grad!.data<float>().ToArray(), a.Value.grad!, 1e-5);
        }
    }

    [Fact]
    public void Quantised_weights_refuse_to_learn()
    {
        using var model = TinyModel.Create();
        Quantisation.Apply(model, Codebook.Dynamic8);
        Assert.Contains(
            "quantised",
            Assert.Throws<InvalidOperationException>(() => model.SetTrainable(true)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_adapter_learns_on_an_eight_bit_model()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        Quantisation.Apply(model, Codebook.Dynamic8);
        LoraAdapter.Attach(model, new(new(8)), 1);
        var rows = TinyModel.Rows(64);
        var before = Objective.Mean(model, rows, 32);
        new Trainer(
            model,
            new()
            {
                Epochs = 6,
                LearningRate = 1e-2,
                ClipNorm = 1,
            },
            TimeProvider.System
        ).Run(new ShuffledRows(rows, 16, 3));
        Assert.True(Objective.Mean(model, rows, 32) < 0.4 * before);
    }
}
