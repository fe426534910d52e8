using LiftLab.Engine.Tables.RandomNumbers;

namespace LiftLab.Engine.Tables.Synthetic;

/// <summary>
/// The six regression functions; each has a range of about [-9, 9] on [-10, 10]. One generator draws the training and validation
/// points, then the test points, then the noise of the training and validation targets (by default a tenth of the function's standard
/// deviation). Test targets have no noise.
/// </summary>
static class SyntheticRegression
{
    public static IReadOnlyList<string> Functions { get; } = ["linear", "quadratic", "exponential", "cosine", "l1norm", "piecewise"];

    public static SyntheticTable Make(SyntheticSettings s)
    {
        int train = s.Train ?? 200,
            valid = s.Valid ?? 50,
            test = s.Test ?? 100;
        var fitted = train + valid;
        var random = new NumpyRandom(s.DataSeed);
        var x = s.Donut ? Ring(random, s, fitted) : Box(random, s, fitted);
        var testX = Box(random, s, test);
        double[] exact = [.. x.Select(row => Value(s.Function, row, s.Beta))];
        var deviation = s.Noise * Deviation(exact);
        double[] y = [.. exact.Select(v => v + random.Normal(0, deviation))];
        if (s.Integer)
            y = [.. y.Select(v => Math.Round(v, MidpointRounding.ToEven))];

        int[] order = [.. Enumerable.Range(0, fitted)];
        new PythonRandom(s.Seed).Shuffle(order.AsSpan());
        var (outX, outY) = Outliers(s);
        double[][] rows = [.. order[..train].Select(i => x[i]), .. outX, .. order[train..].Select(i => x[i]), .. testX];
        double[] targets =
        [
            .. order[..train].Select(i => y[i]),
            .. outY,
            .. order[train..].Select(i => y[i]),
            .. testX.Select(row => Value(s.Function, row, s.Beta)),
        ];

        var table = new Table(
            s.Function,
            [.. SyntheticTables.FeatureColumns(rows, s.Dimensions), new Column("y", [.. targets.Select(SyntheticTables.Text)])]
        );
        var learned = train + s.Outliers;
        return new(
            table,
            SyntheticTables.SchemaOf(s.Dimensions, "y", TaskKind.Regression, s.Integer),
            new([.. Enumerable.Range(0, learned)], [.. Enumerable.Range(learned, valid)], [.. Enumerable.Range(learned + valid, test)])
        );
    }

    /// <summary>The function without noise.</summary>
    public static double Value(string function, double[] x, double beta)
    {
        var p = x.Length;
        return function switch
        {
            // Fused multiply-add from the last coordinate, like the linear algebra library that computed the published tables: the last
            // bits depend on it.
            "linear" => x.Reverse().Aggregate(0.0, (sum, v) => Math.FusedMultiplyAdd(v, beta, sum)) / p,
            "quadratic" => PairwiseSum.Mean([.. x.Select(v => (v * v - 50) * 9 / 50)]),
            "exponential" => PairwiseSum.Mean([.. x.Select(v => (Math.Exp(0.2 * v) - Math.Exp(-2)) / (Math.Exp(2) - Math.Exp(-2)) - 0.5)])
                * 18,
            "cosine" => PairwiseSum.Mean([.. x.Select(v => Math.Cos(0.5 * Math.PI * v))]) * 9,
            "l1norm" => PairwiseSum.Mean([.. x.Select(v => (Math.Abs(v) / 10 - 0.5) * 18)]),
            "piecewise" => PairwiseSum.Mean([
                .. x.Select(v =>
                    (
                        (
                            (
                                v < -3 ? v + 6
                                : v < 3 ? 0
                                : v - 6
                            ) + 4
                        ) / 8
                        - 0.5
                    ) * 18
                ),
            ]),
            _ => throw new ArgumentException(
                $"'{function}' is not a regression function; the functions are {string.Join(", ", Functions)}",
                nameof(function)
            ),
        };
    }

    static double[][] Box(NumpyRandom random, SyntheticSettings s, int n)
    {
        var x = Uniform(random, s, n);
        if (s.Integer)
            foreach (var row in x)
                for (var d = 0; d < row.Length; d++)
                    row[d] = Math.Round(row[d], MidpointRounding.ToEven);
        return x;
    }

    /// <summary>
    /// Draws twice the points and drops those in the middle; draws all again in the rare case that too few are left. Never rounded to
    /// integers, as in the paper's code.
    /// </summary>
    static double[][] Ring(NumpyRandom random, SyntheticSettings s, int n)
    {
        double low = s.Low + (s.High - s.Low) / 3,
            high = s.High - (s.High - s.Low) / 3;
        while (true)
        {
            double[][] left = [.. Uniform(random, s, 2 * n).Where(row => !row.All(v => v >= low && v <= high))];
            if (left.Length >= n)
                return left[..n];
        }
    }

    static double[][] Uniform(NumpyRandom random, SyntheticSettings s, int n)
    {
        var x = new double[n][];
        for (var i = 0; i < n; i++)
        {
            x[i] = new double[s.Dimensions];
            for (var d = 0; d < s.Dimensions; d++)
                x[i][d] = random.Uniform(s.Low, s.High);
        }
        return x;
    }

    static (double[][] X, double[] Y) Outliers(SyntheticSettings s)
    {
        var random = new NumpyRandom(s.DataSeed);
        var x = Uniform(random, s with { Low = -10, High = 10 }, s.Outliers);
        return (x, [.. x.Select(_ => Math.Abs(random.Normal(0, 20)))]);
    }

    /// <summary>Population standard deviation, with numpy's order of summation.</summary>
    static double Deviation(double[] values)
    {
        var mean = PairwiseSum.Mean(values);
        return Math.Sqrt(PairwiseSum.Mean([.. values.Select(v => (v - mean) * (v - mean))]));
    }
}
