using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Models.Files;
using LiftLab.Tests.Engine.Models;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning.Training;

public sealed class ObjectiveTests
{
    [Theory, InlineData("tiny-gptj"), InlineData("tiny-gpt2")]
    public void Loss_and_gradient_norms_equal_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of(name);
        using var model = ModelFolder.Load(golden.Folder);
        model.SetTrainable(true);
        var loss = Objective.Mean(model, Batch.Of(Rows(golden), CPU));
        Assert.Equal(golden.Loss, loss.item<float>(), 1e-4);
        loss.backward();
        var expected = golden.GradientNorms;
        Assert.Equal(expected.Keys.Order(), model.Weights.Select(w => w.Name).Order());
        foreach (var weight in model.Weights)
            Assert.Equal(expected[weight.Name], weight.Value.grad!.norm().item<float>(), 1e-4);
    }

    [Fact]
    public void Recomputed_blocks_give_the_same_loss_and_gradients()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Of("tiny-gptj");
        using var model = ModelFolder.Load(golden.Folder);
        model.SetTrainable(true);
        var batch = Batch.Of(Rows(golden), CPU);
        Tensor[] Gradients(bool checkpointing)
        {
            model.Checkpointing = checkpointing;
            foreach (var weight in model.Weights)
                weight.Value.grad = null;
            Objective.Mean(model, batch).backward();
            model.ThrowIfBackwardFailed();
            return [.. model.Weights.Select(w => w.Value.grad!.clone())];
        }
        var (plain, recomputed) = (Gradients(false), Gradients(true));
        for (var i = 0; i < plain.Length; i++)
            Assert.True(plain[i].equal(recomputed[i]).all().item<bool>());
    }

    [Fact]
    public void Padding_adds_nothing_to_the_loss()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        var rows = TinyModel.Rows(6);
        double sum = 0,
            count = 0;
        foreach (var row in rows)
        {
            var alone = Batch.Of([row], CPU);
            Assert.Null(alone.Mask);
            sum += Objective.Sum(model, alone).item<float>();
            count += alone.TargetCount;
        }
        Assert.NotNull(Batch.Of(rows, CPU).Mask);
        Assert.Equal(sum / count, Objective.Mean(model, Batch.Of(rows, CPU)).item<float>(), 1e-5);
        Assert.Equal(sum / count, Objective.Mean(model, rows, 4), 1e-5);
    }

    [Fact]
    public void Labels_anywhere_in_the_row_are_counted_once_each()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        int[] ids = [5, 6, 7, 8, 9, 10];
        var row = new TrainingRow(ids, [-100, 6, -100, -100, 9, 10]);
        var logs = nn.functional.log_softmax(model.Logits(tensor(new long[] { 5, 6, 7, 8, 9, 10 }, [1, 6])), -1);
        var expected = -(logs[0, 0, 6].item<float>() + logs[0, 3, 9].item<float>() + logs[0, 4, 10].item<float>());
        Assert.Equal(expected, Objective.Sum(model, Batch.Of([row], CPU)).item<float>(), 1e-4);
    }

    static TrainingRow[] Rows(Golden golden)
    {
        var (ids, mask) = (golden.Ids.data<long>().ToArray(), golden.Mask.data<long>().ToArray());
        var width = golden.Labels[0].Length;
        return
        [
            .. golden.Labels.Select(
                (labels, r) =>
                {
                    var start = Enumerable.Range(0, width).First(t => mask[r * width + t] == 1);
                    return new TrainingRow(
                        [.. Enumerable.Range(start, width - start).Select(t => (int)ids[r * width + t])],
                        [.. labels.Skip(start).Select(l => (int)l)]
                    );
                }
            ),
        ];
    }
}
