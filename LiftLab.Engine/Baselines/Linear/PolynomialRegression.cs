using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Linear;

/// <summary>Least squares (or ridge) over all monomials of the features up to a degree, with an unpenalised intercept.</summary>
sealed class PolynomialRegression : Model
{
    const long MostEntries = 200_000_000; // 1.6 GB of expanded features
    readonly int[][] monomials;
    readonly double[] weights;
    readonly double intercept;
    readonly double? deviation;

    PolynomialRegression(int[][] monomials, double[] weights, double intercept, double? deviation) =>
        (this.monomials, this.weights, this.intercept, this.deviation) = (monomials, weights, intercept, deviation);

    public static Baseline Linear { get; } =
        new("linear", "Linear regression", Baseline.Numbers, Fit, Open, "Ordinary least squares.")
        {
            Parameters = _ => [new("degree", null, 1), new("ridge", null, 0.0)],
        };

    public static Baseline Polynomial { get; } =
        new("poly", "Polynomial regression", Baseline.Numbers, Fit, Open, "Least squares or ridge over monomials of the features.")
        {
            Parameters = _ => [new("degree", "deg", 1, 2, 3), new("ridge", null, 0.0, 1.0, 10.0)],
            PaperParameters = _ => [new("degree", "deg", 3), new("ridge", null, 0.0)],
        };

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var ridge = setting.Number("ridge");
        var monomials = Monomials(data.X.Columns, setting.Whole("degree"));
        if ((long)data.X.Rows * monomials.Length > MostEntries)
            throw new LearningFailedException(
                "too-many-terms",
                $"A polynomial of degree {setting.Whole("degree")} in {data.X.Columns} features has {monomials.Length:N0} terms",
                "Use a lower degree or fewer features."
            );
        var a = Expand(data.X, monomials, cancel);
        double[] means = new double[a.Columns],
            y = [.. data.Y];
        for (var r = 0; r < a.Rows; r++)
            TensorPrimitives.MultiplyAdd(a[r], 1.0 / a.Rows, means, means);
        for (var r = 0; r < a.Rows; r++)
            TensorPrimitives.Subtract(a[r], means, a[r]);
        var mean = y.Average();
        for (var i = 0; i < y.Length; i++)
            y[i] -= mean;
        var w = ridge > 0 ? LeastSquares.Ridge(a, y, ridge, cancel) : LeastSquares.Solve(a, y, cancel);
        var model = new PolynomialRegression(monomials, w, mean - TensorPrimitives.Dot<double>(means, w), null);
        var free = data.Y.Length - 1 - w.Length;
        if (free < 1)
            return model; // the fit interpolates every training row, so residuals give no deviation
        var residuals = model.Predict(data.X, cancel).Values;
        TensorPrimitives.Subtract(residuals, data.Y, residuals);
        return new PolynomialRegression(monomials, w, model.intercept, Math.Sqrt(TensorPrimitives.SumOfSquares<double>(residuals) / free));
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put<int>("monomials", [.. monomials.SelectMany(m => m)]);
        into.Put("weights", weights);
        into.Put("intercept", intercept);
        into.Put("deviation", deviation);
    }

    public static Model Open(KeptReader from) =>
        new PolynomialRegression(
            [.. from.Array<int>("monomials").Chunk(2)],
            from.Array<double>("weights"),
            from.Number("intercept"),
            from.NumberOrNull("deviation")
        );

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var values = new double[x.Rows];
        var terms = new double[monomials.Length];
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 255) == 0)
                cancel.ThrowIfCancellationRequested();
            Expand(x[r], monomials, terms);
            values[r] = intercept + TensorPrimitives.Dot<double>(terms, weights);
        }
        double[]? deviations = null;
        if (deviation is { } d)
            Array.Fill(deviations = new double[x.Rows], d);
        return new(values, null, deviations);
    }

    static Matrix Expand(Matrix x, int[][] monomials, CancellationToken cancel)
    {
        var expanded = new Matrix(x.Rows, monomials.Length);
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 255) == 0)
                cancel.ThrowIfCancellationRequested();
            Expand(x[r], monomials, expanded[r]);
        }
        return expanded;
    }

    /// <summary>A monomial is its last feature times the monomial of the others, which is earlier in the list.</summary>
    static void Expand(ReadOnlySpan<double> row, int[][] monomials, Span<double> terms)
    {
        for (var i = 0; i < monomials.Length; i++)
            terms[i] = monomials[i][0] < 0 ? row[monomials[i][1]] : terms[monomials[i][0]] * row[monomials[i][1]];
    }

    /// <summary>
    /// Each monomial of degree 1 to <paramref name="degree"/> as (index of the monomial one degree lower or -1, feature).
    /// </summary>
    static int[][] Monomials(int features, int degree)
    {
        List<int[]> all = [.. Enumerable.Range(0, features).Select(f => (int[])[-1, f])];
        var from = 0;
        for (var d = 2; d <= degree; d++)
        {
            var to = all.Count;
            for (var lower = from; lower < to; lower++)
            for (var f = all[lower][1]; f < features; f++)
                all.Add([lower, f]);
            from = to;
        }
        return [.. all];
    }
}
