using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Kernels;

namespace LiftLab.Tests.Engine.Baselines;

public sealed class SupportVectorTests
{
    /// <summary>Overlapping classes around points of their own.</summary>
    static (Matrix X, double[] Y) Clouds(int rows, int columns, int classes, double spread, int seed)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var centres = new Matrix(classes, columns, [.. Enumerable.Range(0, classes * columns).Select(_ => Normal())]);
        var x = new Matrix(rows, columns);
        double[] y = [.. Enumerable.Range(0, rows).Select(r => (double)(r % classes))];
        for (var r = 0; r < rows; r++)
        for (var c = 0; c < columns; c++)
            x[r][c] = centres[(int)y[r]][c] + spread * Normal();
        return (x, y);
    }

    static double Dual(Matrix x, double[] y, double[] alpha)
    {
        var w = new double[x.Columns];
        for (var i = 0; i < y.Length; i++)
        for (var c = 0; c < w.Length; c++)
            w[c] += alpha[i] * y[i] * x[i][c];
        return .5 * w.Sum(v => v * v) - alpha.Sum();
    }

    [Theory]
    [InlineData(1), InlineData(100)]
    public void The_interior_point_method_ends_where_sequential_minimal_optimisation_ends(double c)
    {
        var (x, classes) = Clouds(400, 6, 2, 1.6, 1);
        double[] y = [.. classes.Select(k => k == 0 ? 1.0 : -1.0)];
        var near = InteriorPoint.Solve(x, y, c, CancellationToken.None)!;
        Assert.All(near, a => Assert.InRange(a, 0, c));
        Assert.Equal(0, near.Zip(y, (a, s) => a * s).Sum(), 6);
        // 300 rows are too few for it: solved by sequential minimal optimisation alone
        var (coefficients, _) = SequentialMinimal.Solve(
            x.Take([.. Enumerable.Range(0, 300)]),
            new(null),
            y[..300],
            c,
            CancellationToken.None
        );
        var own = InteriorPoint.Solve(x.Take([.. Enumerable.Range(0, 300)]), y[..300], c, CancellationToken.None)!;
        double other = Dual(x.Take([.. Enumerable.Range(0, 300)]), y[..300], [.. coefficients.Zip(y, (a, s) => a * s)]),
            mine = Dual(x.Take([.. Enumerable.Range(0, 300)]), y[..300], own);
        Assert.InRange(mine, other - 1e-3 * Math.Abs(other), other + 1e-6 * Math.Abs(other)); // at least as low
    }

    [Fact]
    public void Probabilities_sum_to_one_rank_as_the_answers_do_and_are_calibrated()
    {
        var (x, y) = Clouds(900, 4, 3, .9, 2);
        TrainingSet Part(int from, int to) => new(x.Take([.. Enumerable.Range(from, to - from)]), y[from..to], 3);
        var baseline = BaselineList.Find("svm");
        foreach (var setting in baseline.DefaultGrid(LiftLab.Engine.Tables.TaskKind.Classification))
        {
            using var model = GridFit.Fit(baseline, Part(0, 500), setting, 0, CancellationToken.None);
            model.Calibrate(Part(500, 700));
            var estimates = model.Predict(Part(700, 900).X, CancellationToken.None);
            int agree = 0,
                right = 0;
            var confidence = 0.0;
            for (var r = 0; r < 200; r++)
            {
                var p = estimates.Probabilities![r].ToArray();
                Assert.Equal(1, p.Sum(), 6);
                agree += Array.IndexOf(p, p.Max()) == (int)estimates.Values[r] ? 1 : 0;
                right += (int)estimates.Values[r] == (int)y[700 + r] ? 1 : 0;
                confidence += p.Max();
            }
            Assert.True(agree >= 180, $"{setting}: {agree} of 200 answers are the most probable class");
            Assert.InRange(confidence / 200 - right / 200.0, -.08, .08);
        }
    }

    [Fact]
    public void Three_classes_couple_as_in_LIBSVM()
    {
        // r of a known p: p_i / (p_i + p_j) is recovered exactly
        double[] expected = [.5, .3, .2];
        var first = new double[3, 3];
        for (var i = 0; i < 3; i++)
        for (var j = 0; j < 3; j++)
            first[i, j] = i == j ? 0 : expected[i] / (expected[i] + expected[j]);
        var p = new double[3];
        PairwiseProbability.Couple(first, p);
        Assert.All(p.Zip(expected), z => Assert.Equal(z.Second, z.First, 4));
    }
}
