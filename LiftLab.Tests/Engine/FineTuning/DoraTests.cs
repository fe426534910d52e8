using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Models;
using LiftLab.Engine.Models.Adapters;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Quantised;
using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Tests.Engine.FineTuning;

public sealed class DoraTests : IDisposable
{
    static readonly LoraShape Shape = new(3, Alpha: 6, Dora: true);
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-dora-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static LoraLinear Layer(bool moved)
    {
        manual_seed(3);
        var layer = new LoraLinear(
            "l",
            new DenseLinear(5, 4, new Weight("l.weight", randn(4, 5)), new Weight("l.bias", randn(4))),
            Shape,
            new Mode(),
            CPU,
            ScalarType.Float32
        );
        if (!moved)
            return layer;
        using (no_grad())
        {
            layer.Up.Value.AddInPlace(randn(4, 3), 0.3);
            layer.Magnitude!.Weight.Value.MultiplyInPlace(1.5);
        }
        return layer;
    }

    static double[] Numbers(Tensor t) => [.. t.detach().reshape(-1).data<float>().ToArray().Select(v => (double)v)];

    [Fact]
    public void A_fresh_adapter_changes_nothing_and_its_magnitudes_are_the_rows_lengths()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(moved: false);
        var x = randn(6, 5);
        Models.Close.To(layer.Base.Forward(x).data<float>().ToArray(), layer.Forward(x), 1e-6);
        var weight = Numbers(((DenseLinear)layer.Base).Weight.Value);
        Assert.Equal(
            Enumerable.Range(0, 4).Select(o => Math.Sqrt(weight.Skip(o * 5).Take(5).Sum(w => w * w))),
            Numbers(layer.Magnitude!.Weight.Value),
            (a, b) => Math.Abs(a - b) < 1e-5
        );
    }

    /// <summary>The paper's formula in plain numbers, the norm held where it is: its finite differences are the gradients.</summary>
    [Fact]
    public void Output_and_gradients_are_the_papers()
    {
        using var scope = NewDisposeScope();
        using var layer = Layer(moved: true);
        var x = randn(6, 5);
        var share = randn(6, 4);
        var y = layer.Forward(x);
        (y * share).sum().backward();

        var (w, bias, xs, shares) = (
            Numbers(((DenseLinear)layer.Base).Weight.Value),
            Numbers(layer.Bias!.Value),
            Numbers(x),
            Numbers(share)
        );
        double[] a = Numbers(layer.Down.Value),
            b = Numbers(layer.Up.Value),
            m = Numbers(layer.Magnitude!.Weight.Value);
        double Row(int o, int i) => w[o * 5 + i] + 2 * Enumerable.Range(0, 3).Sum(r => b[o * 3 + r] * a[r * 5 + i]);
        double[] norms = [.. Enumerable.Range(0, 4).Select(o => Math.Sqrt(Enumerable.Range(0, 5).Sum(i => Row(o, i) * Row(o, i))))];
        double Out(int n, int o) => m[o] / norms[o] * Enumerable.Range(0, 5).Sum(i => Row(o, i) * xs[n * 5 + i]) + bias[o];
        double Loss() => Enumerable.Range(0, 6).Sum(n => Enumerable.Range(0, 4).Sum(o => Out(n, o) * shares[n * 4 + o]));

        var expected = Enumerable.Range(0, 24).Select(k => Out(k / 4, k % 4)).ToArray();
        Assert.Equal(expected, Numbers(y), (p, q) => Math.Abs(p - q) < 1e-4);
        foreach (var (weight, numbers) in new[] { (layer.Down, a), (layer.Up, b), (layer.Magnitude.Weight, m) })
        {
            var gradient = Numbers(weight.Value.grad!);
            for (var k = 0; k < numbers.Length; k++)
            {
                var was = numbers[k];
                numbers[k] = was + 1e-5;
                var up = Loss();
                numbers[k] = was - 1e-5;
                var slope = (up - Loss()) / 2e-5;
                numbers[k] = was;
                Assert.True(
                    Math.Abs(slope - gradient[k]) < 2e-3 * Math.Max(1, Math.Abs(slope)),
                    $"{weight.Name}[{k}]: {slope} and {gradient[k]}"
                );
            }
        }
    }

    [Theory, InlineData("tiny-gptj"), InlineData("tiny-gpt2")]
    public void A_merged_model_computes_what_the_adapted_one_did_and_the_saved_adapter_what_it_did_before(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        LanguageModel Fresh() => ModelFolder.Load(Models.Golden.Of(name).Folder);
        using var model = Fresh();
        LoraAdapter.Attach(model, name == "tiny-gptj" ? new(Shape) : new(Shape, ["c_attn", "c_fc"]), 7);
        foreach (var weight in model.Trainable)
            weight.Value.AddInPlace(0.03);
        var ids = tensor(new long[] { 40, 41, 42, 5 }, [1, 4]);
        var expected = model.Logits(ids).data<float>().ToArray();

        LoraAdapter.Save(model, folder, "base");
        Assert.Contains("\"use_dora\": true", File.ReadAllText(Path.Combine(folder, LoraAdapter.ConfigFile)), StringComparison.Ordinal);
        using (var file = SafeTensors.Open(Path.Combine(folder, LoraAdapter.WeightsFile)))
            Assert.Contains(
                file.Entries,
                e =>
                    e.Name.StartsWith("base_model.model.transformer.h.0.", StringComparison.Ordinal)
                    && e.Name.EndsWith(".lora_magnitude_vector", StringComparison.Ordinal)
            );
        using var loaded = Fresh();
        LoraAdapter.Load(loaded, folder);
        Models.Close.To(expected, loaded.Logits(ids), 1e-6);

        AdapterMerge.Apply(model);
        Assert.DoesNotContain(model.Weights, w => w.Name.Contains("lora", StringComparison.Ordinal));
        Models.Close.To(expected, model.Logits(ids), 1e-4);
    }

    [Fact]
    public void On_a_quantised_base_the_magnitudes_are_those_of_its_rounded_rows()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = TinyModel.Create();
        Quantisation.Apply(model, Codebook.NormalFloat4);
        var ids = tensor(new long[] { 40, 41, 42, 5 }, [1, 4]);
        var expected = model.Logits(ids).data<float>().ToArray();
        LoraAdapter.Attach(model, new(Shape), 7);
        Models.Close.To(expected, model.Logits(ids), 1e-5);
    }
}
