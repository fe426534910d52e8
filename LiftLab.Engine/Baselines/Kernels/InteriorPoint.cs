using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// The dual of a two-class linear support vector machine by a primal-dual interior-point method (Mehrotra's predictor and corrector; Ferris
/// and Munson 2002): with N rows and P columns each step costs N·P², and about thirty steps suffice where sequential minimal optimisation
/// is slow (large C, overlapping classes). The result is the starting point of that optimisation, so that the stopping rule is the same.
/// </summary>
static class InteriorPoint
{
    const int MostRows = 200_000,
        FewRows = 2000,
        MostColumns = 160,
        MostSteps = 80;
    const double Gap = 1e-11,
        Boundary = 0.995;

    /// <summary>Whether this method is faster: many rows, few columns.</summary>
    public static bool Suits(int rows, int columns) => rows is >= FewRows and <= MostRows && columns <= MostColumns && 4 * columns <= rows;

    /// <param name="x">Shape (N, P).</param>
    /// <param name="y">+1 or -1. Shape (N).</param>
    /// <returns>Multipliers between 0 and c with Σ yα = 0; null if it did not come close to the optimum.</returns>
    public static double[]? Solve(Matrix x, double[] y, double c, CancellationToken cancel)
    {
        int n = x.Rows,
            p = x.Columns;
        var v = new Matrix(n, p);
        for (var i = 0; i < n; i++)
            TensorPrimitives.Multiply<double>(x[i], y[i], v[i]);
        double[] a = new double[n],
            u = new double[n],
            s = new double[n],
            t = new double[n];
        Array.Fill(a, c / 2);
        Array.Fill(u, c / 2);
        Array.Fill(s, 1);
        Array.Fill(t, 1);
        double bias = 0;
        double[] q = new double[n],
            d = new double[n],
            dual = new double[n],
            rhs = new double[n],
            da = new double[n],
            ds = new double[n],
            dt = new double[n],
            corrector = new double[n],
            correctorUp = new double[n],
            w = new double[p],
            solvedY = new double[n];
        for (var step = 0; step < MostSteps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            // q = V Vᵀ a
            Array.Clear(w);
            for (var i = 0; i < n; i++)
                TensorPrimitives.MultiplyAdd<double>(v[i], a[i], w, w);
            double primal = 0,
                mu = 0,
                infeasible = 0;
            for (var i = 0; i < n; i++)
            {
                q[i] = TensorPrimitives.Dot<double>(v[i], w);
                dual[i] = 1 - q[i] - bias * y[i] + s[i] - t[i];
                infeasible = Math.Max(infeasible, Math.Abs(dual[i]));
                primal -= y[i] * a[i];
                mu += a[i] * s[i] + u[i] * t[i];
                d[i] = s[i] / a[i] + t[i] / u[i];
            }
            mu /= 2 * n;
            if (mu < Gap * c && infeasible < 1e-7 && Math.Abs(primal) < 1e-7 * c * n)
                return Feasible(a, s, t, u, y, c);
            if (Factor.Of(v, d) is not { } factor)
                return null;
            factor.Solve(y, solvedY);
            var yy = TensorPrimitives.Dot<double>(y, solvedY);
            double target = 0,
                db = 0;
            for (var pass = 0; pass < 2; pass++) // predictor, then corrector with the predictor's curvature
            {
                for (var i = 0; i < n; i++)
                {
                    var lower = target - (pass == 1 ? corrector[i] : 0);
                    var upper = target - (pass == 1 ? correctorUp[i] : 0);
                    rhs[i] = dual[i] + lower / a[i] - s[i] - (upper / u[i] - t[i]);
                }
                factor.Solve(rhs, da);
                db = (TensorPrimitives.Dot<double>(y, da) - primal) / yy;
                for (var i = 0; i < n; i++)
                {
                    da[i] -= db * solvedY[i];
                    ds[i] = (target - (pass == 1 ? corrector[i] : 0)) / a[i] - s[i] - s[i] / a[i] * da[i];
                    dt[i] = (target - (pass == 1 ? correctorUp[i] : 0)) / u[i] - t[i] + t[i] / u[i] * da[i];
                }
                if (pass == 1)
                    break;
                var (reachA, reachS) = Reach(a, u, s, t, da, ds, dt, 1);
                var after = 0.0;
                for (var i = 0; i < n; i++)
                {
                    after += (a[i] + reachA * da[i]) * (s[i] + reachS * ds[i]) + (u[i] - reachA * da[i]) * (t[i] + reachS * dt[i]);
                    corrector[i] = da[i] * ds[i];
                    correctorUp[i] = -da[i] * dt[i];
                }
                target = mu * Math.Pow(after / (2 * n) / mu, 3);
            }
            // Primal and dual have the same step length, because the curvature couples them.
            var (reach, reachDual) = Reach(a, u, s, t, da, ds, dt, Boundary);
            double far = Math.Min(reach, reachDual),
                farDual = far;
            for (var i = 0; i < n; i++)
            {
                a[i] += far * da[i];
                u[i] = Math.Max(c - a[i], u[i] * (1 - Boundary) * .1);
                s[i] += farDual * ds[i];
                t[i] += farDual * dt[i];
            }
            bias += farDual * db;
            if (!double.IsFinite(bias))
                return null;
        }
        return null;
    }

