using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// Cache of rows of a training kernel matrix, computed on demand; at the memory limit, the least recently used row is dropped.
/// </summary>
sealed class KernelRows
{
    const long MemoryLimit = 128L << 20;

    readonly Matrix x,
        columns;
    readonly KernelFunction kernel;
    readonly double[] norms,
        scratch;
    readonly float[]?[] rows;
    readonly LinkedList<int> recent = new();
    readonly LinkedListNode<int>?[] places;
    readonly int most;

    public KernelRows(Matrix x, KernelFunction kernel)
    {
        (this.x, this.kernel, columns) = (x, kernel, x.Transposed());
        (norms, scratch) = (KernelFunction.Norms(x), new double[x.Rows]);
        (rows, places) = (new float[]?[x.Rows], new LinkedListNode<int>?[x.Rows]);
        most = (int)Math.Max(2, Math.Min(x.Rows, MemoryLimit / (4L * x.Rows)));
        Diagonal = new double[x.Rows];
        for (var r = 0; r < Diagonal.Length; r++)
            Diagonal[r] = kernel.Gamma is null ? norms[r] : 1;
    }

    public double[] Diagonal { get; }

    /// <summary>The row stays valid until two other rows have been requested.</summary>
    public float[] this[int row]
    {
        get
        {
            if (rows[row] is { } kept)
            {
                if (most < x.Rows)
                {
                    recent.Remove(places[row]!);
                    recent.AddFirst(places[row]!);
                }
                return kept;
            }
            float[]? into = null;
            if (recent.Count >= most)
            {
                var last = recent.Last!.Value;
                recent.RemoveLast();
                (into, rows[last]) = (rows[last], null);
            }
            places[row] = recent.AddFirst(row);
            return rows[row] = Compute(row, into ?? new float[x.Rows]);
        }
    }

    /// <summary>The kernel matrix of a subset of the rows, with the values cached so far.</summary>
    public KernelRows Restrict(int[] kept)
    {
        var restricted = new KernelRows(x.Take(kept), kernel);
        for (var i = 0; i < kept.Length && restricted.recent.Count < restricted.most; i++)
        {
            if (rows[kept[i]] is not { } known)
                continue;
            var row = new float[kept.Length];
            for (var j = 0; j < row.Length; j++)
                row[j] = known[kept[j]];
            restricted.rows[i] = row;
            restricted.places[i] = restricted.recent.AddFirst(i);
        }
        return restricted;
    }

    float[] Compute(int row, float[] into)
    {
        var n = x.Rows;
        Array.Clear(scratch);
        Gemm.MultiplyAdd(1, n, x.Columns, x[row], x.Columns, columns.Data, n, scratch, n);
        if (kernel.Gamma is { } gamma)
        {
            TensorPrimitives.MultiplyAdd(scratch, -2.0, norms, scratch);
            TensorPrimitives.Add(scratch, norms[row], scratch);
            TensorPrimitives.Multiply(scratch, -gamma, scratch);
        }
        TensorPrimitives.ConvertTruncating<double, float>(scratch, into);
        if (kernel.Gamma is not null)
            TensorPrimitives.Exp<float>(into, into);
        return into;
    }
}
