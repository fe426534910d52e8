using System.Numerics.Tensors;

namespace LiftLab.Engine.Baselines.Algebra;

/// <summary>Value of a smooth function, with its gradient written into <paramref name="gradient"/>.</summary>
delegate double DifferentiableFunction(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>
/// Limited-memory BFGS with ten corrections and the stopping rules of L-BFGS-B (largest gradient entry, relative decrease). Box bounds are
/// enforced by projection: coordinates at a bound are excluded from the search until their gradient points inwards.
/// </summary>
static class Lbfgs
{
    const int Memory = 10;

    /// <param name="x">The start, overwritten by the minimiser.</param>
    /// <returns>The function's value at the minimiser.</returns>
    public static double Minimise(
        DifferentiableFunction f,
        double[] x,
        int maxIterations = 100,
        double gradientTolerance = 1e-4,
        double relativeDecrease = 2.220446049250313e-9,
        double[]? lower = null,
        double[]? upper = null,
        CancellationToken cancel = default
    )
    {
        var n = x.Length;
        double[] g = new double[n],
            direction = new double[n],
            x0 = new double[n],
            g0 = new double[n];
        var fixedAt = new bool[n];
        List<(double[] S, double[] Y, double Rho)> pairs = [];
        var value = f(x, g);
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            cancel.ThrowIfCancellationRequested();
            if (lower is not null)
                HoldAtBounds(x, g, lower, upper!, fixedAt, pairs);
            Array.Copy(g, direction, n);
            Free(direction, fixedAt);
            if (TensorPrimitives.MaxMagnitude<double>(direction) is var largest && Math.Abs(largest) <= gradientTolerance)
                break;
            Descend(direction, pairs);
            Free(direction, fixedAt);
            var slope = TensorPrimitives.Dot<double>(direction, g);
            if (slope >= 0)
            {
                if (pairs.Count == 0)
                    break;
                pairs.Clear();
                continue;
            }
            var room = lower is null ? 1e10 : Room(x, direction, lower, upper!);
            var first = iteration == 0 ? Math.Min(1 / TensorPrimitives.Norm<double>(direction), room) : Math.Min(1, room);
            var search = new LineSearch(value, slope, first, room);
            Array.Copy(x, x0, n);
            Array.Copy(g, g0, n);
            double old = value,
                step;
            var evaluations = 0;
            do
            {
                step = search.Step;
                TensorPrimitives.MultiplyAdd(direction, step, x0, x);
                if (lower is not null)
                    for (var i = 0; i < n; i++)
                        x[i] = Math.Clamp(x[i], lower[i], upper![i]);
                value = f(x, g);
            } while (!search.Done(value, TensorPrimitives.Dot<double>(direction, g)) && ++evaluations < 20);
            if (!double.IsFinite(value) || value > old)
            {
                Array.Copy(x0, x, n);
                Array.Copy(g0, g, n);
                value = old;
                if (pairs.Count == 0)
                    break;
                pairs.Clear();
                continue;
            }
            Remember(x, x0, g, g0, pairs);
            if (old - value <= relativeDecrease * Math.Max(Math.Max(Math.Abs(old), Math.Abs(value)), 1))
                break;
        }
        return value;
    }

    /// <summary>The two-loop recursion: gradient in, descent direction out.</summary>
    static void Descend(double[] d, List<(double[] S, double[] Y, double Rho)> pairs)
    {
        Span<double> alpha = stackalloc double[Memory];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            alpha[i] = pairs[i].Rho * TensorPrimitives.Dot<double>(pairs[i].S, d);
            TensorPrimitives.MultiplyAdd(pairs[i].Y, -alpha[i], d, d);
        }
        if (pairs.Count > 0)
        {
            var (_, y, rho) = pairs[^1];
            TensorPrimitives.Multiply(d, 1 / (rho * TensorPrimitives.Dot<double>(y, y)), d);
        }
        for (var i = 0; i < pairs.Count; i++)
        {
            var beta = pairs[i].Rho * TensorPrimitives.Dot<double>(pairs[i].Y, d);
            TensorPrimitives.MultiplyAdd(pairs[i].S, alpha[i] - beta, d, d);
        }
        TensorPrimitives.Negate(d, d);
    }

    static void Remember(double[] x, double[] x0, double[] g, double[] g0, List<(double[] S, double[] Y, double Rho)> pairs)
    {
        double[] s = new double[x.Length],
            y = new double[x.Length];
        TensorPrimitives.Subtract(x, x0, s);
        TensorPrimitives.Subtract(g, g0, y);
        var sy = TensorPrimitives.Dot<double>(s, y);
        if (sy <= 2.2e-16 * TensorPrimitives.Dot<double>(y, y))
            return;
        if (pairs.Count == Memory)
            pairs.RemoveAt(0);
        pairs.Add((s, y, 1 / sy));
    }

    static void HoldAtBounds(
        double[] x,
        double[] g,
        double[] lower,
        double[] upper,
        bool[] held,
        List<(double[] S, double[] Y, double Rho)> pairs
    )
    {
        var changed = false;
        for (var i = 0; i < x.Length; i++)
        {
            var now = x[i] <= lower[i] && g[i] > 0 || x[i] >= upper[i] && g[i] < 0;
            changed |= now != held[i];
            held[i] = now;
        }
        if (changed)
            pairs.Clear();
    }

    static void Free(double[] d, bool[] held)
    {
        for (var i = 0; i < d.Length; i++)
            if (held[i])
                d[i] = 0;
    }

    static double Room(double[] x, double[] d, double[] lower, double[] upper)
    {
        var room = 1e10;
        for (var i = 0; i < x.Length; i++)
            if (d[i] != 0)
                room = Math.Min(room, ((d[i] > 0 ? upper[i] : lower[i]) - x[i]) / d[i]);
        return Math.Max(room, 1e-12);
    }
}
