using System.Numerics;
using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// Solves the dual of a two-class support vector machine by sequential minimal optimisation: pairs are selected by second-order information
/// (Fan, Chen, Lin 2005), with LIBSVM's stopping rule (violation below 1e-3). A linear machine with many rows starts near its optimum. Rows
/// firmly at a bound are removed between rounds (shrinking) and checked again before the end.
/// </summary>
static class SequentialMinimal
{
    const double Violation = 1e-3,
        LeastCurvature = 1e-12;

    /// <summary>Maximum number of times that removed rows return; afterwards no row is removed.</summary>
    const int MostReturns = 5;

    /// <param name="x">Shape (N, P).</param>
    /// <param name="y">+1 or -1. Shape (N).</param>
    /// <param name="c">Upper bound of each multiplier.</param>
    /// <returns>y·α of each row, and the offset ρ of f(x) = Σ yα K(x) − ρ.</returns>
    public static (double[] Coefficients, double Offset) Solve(
        Matrix x,
        KernelFunction kernel,
        double[] y,
        double c,
        CancellationToken cancel
    )
    {
        var n = y.Length;
        double[] alpha = new double[n],
            f = [.. y]; // f = -y times the gradient
        var full = new KernelRows(x, kernel);
        if (kernel.Gamma is null && InteriorPoint.Suits(n, x.Columns) && InteriorPoint.Solve(x, y, c, cancel) is { } near)
            Start(x, y, near, alpha, f);
        int[] active = [.. Enumerable.Range(0, n)];
        var rows = full;
        long budget = Math.Max(1000, n),
            spent = 0,
            limit = Math.Max(10_000_000L, 100L * n);
        var returns = 0;
        while (spent < limit)
        {
            double[] a = [.. active.Select(t => alpha[t])],
                fa = [.. active.Select(t => f[t])],
                ya = [.. active.Select(t => y[t])];
            var (done, highest, lowest) = Iterate(rows, a, fa, ya, c, budget, cancel);
            spent += budget;
            for (var i = 0; i < active.Length; i++)
                (alpha[active[i]], f[active[i]]) = (a[i], fa[i]);
            if (done && active.Length == n)
                break;
            if (done)
            {
                // Removed rows return with a recomputed f.
                Refresh(full, alpha, y, f);
                active = [.. Enumerable.Range(0, n)];
                rows = full;
                returns++;
                continue;
            }
            budget = Math.Min(2 * budget, 1_000_000);
            if (returns > MostReturns)
                continue;
            int[] kept = [.. Enumerable.Range(0, active.Length).Where(i => !IsSettled(a[i], fa[i], ya[i], c, highest, lowest))];
            if (kept.Length > 0.8 * active.Length || kept.Length < 2)
                continue;
            rows = rows.Restrict(kept);
            active = [.. kept.Select(i => active[i])];
        }
        if (active.Length < n)
            Refresh(full, alpha, y, f);
        var offset = Offset(f, alpha, y, c);
        for (var t = 0; t < n; t++)
            alpha[t] *= y[t];
        return (alpha, offset);
    }

    /// <summary>Starts from given multipliers of a linear machine.</summary>
    static void Start(Matrix x, double[] y, double[] near, double[] alpha, double[] f)
    {
        var w = new double[x.Columns];
        for (var i = 0; i < near.Length; i++)
            if (near[i] != 0)
                TensorPrimitives.MultiplyAdd<double>(x[i], near[i] * y[i], w, w);
        for (var i = 0; i < near.Length; i++)
            (alpha[i], f[i]) = (near[i], y[i] - TensorPrimitives.Dot<double>(x[i], w));
    }

    /// <summary>Whether a row is at its bound and its f indicates that it stays there.</summary>
    static bool IsSettled(double alpha, double f, double y, double c, double highest, double lowest)
    {
        if (alpha > 0 && alpha < c)
            return false;
        var mayRise = y > 0 ? alpha <= 0 : alpha >= c; // along y
        return mayRise ? f < lowest : f > highest;
    }

    static void Refresh(KernelRows kernel, double[] alpha, double[] y, double[] f)
    {
        y.CopyTo(f, 0);
        for (var j = 0; j < y.Length; j++)
        {
            if (alpha[j] == 0)
                continue;
            var row = kernel[j];
            var coefficient = alpha[j] * y[j];
            for (var t = 0; t < f.Length; t++)
                f[t] -= coefficient * row[t];
        }
    }

    /// <returns>Whether the active rows are optimal, and the range of f in which they still violate optimality.</returns>
    static (bool Done, double Highest, double Lowest) Iterate(
        KernelRows kernel,
        double[] alpha,
        double[] f,
        double[] y,
        double c,
        long budget,
        CancellationToken cancel
    )
    {
        var n = y.Length;
        double[] up = new double[n],
            low = new double[n]; // 0 if a row may move up (down), else -∞ (+∞)
        for (var t = 0; t < n; t++)
            Mark(t, alpha, y, c, up, low);
        double highest = 0,
            lowest = 0;
        for (long iteration = 0; iteration < budget; iteration++)
        {
            if ((iteration & 255) == 0)
                cancel.ThrowIfCancellationRequested();
            (var i, highest) = Highest(f, up);
            if (i < 0)
                return (true, highest, lowest);
            var row = kernel[i];
            (var j, lowest) = Partner(f, low, highest, kernel.Diagonal, row, kernel.Diagonal[i]);
            if (j < 0 || highest - lowest < Violation)
                return (true, highest, lowest);
            var other = kernel[j];
            var curvature = Math.Max(LeastCurvature, kernel.Diagonal[i] + kernel.Diagonal[j] - 2 * row[j]);
            // Both multipliers move by the same amount along y, limited by the box.
            var step = (f[i] - f[j]) / curvature;
            step = Math.Min(step, y[i] > 0 ? c - alpha[i] : alpha[i]);
            step = Math.Min(step, y[j] > 0 ? alpha[j] : c - alpha[j]);
            alpha[i] = Snap(alpha[i] + y[i] * step, c);
            alpha[j] = Snap(alpha[j] - y[j] * step, c);
            Move(f, row, other, step);
            Mark(i, alpha, y, c, up, low);
            Mark(j, alpha, y, c, up, low);
        }
        return (false, highest, lowest);
    }

