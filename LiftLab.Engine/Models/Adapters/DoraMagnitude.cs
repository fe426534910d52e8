using LiftLab.Engine.Models.Layers;
using LiftLab.Engine.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Adapters;

/// <summary>
/// Trainable magnitudes of an adapted layer's rows, separate from their directions (Liu et al. 2024, DoRA, §4.1 and §4.3): y = m / ‖W + s B
/// A‖ · (W + s B A) x, with row-wise norms and m initialised to ‖W‖. As in the paper, the norm is a constant in the backward pass. The
/// squared norms are computed without materialising the sum, as ‖W‖² + 2 s B·(W Aᵀ) + s² B (A Aᵀ) Bᵀ, so that a quantised base is not
/// dequantised.
/// </summary>
public sealed class DoraMagnitude : IDisposable
{
    readonly Tensor squares; // ‖W‖² of the base's rows (out)

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

    /// <summary>‖W + s B A‖ per row (out), without gradient.</summary>
    internal Tensor Norms(LoraLinear layer)
    {
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        var (a, b) = (layer.Down.Value.detach(), layer.Shape.Scaled(layer.Up.Value.detach()));
        // on a 16-bit base W Aᵀ is computed in 16 bits; the error is small because this term is a small part of the norm
        var across = (layer.Base.Product(a.As(layer.Kind)).to(ScalarType.Float32).t() * b).sum([1]);
        var inner = (b.mm(a.mm(a.t())) * b).sum([1]);
        return squares.Plus(across).AddInPlace(across).AddInPlace(inner).AtLeast(1e-24).sqrt().MoveToOuterDisposeScope();
    }

    // W is read in blocks of columns as products with unit vectors, which works for every storage format
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
            var columns = frozen.Product(Upload.Of(units, [count, frozen.Inputs], device).As(kind)).to(ScalarType.Float32);
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
