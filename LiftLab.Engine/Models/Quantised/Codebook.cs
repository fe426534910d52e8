using LiftLab.Engine.Models.Torch;
using static TorchSharp.torch;

namespace LiftLab.Engine.Models.Quantised;

/// <summary>
/// A list of values between −1 and 1 to which numbers (weights, moments) are quantised. A block of numbers is divided by its largest
/// magnitude, and each quotient is stored as the index of the nearest value; ties go to the lower one.
/// </summary>
public sealed class Codebook
{
    Codebook(string name, float[] values, int blockLength, int perByte) =>
        (Name, Values, BlockLength, PerByte) = (name, values, blockLength, perByte);

    public string Name { get; }

    /// <summary>The values in ascending order.</summary>
    public IReadOnlyList<float> Values { get; }

    /// <summary>Number of consecutive weights that share a scale.</summary>
    public int BlockLength { get; }

    /// <summary>Codes per byte; the first of two is in the upper half.</summary>
    public int PerByte { get; }

    /// <summary>The dynamic 8-bit code of the paper's quantisation, with blocks of 4096.</summary>
    public static Codebook Dynamic8 { get; } = new("int8", Dynamic(signed: true), 4096, 1);

    /// <summary>The same code for the optimiser's first moment, with blocks of 256.</summary>
    public static Codebook SignedMoment { get; } = new("moment1", Dynamic(signed: true), 256, 1);

    /// <summary>
    /// The dynamic code without negative values, with twice as many steps, for the optimiser's second moment, with blocks of 256.
    /// </summary>
    public static Codebook UnsignedMoment { get; } = new("moment2", Dynamic(signed: false), 256, 1);

    /// <summary>
    /// 4-bit NormalFloat: quantiles of the normal distribution (Dettmers et al. 2023, QLoRA, appendix E), with blocks of 64.
    /// </summary>
    public static Codebook NormalFloat4 { get; } =
        new(
            "nf4",
            [
                -1f,
                -0.6961928009986877f,
                -0.5250730514526367f,
                -0.39491748809814453f,
                -0.28444138169288635f,
                -0.18477343022823334f,
                -0.09105003625154495f,
                0f,
                0.07958029955625534f,
                0.16093020141124725f,
                0.24611230194568634f,
                0.33791524171829224f,
                0.44070982933044434f,
                0.5626170039176941f,
                0.7229568362236023f,
                1f,
            ],
            64,
            2
        );

    /// <summary>(256, PerByte): the values of the codes of each byte.</summary>
    internal Tensor Table(Device device)
    {
        var table = new float[256 * PerByte];
        for (var b = 0; b < 256; b++)
            if (PerByte == 1)
                table[b] = Values[b];
            else
                (table[2 * b], table[2 * b + 1]) = (Values[b >> 4], Values[b & 15]);
        return Upload.Of(tensor(table, [256, PerByte]), device);
    }

    /// <summary>Indices of the nearest values, as int32.</summary>
    internal Tensor Nearest(Tensor quotients)
    {
        // midpoints between neighbours: the mean of two float32 values is exact in float64
        var halves = Values.Zip(Values.Skip(1), (a, b) => ((double)a + b) / 2).ToArray();
        return bucketize(quotients.to(ScalarType.Float64), Upload.Of(tensor(halves), quotients.device), true, false);
    }

    // for i = 0 to 6: the centres of 2^i equal steps from 0.1 to 1 (twice as many without negative values), times ±10^(i−6); then 0 and 1
    static float[] Dynamic(bool signed)
    {
        var values = new List<double> { 0, 1 };
        for (var i = 0; i < 7; i++)
        {
            var steps = signed ? 1 << i : 2 << i;
            for (var k = 0; k < steps; k++)
            {
                var centre = 0.1 + 0.9 * (k + 0.5) / steps;
                values.Add(Math.Pow(10, i - 6) * centre);
                if (signed)
                    values.Add(-Math.Pow(10, i - 6) * centre);
            }
        }
        return [.. values.Order().Select(v => (float)v)];
    }
}