    static double Snap(double a, double c) =>
        a < 1e-14 * c ? 0
        : a > c * (1 - 1e-14) ? c
        : a;

    static void Mark(int t, double[] alpha, double[] y, double c, double[] up, double[] low)
    {
        bool canGrow = alpha[t] < c,
            canShrink = alpha[t] > 0;
        up[t] = (y[t] > 0 ? canGrow : canShrink) ? 0 : double.NegativeInfinity;
        low[t] = (y[t] > 0 ? canShrink : canGrow) ? 0 : double.PositiveInfinity;
    }

    static (int Row, double Value) Highest(double[] f, double[] up)
    {
        int w = Vector<double>.Count,
            t = 0,
            best = -1;
        var value = double.NegativeInfinity;
        var top = new Vector<double>(value);
        for (; t + w <= f.Length; t += w)
        {
            var v = new Vector<double>(f, t) + new Vector<double>(up, t);
            if (!Vector.GreaterThanAny(v, top))
                continue;
            for (var k = 0; k < w; k++)
                if (v[k] > value)
                    (value, best) = (v[k], t + k);
            top = new Vector<double>(value);
        }
        for (; t < f.Length; t++)
            if (f[t] + up[t] > value)
                (value, best) = (f[t] + up[t], t);
        return (best, value);
    }

    /// <summary>
    /// The row that gives the largest predicted decrease together with <c>i</c>, and the lowest f of all rows that may move down.
    /// </summary>
    static (int Row, double Lowest) Partner(double[] f, double[] low, double highest, double[] diagonal, float[] row, double own)
    {
        int w = Vector<double>.Count,
            t = 0,
            best = -1;
        double lowest = double.PositiveInfinity,
            value = 0;
        Vector<double> least = new(lowest),
            top = new(0.0),
            high = new(highest),
            ownV = new(own),
            floor = new(LeastCurvature),
            two = new(2.0);
        for (; t + 2 * w <= f.Length; t += 2 * w)
        {
            Vector.Widen(new Vector<float>(row, t), out var k0, out var k1);
            Vector<double> v0 = new Vector<double>(f, t) + new Vector<double>(low, t),
                v1 = new Vector<double>(f, t + w) + new Vector<double>(low, t + w);
            least = Vector.Min(least, Vector.Min(v0, v1));
            Vector<double> gap0 = Vector.Max(high - v0, Vector<double>.Zero),
                gap1 = Vector.Max(high - v1, Vector<double>.Zero);
            var gain0 = gap0 * gap0 / Vector.Max(floor, ownV + new Vector<double>(diagonal, t) - two * k0);
            var gain1 = gap1 * gap1 / Vector.Max(floor, ownV + new Vector<double>(diagonal, t + w) - two * k1);
            if (!Vector.GreaterThanAny(Vector.Max(gain0, gain1), top))
                continue;
            for (var k = 0; k < w; k++)
                if (gain0[k] > value)
                    (value, best) = (gain0[k], t + k);
            for (var k = 0; k < w; k++)
                if (gain1[k] > value)
                    (value, best) = (gain1[k], t + w + k);
            top = new Vector<double>(value);
        }
        for (var k = 0; k < w; k++)
            lowest = Math.Min(lowest, least[k]);
        for (; t < f.Length; t++)
        {
            var v = f[t] + low[t];
            lowest = Math.Min(lowest, v);
            var gap = highest - v;
            if (gap <= 0)
                continue;
            var gain = gap * gap / Math.Max(LeastCurvature, own + diagonal[t] - 2 * row[t]);
            if (gain > value)
                (value, best) = (gain, t);
        }
        return (best, lowest);
    }

    static void Move(double[] f, float[] row, float[] other, double step)
    {
        int w = Vector<double>.Count,
            t = 0;
        var s = new Vector<double>(step);
        for (; t + 2 * w <= f.Length; t += 2 * w)
        {
            Vector.Widen(new Vector<float>(row, t) - new Vector<float>(other, t), out var d0, out var d1);
            (new Vector<double>(f, t) - s * d0).CopyTo(f, t);
            (new Vector<double>(f, t + w) - s * d1).CopyTo(f, t + w);
        }
        for (; t < f.Length; t++)
            f[t] -= step * (row[t] - other[t]);
    }

    static double Offset(double[] f, double[] alpha, double[] y, double c)
    {
        double sum = 0,
            high = double.PositiveInfinity,
            low = double.NegativeInfinity;
        var free = 0;
        for (var t = 0; t < f.Length; t++)
        {
            var g = -f[t];
            if (alpha[t] > 0 && alpha[t] < c)
            {
                sum += g;
                free++;
            }
            else if (alpha[t] <= 0 == y[t] > 0)
                high = Math.Min(high, g);
            else
                low = Math.Max(low, g);
        }
        return free > 0 ? sum / free : (high + low) / 2;
    }
}
