using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// Negative log marginal likelihood of a Gaussian process as a function of (log variance, log length scale), with its gradient.
/// </summary>
sealed class MarginalLikelihood
{
    const int Block = 48;
    readonly int n;
    readonly double[] y,
        dual;
    readonly double noise;
    readonly Matrix distances,
        correlation,
        factor,
        inverse;
    readonly CancellationToken cancel;

    public MarginalLikelihood(Matrix x, double[] y, double noise, CancellationToken cancel)
    {
        (this.y, this.noise, this.cancel, n) = (y, noise, cancel, x.Rows);
        distances = new Matrix(n, n); // squared
        Gemm.MultiplyTransposedAdd(n, n, x.Columns, x.Data, x.Columns, x.Data, x.Columns, distances.Data, n, -2.0);
        var norms = KernelFunction.Norms(x);
        for (var r = 0; r < n; r++)
        {
            TensorPrimitives.Add(distances[r], norms, distances[r]);
            TensorPrimitives.Add(distances[r], norms[r], distances[r]);
            TensorPrimitives.Max(distances[r], 0.0, distances[r]);
            distances[r][r] = 0;
        }
        (correlation, factor, inverse, dual) = (new Matrix(n, n), new Matrix(n, n), new Matrix(n, n), new double[n]);
    }

    public double Negative(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        double variance = Math.Exp(theta[0]),
            squaredLength = Math.Exp(2 * theta[1]);
        for (var r = 0; r < n; r++)
        {
            var row = correlation[r][..(r + 1)];
            TensorPrimitives.Multiply(distances[r][..(r + 1)], -0.5 / squaredLength, row);
            TensorPrimitives.Exp(row, row);
            TensorPrimitives.Multiply(row, variance, factor[r][..(r + 1)]);
            factor[r][r] += noise;
        }
        if (!Cholesky.TryFactor(factor, 0, cancel))
        {
            gradient.Clear();
            return double.PositiveInfinity;
        }
        y.CopyTo(dual, 0);
        Cholesky.Solve(factor, dual);
        InvertFactor();
        // tr(K⁻¹ dK): entries of K⁻¹ below the diagonal count twice.
        double traceVariance = 0,
            traceLength = 0,
            quadraticVariance = 0,
            quadraticLength = 0;
        Span<double> products = new double[n];
        var block = new double[Block * n];
        for (var start = 0; start < n; start += Block)
        {
            cancel.ThrowIfCancellationRequested();
            var rows = Math.Min(Block, n - start);
            var span = block.AsSpan(0, rows * n);
            span.Clear();
            // K⁻¹[i, j] = Σ over k ≥ max(i, j) of V[i, k]·V[j, k], V upper triangular; j ≤ i is sufficient.
            Gemm.MultiplyTransposedAdd(
                rows,
                start + rows,
                n - start,
                inverse.Data.AsSpan(start * n + start),
                n,
                inverse.Data.AsSpan(start),
                n,
                span,
                n,
                1.0
            );
            for (var r = start; r < start + rows; r++)
            {
                var below = r; // strictly lower entries of row r
                var k = span.Slice((r - start) * n, below);
                var c = correlation[r][..below];
                var d = products[..below];
                TensorPrimitives.Multiply(c, distances[r][..below], d);
                traceVariance += 2 * TensorPrimitives.Dot<double>(k, c) + span[(r - start) * n + r];
                traceLength += 2 * TensorPrimitives.Dot<double>(k, d);
                quadraticVariance += dual[r] * (2 * TensorPrimitives.Dot<double>(c, dual.AsSpan(0, below)) + dual[r]);
                quadraticLength += dual[r] * 2 * TensorPrimitives.Dot<double>(d, dual.AsSpan(0, below));
            }
        }
        gradient[0] = 0.5 * variance * (traceVariance - quadraticVariance);
        gradient[1] = 0.5 * variance / squaredLength * (traceLength - quadraticLength);
        return 0.5 * TensorPrimitives.Dot<double>(y, dual) + Cholesky.HalfLogDeterminant(factor) + 0.5 * n * Math.Log(2 * Math.PI);
    }

    /// <summary>
    /// V = L⁻ᵀ, upper triangular; row i is the solution of L·v = e(i). Computed by blocks of columns, so that most of the work is a matrix
    /// product.
    /// </summary>
    void InvertFactor()
    {
        Array.Clear(inverse.Data);
        for (var i = 0; i < n; i++)
            inverse[i][i] = 1;
        for (var start = 0; start < n; start += Block)
        {
            cancel.ThrowIfCancellationRequested();
            var end = Math.Min(n, start + Block);
            // Rows before this block: V[0..start, start..end] -= V[0..start, 0..start] · L[start..end, 0..start]ᵀ
            for (var from = 0; from < start; from += Block)
            {
                var to = Math.Min(start, from + Block);
                Gemm.MultiplyTransposedAdd(
                    to - from,
                    end - start,
                    start - from,
                    inverse.Data.AsSpan(from * n + from),
                    n,
                    factor.Data.AsSpan(start * n + from),
                    n,
                    inverse.Data.AsSpan(from * n + start),
                    n,
                    -1.0
                );
            }
            for (var i = 0; i < end; i++)
            {
                var v = inverse[i];
                for (var k = Math.Max(i, start); k < end; k++)
                    v[k] = (v[k] - TensorPrimitives.Dot<double>(factor[k][Math.Max(i, start)..k], v[Math.Max(i, start)..k])) / factor[k][k];
            }
        }
    }
}
