using System.Numerics.Tensors;

namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>
/// Minimum-norm linear least squares with automatic rank: Householder QR with column pivoting, and a complete orthogonal decomposition if
/// columns are dependent; a Gram matrix of the rows if there are many more columns than rows.
/// </summary>
static class LeastSquares
{
    /// <param name="a">Shape (m, n). Overwritten.</param>
    /// <param name="b">Shape (m). Overwritten.</param>
    /// <returns>The x of minimum ‖x‖ among those of minimum ‖Ax − b‖. Shape (n).</returns>
    public static double[] Solve(Matrix a, double[] b, CancellationToken cancel)
    {
        if (a.Columns > 3 * a.Rows && Wide(a, b, cancel) is { } found)
            return found;
        return Pivoted(a.Transposed(), b, cancel);
    }

    /// <summary>(XᵀX + ridge·I)⁻¹Xᵀy, computed with the smaller Gram matrix.</summary>
    public static double[] Ridge(Matrix a, double[] b, double ridge, CancellationToken cancel)
    {
        int m = a.Rows,
            n = a.Columns;
        if (n <= m)
        {
            var t = a.Transposed();
            var gram = Gram(t, ridge);
            var right = new double[n];
            for (var j = 0; j < n; j++)
                right[j] = TensorPrimitives.Dot<double>(t[j], b);
            Cholesky.Factor(gram, cancel);
            Cholesky.Solve(gram, right);
            return right;
        }
        var dual = Gram(a, ridge);
        Cholesky.Factor(dual, cancel);
        double[] alpha = [.. b];
        Cholesky.Solve(dual, alpha);
        return Combine(a, alpha);
    }

    static Matrix Gram(Matrix a, double diagonal)
    {
        var gram = new Matrix(a.Rows, a.Rows);
        Gemm.MultiplyTransposedAdd(a.Rows, a.Rows, a.Columns, a.Data, a.Columns, a.Data, a.Columns, gram.Data, a.Rows, 1.0);
        for (var i = 0; i < a.Rows; i++)
            gram[i][i] += diagonal;
        return gram;
    }

    static double[] Combine(Matrix a, double[] alpha)
    {
        var x = new double[a.Columns];
        for (var r = 0; r < a.Rows; r++)
            TensorPrimitives.MultiplyAdd(a[r], alpha[r], x, x);
        return x;
    }

    /// <summary>
    /// The rows of a centred matrix sum to zero, so the direction of ones is in the null space of their Gram matrix; it is added back. Null
    /// if the Gram matrix then does not have full rank.
    /// </summary>
    static double[]? Wide(Matrix a, double[] b, CancellationToken cancel)
    {
        var gram = Gram(a, 0);
        double mean = 0;
        for (var i = 0; i < a.Rows; i++)
            mean += gram[i][i] / a.Rows;
        for (var i = 0; i < gram.Data.Length; i++)
            gram.Data[i] += mean / a.Rows;
        if (!Cholesky.TryFactor(gram, 1e-9, cancel))
            return null;
        double[] alpha = [.. b];
        Cholesky.Solve(gram, alpha);
        return Combine(a, alpha);
    }

    /// <param name="t">The matrix's columns as rows. Shape (n, m).</param>
    static double[] Pivoted(Matrix t, double[] b, CancellationToken cancel)
    {
        int n = t.Rows,
            m = t.Columns,
            steps = Math.Min(m, n),
            rank = 0;
        int[] order = [.. Enumerable.Range(0, n)];
        double[] norms = new double[n],
            reference = new double[n];
        for (var j = 0; j < n; j++)
            norms[j] = reference[j] = TensorPrimitives.SumOfSquares<double>(t[j]);
        var tolerance = 0.0;
        for (; rank < steps; rank++)
        {
            if ((rank & 31) == 0)
                cancel.ThrowIfCancellationRequested();
            var pivot = rank + TensorPrimitives.IndexOfMax<double>(norms.AsSpan(rank));
            (order[rank], order[pivot], norms[pivot], reference[pivot]) = (order[pivot], order[rank], norms[rank], reference[rank]);
            SwapRows(t, rank, pivot);
            var column = t[rank][rank..];
            var norm = TensorPrimitives.Norm<double>(column);
            if (rank == 0)
                tolerance = norm * Math.Max(m, n) * 2.220446049250313e-16;
            if (norm <= tolerance)
                break;
            var diagonal = column[0] > 0 ? -norm : norm;
            column[0] -= diagonal; // the reflector's vector, in place
            var scale = 1 / (diagonal * column[0]); // -2 / vᵀv
            for (var j = rank + 1; j < n; j++)
            {
                var other = t[j][rank..];
                TensorPrimitives.MultiplyAdd(column, scale * TensorPrimitives.Dot<double>(column, other), other, other);
                norms[j] -= other[0] * other[0];
                if (norms[j] <= 1e-8 * reference[j])
                    norms[j] = reference[j] = TensorPrimitives.SumOfSquares<double>(other[1..]);
            }
            var right = b.AsSpan(rank);
            TensorPrimitives.MultiplyAdd(column, scale * TensorPrimitives.Dot<double>(column, right), right, right);
            column[0] = diagonal;
        }
        var x = new double[n];
        var z = rank < n ? LeastNorm(t, b, rank) : BackSubstituted(t, b, rank);
        for (var j = 0; j < n; j++)
            x[order[j]] = z[j];
        return x;
    }

    /// <summary>Solves the square upper triangle. R[i, j] is t[j][i].</summary>
    static double[] BackSubstituted(Matrix t, double[] b, int rank)
    {
        var z = b[..rank];
        for (var j = rank - 1; j >= 0; j--)
        {
            z[j] /= t[j][j];
            TensorPrimitives.MultiplyAdd(t[j][..j], -z[j], z.AsSpan(0, j), z.AsSpan(0, j));
        }
        return z;
    }

    /// <summary>Minimum-norm solution of the trapezoid R (rank, n): QR of Rᵀ, then forward substitution.</summary>
    static double[] LeastNorm(Matrix t, double[] b, int rank)
    {
        var n = t.Rows;
        var rows = new Matrix(rank, n); // R itself; row i is a column of Rᵀ
        for (var i = 0; i < rank; i++)
        for (var j = i; j < n; j++)
            rows[i][j] = t[j][i];
        var scales = new double[rank];
        var heads = new double[rank];
        for (var i = 0; i < rank; i++)
        {
            var v = rows[i][i..];
            var norm = TensorPrimitives.Norm<double>(v);
            var diagonal = v[0] > 0 ? -norm : norm;
            v[0] -= diagonal;
            scales[i] = 1 / (diagonal * v[0]);
            heads[i] = diagonal;
            for (var j = i + 1; j < rank; j++)
            {
                var other = rows[j][i..];
                TensorPrimitives.MultiplyAdd(v, scales[i] * TensorPrimitives.Dot<double>(v, other), other, other);
            }
        }
        var z = new double[n];
        for (var i = 0; i < rank; i++)
            z[i] = (b[i] - TensorPrimitives.Dot<double>(rows[i][..i], z.AsSpan(0, i))) / heads[i];
        for (var i = rank - 1; i >= 0; i--)
        {
            var v = rows[i][i..];
            TensorPrimitives.MultiplyAdd(v, scales[i] * TensorPrimitives.Dot<double>(v, z.AsSpan(i)), z.AsSpan(i), z.AsSpan(i));
        }
        return z;
    }

    static void SwapRows(Matrix t, int i, int j)
    {
        if (i == j)
            return;
        double[] held = [.. t[i]];
        t[j].CopyTo(t[i]);
        held.CopyTo(t[j]);
    }
}
