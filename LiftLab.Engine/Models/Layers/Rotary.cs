using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Layers;

/// <summary>
/// Rotary position embedding: pair i of a head's dimensions is rotated by position · base^(−2i/r), r the rotary width. Dimensions beyond r
/// are not rotated. Interleaved pairs are adjacent in memory and are viewed as complex numbers, so that one product rotates a whole tensor.
/// </summary>
public sealed class Rotary(RotaryStyle style, int headWidth, int rotaryWidth, double frequencyBase, RotaryScaling? scaling = null)
    : IDisposable
{
    Tensor? table;

    /// <summary>The rotations for a plan's positions, computed once per forward pass and shared by all layers.</summary>
    /// <returns>Interleaved: complex (B|1,T,1,headWidth/2). Halves: cosines over sines, (2,B|1,T,1,r/2).</returns>
    public Tensor Turns(AttentionPlan plan, int queries, Device device)
    {
        if (table is null || table.shape[style == RotaryStyle.Interleaved ? 0 : 1] < plan.PositionBound || table.device_type != device.type)
            Fill(plan.PositionBound, device);
        if (style == RotaryStyle.Interleaved)
            return plan.Positions is null
                ? table!.narrow(0, plan.FirstPosition, queries).unsqueeze(0).unsqueeze(2)
                : table!.index_select(0, plan.Positions.reshape(-1)).view(plan.Positions.shape[0], queries, 1, -1);
        return plan.Positions is null
            ? table!.narrow(1, plan.FirstPosition, queries).unsqueeze(1).unsqueeze(3)
            : table!.index_select(1, plan.Positions.reshape(-1)).view(2, plan.Positions.shape[0], queries, 1, -1);
    }

    /// <param name="x">(B,T,H,headWidth)</param>
    public Tensor Turn(Tensor x, Tensor turns)
    {
        if (style == RotaryStyle.Interleaved)
        {
            // complex bfloat16 does not exist; rotating in float32 is also more exact
            var wide = x.dtype == ScalarType.Float32 ? x : x.to(ScalarType.Float32);
            var turned = wide.view(x.shape[0], x.shape[1], x.shape[2], headWidth / 2, 2)
                .view_as_complex()
                .mul(turns)
                .view_as_real()
                .flatten(3);
            return x.dtype == ScalarType.Float32 ? turned : turned.to(x.dtype);
        }
        var half = rotaryWidth / 2;
        var (cosines, sines) = (turns.select(0, 0), turns.select(0, 1));
        if (x.dtype != ScalarType.Float32)
            (cosines, sines) = (cosines.to(x.dtype), sines.to(x.dtype));
        var (first, second) = (x.narrow(3, 0, half), x.narrow(3, half, half));
        Tensor[] parts = [first * cosines - second * sines, (second * cosines).Plus(first * sines)];
        return cat(rotaryWidth == headWidth ? parts : [.. parts, x.narrow(3, rotaryWidth, headWidth - rotaryWidth)], 3);
    }

    void Fill(int positions, Device device)
    {
        positions = Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)positions));
        var pairs = style == RotaryStyle.Interleaved ? headWidth / 2 : rotaryWidth / 2;
        var (cosines, sines) = (new float[positions * pairs], new float[positions * pairs]);
        for (var i = 0; i < pairs; i++)
        {
            var frequency = 2 * i < rotaryWidth ? Math.Pow(frequencyBase, -2.0 * i / rotaryWidth) : 0;
            frequency = scaling?.Apply(frequency) ?? frequency;
            for (var p = 0; p < positions; p++)
                (cosines[p * pairs + i], sines[p * pairs + i]) = ((float)Math.Cos(p * frequency), (float)Math.Sin(p * frequency));
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var both = stack(
            [tensor(cosines, [positions, pairs]), tensor(sines, [positions, pairs])],
            style == RotaryStyle.Interleaved ? 2 : 0
        );
        table?.Dispose();
        table = Upload.Of(style == RotaryStyle.Interleaved ? both.view_as_complex().clone() : both, device).DetachFromDisposeScope();
    }

    public void Dispose() => table?.Dispose();
}
