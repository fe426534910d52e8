using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Adapters;

/// <summary>
/// The magnitudes of an adapted layer's rows, learned apart from their directions: y = m / ‖W + s B A‖ · (W + s B A) x, norms row by row, m
/// starting at ‖W‖. As in the paper, the norm counts as a constant on the way back (Liu et al. 2024, DoRA, §4.1 and §4.3). The norms
/// are found without making the sum: ‖W‖² + 2 s B·(W Aᵀ) + s² B (A Aᵀ) Bᵀ, so that a quantised base needs no memory for it.
/// </summary>
public sealed class DoraMagnitude : IDisposable
{
    readonly Tensor squares; // of the base's rows

    internal DoraMagnitude(string name, LinearLayer frozen, Device device, ScalarType kind)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        squares = (
            device.type == DeviceType.META ? empty([frozen.Outputs], ScalarType.Float32, device) : Squares(frozen, device, kind)
        ).DetachFromDisposeScope();
        Weight = new(name + ".lora_magnitude_vector", squares.sqrt()) { Trainable = true };
    }

    /// <summary>m (out)</summary>
    public Weight Weight { get; }

    /// <summary>m / ‖W + s B A‖ (out)</summary>
    internal Tensor Factors(LoraLinear layer)
    {
        using var scope = NewDisposeScope();
        return (Weight.Value / Norms(layer)).MoveToOuterDisposeScope();
    }

    /// <summary>‖W + s B A‖ of every row, without gradient. (out)</summary>
    internal Tensor Norms(LoraLinear layer)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var (a, b) = (layer.Down.Value.detach(), layer.Shape.Scaled(layer.Up.Value.detach()));
        // on a base of two bytes W Aᵀ is of two bytes; its share of the norm is small
        var across = (layer.Base.Product(a.As(layer.Kind)).to(ScalarType.Float32).t() * b).sum([1]);
        var inner = (b.mm(a.mm(a.t())) * b).sum([1]);
        return squares.Plus(across).AddInPlace(across).AddInPlace(inner).AtLeast(1e-24).sqrt().MoveToOuterDisposeScope();
    }

    // W is read column block by column block, as the product with unit vectors: any layer can do that, whatever lies in memory
    static Tensor Squares(LinearLayer frozen, Device device, ScalarType kind)
    {
        const int Columns = 256;
        var sum = zeros([frozen.Outputs], ScalarType.Float32, device);
        for (var start = 0; start < frozen.Inputs; start += Columns)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Columns, frozen.Inputs - start);
            var units = new float[count * frozen.Inputs];
            for (var i = 0; i < count; i++)
                units[i * frozen.Inputs + start + i] = 1;
            var columns = frozen.Product(tensor(units, [count, frozen.Inputs]).to(device).As(kind)).to(ScalarType.Float32);
            sum.AddInPlace((columns * columns).sum([0]));
        }
        return sum;
    }

    public void Dispose()
    {
        Weight.Dispose();
        squares.Dispose();
    }
}
