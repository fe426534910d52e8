using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>Kernel ridge regression with an RBF kernel and no intercept: (K + αI)⁻¹y.</summary>
sealed class KernelRidge : Model
{
    const int Block = 256;
    readonly KernelFunction kernel;
    readonly Matrix x;
    readonly double[] dual;

    KernelRidge(KernelFunction kernel, Matrix x, double[] dual) => (this.kernel, this.x, this.dual) = (kernel, x, dual);

    public static Baseline Entry { get; } =
        new("krr", "Kernel ridge regression", Baseline.Numbers, Fit, Open, "RBF kernel.")
        {
            Parameters = _ => Grid(1.0, 0.1, 0.01),
            PaperParameters = _ => Grid(1.0),
        };

    static IReadOnlyList<Hyperparameter> Grid(params object[] alphas) =>
        [new("gamma", "g", 0.01, 0.1, 1.0), new("alpha", null, alphas), new("max_rows", null, 8000)];

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        RowLimit.Check(data, setting.Whole("max_rows"), "Kernel ridge");
        var kernel = new KernelFunction(setting.Number("gamma"));
        var k = kernel.Between(data.X, data.X);
        for (var i = 0; i < k.Rows; i++)
            k[i][i] = 1 + setting.Number("alpha");
        Cholesky.Factor(k, cancel);
        double[] dual = [.. data.Y];
        Cholesky.Solve(k, dual);
        return new KernelRidge(kernel, data.X, dual);
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put("gamma", kernel.Gamma);
        into.Put("x", x);
        into.Put("dual", dual);
    }

    public static Model Open(KeptReader from) =>
        new KernelRidge(new(from.NumberOrNull("gamma")), from.Matrix("x"), from.Array<double>("dual"));

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var values = new double[x.Rows];
        for (var start = 0; start < x.Rows; start += Block)
        {
            cancel.ThrowIfCancellationRequested();
            var rows = Math.Min(Block, x.Rows - start);
            var k = kernel.Between(new Matrix(rows, x.Columns, x.Data[(start * x.Columns)..((start + rows) * x.Columns)]), this.x);
            for (var r = 0; r < rows; r++)
                values[start + r] = TensorPrimitives.Dot<double>(k[r], dual);
        }
        return new(values);
    }
}

/// <summary>Rejects too many rows for methods whose cost grows with the cube of the rows, instead of running without end.</summary>
static class RowLimit
{
    public static void Check(TrainingSet data, int most, string method)
    {
        if (data.Y.Length > most)
            throw new LearningFailedException(
                "too-many-rows",
                $"{method} needs a matrix of {data.Y.Length:N0} × {data.Y.Length:N0}, above its limit of {most:N0} rows",
                $"Train on fewer rows, increase max_rows (memory grows with its square), or exclude this model."
            );
    }
}
