namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// Class probabilities from one-against-one decision values: Platt's sigmoid for each pair, and the coupling of Wu, Lin and Weng (2004,
/// method 2), as in LIBSVM.
/// </summary>
static class PairwiseProbability
{
    const double Least = 1e-7;

    /// <summary>P(first | first or second) = 1 / (1 + exp(slope · f + offset)).</summary>
    public readonly record struct Curve(double Slope, double Offset)
    {
        /// <summary>The default without held-out rows: a row on the margin has probability 88 %.</summary>
        public static readonly Curve Usual = new(-2, 0);

        public double At(double f) => Math.Clamp(1 / (1 + Math.Exp(Slope * f + Offset)), Least, 1 - Least);
    }

    /// <summary>
    /// Newton's method with backtracking (Lin, Lin, Weng 2007) with targets shrunk away from 0 and 1, so that the fit stays finite if all
    /// rows are correct.
    /// </summary>
    public static Curve Fit(IReadOnlyList<double> values, IReadOnlyList<bool> isFirst)
    {
        double positives = isFirst.Count(p => p),
            negatives = isFirst.Count - positives;
        if (positives == 0 || negatives == 0)
            return Curve.Usual;
        double[] targets = [.. isFirst.Select(p => p ? (positives + 1) / (positives + 2) : 1 / (negatives + 2))];
        double a = 0,
            b = Math.Log((negatives + 1) / (positives + 1)),
            loss = Loss(a, b);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            double h11 = 1e-12,
                h22 = 1e-12,
                h21 = 0,
                g1 = 0,
                g2 = 0;
            for (var i = 0; i < values.Count; i++)
            {
                var p = 1 / (1 + Math.Exp(a * values[i] + b));
                var (d1, d2) = (targets[i] - p, p * (1 - p));
                h11 += values[i] * values[i] * d2;
                h22 += d2;
                h21 += values[i] * d2;
                g1 += values[i] * d1;
                g2 += d1;
            }
            if (Math.Abs(g1) < 1e-5 && Math.Abs(g2) < 1e-5)
                break;
            var determinant = h11 * h22 - h21 * h21;
            double da = -(h22 * g1 - h21 * g2) / determinant,
                db = -(-h21 * g1 + h11 * g2) / determinant,
                slope = g1 * da + g2 * db,
                step = 1;
            for (; step >= 1e-10; step /= 2)
            {
                var next = Loss(a + step * da, b + step * db);
                if (next >= loss + 1e-4 * step * slope)
                    continue;
                (a, b, loss) = (a + step * da, b + step * db, next);
                break;
            }
            if (step < 1e-10)
                break;
        }
        return new(a, b);

        double Loss(double slope, double offset)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Count; i++)
            {
                var z = slope * values[i] + offset;
                sum += z >= 0 ? targets[i] * z + Math.Log(1 + Math.Exp(-z)) : (targets[i] - 1) * z + Math.Log(1 + Math.Exp(z));
            }
            return sum;
        }
    }

    /// <param name="first">P(row's class | row's or column's class). Shape (classes, classes).</param>
    /// <param name="p">Filled with the probabilities. Shape (classes).</param>
    public static void Couple(double[,] first, Span<double> p)
    {
        var k = p.Length;
        if (k == 2)
        {
            (p[0], p[1]) = (first[0, 1], 1 - first[0, 1]);
            return;
        }
        var q = new double[k, k];
        Span<double> qp = stackalloc double[k];
        for (var t = 0; t < k; t++)
        {
            p[t] = 1.0 / k;
            for (var j = 0; j < k; j++)
            {
                if (j == t)
                    continue;
                q[t, t] += first[j, t] * first[j, t];
                q[t, j] = -first[j, t] * first[t, j];
            }
        }
        for (var iteration = 0; iteration < Math.Max(100, k); iteration++)
        {
            double whole = 0,
                worst = 0;
            for (var t = 0; t < k; t++)
            {
                qp[t] = 0;
                for (var j = 0; j < k; j++)
                    qp[t] += q[t, j] * p[j];
                whole += p[t] * qp[t];
            }
            for (var t = 0; t < k; t++)
                worst = Math.Max(worst, Math.Abs(qp[t] - whole));
            if (worst < 1e-5 / k)
                break;
            for (var t = 0; t < k; t++)
            {
                var change = (whole - qp[t]) / q[t, t];
                p[t] += change;
                whole = (whole + change * (change * q[t, t] + 2 * qp[t])) / ((1 + change) * (1 + change));
                for (var j = 0; j < k; j++)
                {
                    qp[j] = (qp[j] + change * q[t, j]) / (1 + change);
                    p[j] /= 1 + change;
                }
            }
        }
    }
}
