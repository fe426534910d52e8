using System.Numerics.Tensors;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>
/// A = L·Lᵀ for symmetric positive definite matrices, in the lower triangle, by blocks of columns. The upper triangle is unchanged.
/// </summary>
static class Cholesky
{
    const int Block = 48;

    /// <exception cref="LearningFailedException">Not positive definite to working precision.</exception>
    public static void Factor(Matrix a, CancellationToken cancel)
    {
        if (!TryFactor(a, 0, cancel))
            throw new LearningFailedException(
                "not-positive-definite",
                "The kernel matrix cannot be factored",
                "Increase alpha, or remove duplicate rows."
            );
    }

    /// <returns>False if a pivot is not greater than <paramref name="tolerance"/> times the largest diagonal entry.</returns>
    public static bool TryFactor(Matrix a, double tolerance, CancellationToken cancel)
    {
        var n = a.Rows;
        var least = 0.0;
        for (var i = 0; i < n; i++)
            least = Math.Max(least, a[i][i] * tolerance);
        for (var start = 0; start < n; start += Block)
        {
            cancel.ThrowIfCancellationRequested();
            var end = Math.Min(n, start + Block);
            // First update the columns by all columns to their left, then factor them.
            Gemm.MultiplyTransposedAdd(
                n - start,
                end - start,
                start,
                a.Data.AsSpan(start * n),
                n,
                a.Data.AsSpan(start * n),
                n,
                a.Data.AsSpan(start * n + start),
                n,
                -1.0
            );
            for (var r = start; r < n; r++)
            {
                var row = a[r][start..];
                for (var c = start; c < Math.Min(r, end); c++)
                {
                    var done = c - start;
                    row[done] = (row[done] - TensorPrimitives.Dot<double>(row[..done], a[c].Slice(start, done))) / a[c][c];
                }
                if (r >= end)
                    continue;
                var pivot = row[r - start] - TensorPrimitives.SumOfSquares<double>(row[..(r - start)]);
                if (!(pivot > least))
                    return false;
                row[r - start] = Math.Sqrt(pivot);
            }
        }
        return true;
    }

    /// <summary>Solves L·Lᵀ·x = b in place.</summary>
    public static void Solve(Matrix l, Span<double> b)
    {
        SolveLower(l, b);
        for (var i = l.Rows - 1; i >= 0; i--)
        {
            b[i] /= l[i][i];
            TensorPrimitives.MultiplyAdd(l[i][..i], -b[i], b[..i], b[..i]);
        }
    }

    /// <summary>Solves L·x = b in place.</summary>
    public static void SolveLower(Matrix l, Span<double> b)
    {
        for (var i = 0; i < l.Rows; i++)
            b[i] = (b[i] - TensorPrimitives.Dot<double>(l[i][..i], b[..i])) / l[i][i];
    }

    /// <summary>Half of log |A|: Σ log L[i, i].</summary>
    public static double HalfLogDeterminant(Matrix l)
    {
        var sum = 0.0;
        for (var i = 0; i < l.Rows; i++)
            sum += Math.Log(l[i][i]);
        return sum;
    }
}
