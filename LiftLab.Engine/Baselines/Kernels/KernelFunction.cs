using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>x·y, or exp(-γ‖x−y‖²).</summary>
/// <param name="Gamma">Null for the linear kernel.</param>
readonly record struct KernelFunction(double? Gamma)
{
    /// <summary>Kernel values of all rows of a with all rows of b. Shape (a.Rows, b.Rows).</summary>
    public Matrix Between(Matrix a, Matrix b)
    {
        var k = new Matrix(a.Rows, b.Rows);
        Gemm.MultiplyTransposedAdd(a.Rows, b.Rows, a.Columns, a.Data, a.Columns, b.Data, b.Columns, k.Data, b.Rows, 1.0);
        if (Gamma is not { } gamma)
            return k;
        var norms = Norms(b);
        for (var r = 0; r < a.Rows; r++)
        {
            var row = k[r];
            var own = TensorPrimitives.SumOfSquares<double>(a[r]);
            TensorPrimitives.MultiplyAdd(row, -2.0, norms, row);
            TensorPrimitives.Add(row, own, row);
            TensorPrimitives.Max(row, 0.0, row);
            TensorPrimitives.Multiply(row, -gamma, row);
            TensorPrimitives.Exp(row, row);
        }
        return k;
    }

    public static double[] Norms(Matrix x)
    {
        var norms = new double[x.Rows];
        for (var r = 0; r < norms.Length; r++)
            norms[r] = TensorPrimitives.SumOfSquares<double>(x[r]);
        return norms;
    }

    /// <summary>1 / (number of features × variance of all entries), as in scikit-learn's gamma="scale".</summary>
    public static double ScaleGamma(Matrix x)
    {
        var mean = TensorPrimitives.Sum<double>(x.Data) / x.Data.Length;
        var variance = TensorPrimitives.SumOfSquares<double>(x.Data) / x.Data.Length - mean * mean;
        return variance > 1e-300 ? 1 / (x.Columns * variance) : 1;
    }
}