    /// <summary>The largest step that keeps all variables positive.</summary>
    static (double Primal, double Dual) Reach(
        double[] a,
        double[] u,
        double[] s,
        double[] t,
        double[] da,
        double[] ds,
        double[] dt,
        double share
    )
    {
        double primal = 1,
            dual = 1;
        for (var i = 0; i < a.Length; i++)
        {
            if (da[i] < 0)
                primal = Math.Min(primal, -share * a[i] / da[i]);
            else if (da[i] > 0)
                primal = Math.Min(primal, share * u[i] / da[i]);
            if (ds[i] < 0)
                dual = Math.Min(dual, -share * s[i] / ds[i]);
            if (dt[i] < 0)
                dual = Math.Min(dual, -share * t[i] / dt[i]);
        }
        return (primal, dual);
    }

    /// <summary>Rounds multipliers near a bound to the bound, and corrects free multipliers so that Σ yα = 0.</summary>
    static double[]? Feasible(double[] a, double[] s, double[] t, double[] u, double[] y, double c)
    {
        var free = new List<int>();
        for (var i = 0; i < a.Length; i++)
            if (a[i] < c * s[i] * 1e-3 && a[i] < 1e-6 * c)
                a[i] = 0;
            else if (u[i] < c * t[i] * 1e-3 && u[i] < 1e-6 * c)
                a[i] = c;
            else
                free.Add(i);
        var rest = a.Zip(y, (m, sign) => m * sign).Sum();
        foreach (var i in free)
        {
            var moved = Math.Clamp(a[i] - y[i] * rest, 0, c);
            rest += y[i] * (moved - a[i]);
            a[i] = moved;
            if (Math.Abs(rest) < 1e-12 * c)
                return a;
        }
        return Math.Abs(rest) < 1e-9 * c * a.Length ? a : null;
    }

    /// <summary>(V Vᵀ + D)⁻¹ through the P × P matrix I + Vᵀ D⁻¹ V (Sherman, Morrison, Woodbury).</summary>
    sealed class Factor(Matrix v, double[] d, Matrix triangle)
    {
        public static Factor? Of(Matrix v, double[] d)
        {
            int n = v.Rows,
                p = v.Columns;
            var m = new Matrix(p, p);
            var scaled = new double[p];
            for (var i = 0; i < n; i++)
            {
                TensorPrimitives.Divide<double>(v[i], d[i], scaled);
                var row = v[i];
                for (var j = 0; j < p; j++)
                    TensorPrimitives.MultiplyAdd<double>(row[..(j + 1)], scaled[j], m[j][..(j + 1)], m[j][..(j + 1)]);
            }
            for (var j = 0; j < p; j++)
            {
                var row = m[j];
                row[j] += 1;
                for (var k = 0; k <= j; k++)
                {
                    var sum = row[k] - TensorPrimitives.Dot<double>(row[..k], m[k][..k]);
                    if (k < j)
                        row[k] = sum / m[k][k];
                    else if (sum > 0)
                        row[j] = Math.Sqrt(sum);
                    else
                        return null;
                }
            }
            return new(v, d, m);
        }

        public void Solve(double[] right, double[] into)
        {
            int n = v.Rows,
                p = v.Columns;
            var z = new double[p];
            for (var i = 0; i < n; i++)
                TensorPrimitives.MultiplyAdd<double>(v[i], right[i] / d[i], z, z);
            for (var j = 0; j < p; j++)
                z[j] = (z[j] - TensorPrimitives.Dot<double>(triangle[j][..j], z.AsSpan(0, j))) / triangle[j][j];
            for (var j = p - 1; j >= 0; j--)
            {
                z[j] /= triangle[j][j];
                for (var k = 0; k < j; k++)
                    z[k] -= triangle[j][k] * z[j];
            }
            for (var i = 0; i < n; i++)
                into[i] = (right[i] - TensorPrimitives.Dot<double>(v[i], z)) / d[i];
        }
    }
}
