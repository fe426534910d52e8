using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// Gaussian process regression with kernel c·exp(−‖x−x'‖²/2l²), zero mean, and noise variance alpha. c and l maximise the marginal
/// likelihood, starting from 1.41² and 0.1 and from random values between 1e-5 and 1e5 (Rasmussen and Williams, algorithm 2.1). Deviations
/// are those of a new observation and include noise.
/// </summary>
sealed class GaussianProcess : Model
{
    const int Block = 256;

    /// <summary>Size of the sample of rows on which c and l are fitted; each evaluation costs its cube.</summary>
    const int MostRowsLikelihood = 600;

    static readonly double Bound = Math.Log(1e5);

    readonly Matrix x,
        factor;
    readonly double[] dual;
    readonly double variance,
        alpha;
    readonly KernelFunction kernel;

    GaussianProcess(Matrix x, Matrix factor, double[] dual, double variance, KernelFunction kernel, double alpha) =>
        (this.x, this.factor, this.dual, this.variance, this.kernel, this.alpha) = (x, factor, dual, variance, kernel, alpha);

    public static Baseline Entry { get; } =
        new("gp", "Gaussian process", Baseline.Numbers, Fit, Open, "RBF kernel fitted by marginal likelihood, with predictive deviations.")
        {
            Parameters = _ => Grid(0.16, 0.01),
            PaperParameters = _ => Grid(0.16),
        };

    static IReadOnlyList<Hyperparameter> Grid(params object[] alphas) =>
        [new("restarts", "restarts", 5, 10), new("alpha", null, alphas), new("max_rows", null, 2000)];

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        RowLimit.Check(data, setting.Whole("max_rows"), "A Gaussian process");
        var alpha = setting.Number("alpha");
        var random = new Random(seed);
        var sample = data.Y.Length <= MostRowsLikelihood ? data : data.Take(Sample(data.Y.Length, random));
        var likelihood = new MarginalLikelihood(sample.X, sample.Y, alpha, cancel);
        double[] lower = [-Bound, -Bound],
            upper = [Bound, Bound],
            best = [];
        var bestValue = double.PositiveInfinity;
        for (var start = 0; start <= setting.Whole("restarts"); start++)
        {
            double[] theta =
                start == 0
                    ? [2 * Math.Log(1.41), Math.Log(0.1)]
                    : [Bound * (2 * random.NextDouble() - 1), Bound * (2 * random.NextDouble() - 1)];
            var value = Lbfgs.Minimise(likelihood.Negative, theta, 15_000, 1e-5, lower: lower, upper: upper, cancel: cancel);
            if (value < bestValue)
                (bestValue, best) = (value, theta);
        }
        var (variance, kernel) = (Math.Exp(best[0]), new KernelFunction(Math.Exp(-2 * best[1]) / 2));
        var k = kernel.Between(data.X, data.X);
        TensorPrimitives.Multiply(k.Data, variance, k.Data);
        for (var i = 0; i < k.Rows; i++)
            k[i][i] = variance + alpha;
        Cholesky.Factor(k, cancel);
        double[] dual = [.. data.Y];
        Cholesky.Solve(k, dual);
        return new GaussianProcess(data.X, k, dual, variance, kernel, alpha);
    }

    static int[] Sample(int rows, Random random)
    {
        int[] order = [.. Enumerable.Range(0, rows)];
        random.Shuffle(order);
        return order[..MostRowsLikelihood];
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put("x", x);
        into.PutLower("factor", factor);
        into.Put("dual", dual);
        into.Put("variance", variance);
        into.Put("gamma", kernel.Gamma);
        into.Put("alpha", alpha);
    }

    public static Model Open(KeptReader from)
    {
        var x = from.Matrix("x");
        return new GaussianProcess(
            x,
            from.LowerMatrix("factor", x.Rows),
            from.Array<double>("dual"),
            from.Number("variance"),
            new(from.NumberOrNull("gamma")),
            from.Number("alpha")
        );
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        double[] values = new double[x.Rows],
            deviations = new double[x.Rows];
        for (var start = 0; start < x.Rows; start += Block)
        {
            var rows = Math.Min(Block, x.Rows - start);
            var k = kernel.Between(new Matrix(rows, x.Columns, x.Data[(start * x.Columns)..((start + rows) * x.Columns)]), this.x);
            for (var r = 0; r < rows; r++)
            {
                cancel.ThrowIfCancellationRequested();
                TensorPrimitives.Multiply(k[r], variance, k[r]);
                values[start + r] = TensorPrimitives.Dot<double>(k[r], dual);
                Cholesky.SolveLower(factor, k[r]);
                deviations[start + r] = Math.Sqrt(Math.Max(0, variance - TensorPrimitives.SumOfSquares<double>(k[r])) + alpha);
            }
        }
        return new(values, null, deviations);
    }
}
