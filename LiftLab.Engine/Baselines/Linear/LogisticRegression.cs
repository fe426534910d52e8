using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Linear;

/// <summary>
/// Multinomial logistic regression, binary for two classes: minimises Σ cross-entropy + ‖W‖²/(2C) with an unpenalised intercept.
/// </summary>
sealed class LogisticRegression : Model
{
    const int Block = 256;
    readonly double[] weights; // (K, P + 1), the intercept last; one row for two classes
    readonly int classes,
        outputs,
        width;

    LogisticRegression(double[] weights, int classes, int features) =>
        (this.weights, this.classes, outputs, width) = (weights, classes, classes == 2 ? 1 : classes, features + 1);

    public static Baseline Entry { get; } =
        new("logreg", "Logistic regression", Baseline.Classes, Fit, Open, "Multinomial, L2 penalty.")
        {
            Parameters = Grid,
            PaperParameters = Grid,
        };

    static IReadOnlyList<Hyperparameter> Grid(TaskKind _) => [new("C", "C", 1.0, 10.0, 100.0), new("max_iter", null, 100)];

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        int k = data.Classes == 2 ? 1 : data.Classes,
            p = data.X.Columns + 1,
            n = data.X.Rows;
        var ridge = 1 / setting.Number("C");
        Matrix x = WithOnes(data.X),
            xt = x.Transposed();
        var w = new double[k * p];
        var scores = new double[k * Block];
        double Loss(ReadOnlySpan<double> at, Span<double> gradient)
        {
            cancel.ThrowIfCancellationRequested();
            var loss = 0.0;
            gradient.Clear();
            for (var start = 0; start < n; start += Block)
            {
                var rows = Math.Min(Block, n - start);
                Array.Clear(scores);
                Gemm.MultiplyAdd(k, rows, p, at, p, xt.Data.AsSpan(start), n, scores, Block); // (K, rows)
                loss += k == 1 ? BinaryLoss(scores, data.Y.AsSpan(start, rows)) : SoftmaxLoss(scores, data.Y.AsSpan(start, rows), k);
                Gemm.MultiplyAdd(k, p, rows, scores, Block, x.Data.AsSpan(start * p), p, gradient, p);
            }
            for (var c = 0; c < k; c++)
            {
                var row = at.Slice(c * p, p - 1);
                loss += 0.5 * ridge * TensorPrimitives.SumOfSquares(row);
                TensorPrimitives.MultiplyAdd(row, ridge, gradient.Slice(c * p, p - 1), gradient.Slice(c * p, p - 1));
            }
            return loss;
        }
        Lbfgs.Minimise(Loss, w, setting.Whole("max_iter"), cancel: cancel);
        return new LogisticRegression(w, data.Classes, p - 1);
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put("weights", weights);
        into.Put("classes", classes);
        into.Put("features", width - 1);
    }

    public static Model Open(KeptReader from) =>
        new LogisticRegression(from.Array<double>("weights"), from.Whole("classes"), from.Whole("features"));

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var probabilities = new Matrix(x.Rows, classes);
        Span<double> z = stackalloc double[outputs];
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 1023) == 0)
                cancel.ThrowIfCancellationRequested();
            for (var c = 0; c < outputs; c++)
                z[c] = TensorPrimitives.Dot(weights.AsSpan(c * width, width - 1), x[r]) + weights[c * width + width - 1];
            var row = probabilities[r];
            if (outputs == 1)
                (row[0], row[1]) = (Sigmoid(-z[0]), Sigmoid(z[0]));
            else
            {
                TensorPrimitives.Subtract(z, TensorPrimitives.Max<double>(z), row);
                TensorPrimitives.Exp(row, row);
                TensorPrimitives.Divide(row, TensorPrimitives.Sum<double>(row), row);
            }
        }
        return Estimates.FromProbabilities(probabilities);
    }

    /// <summary>Replaces scores (K, rows) by their derivatives and returns the block's loss.</summary>
    static double SoftmaxLoss(Span<double> scores, ReadOnlySpan<double> y, int classes)
    {
        var loss = 0.0;
        Span<double> largest = stackalloc double[Block],
            sum = stackalloc double[Block];
        largest = largest[..y.Length];
        sum = sum[..y.Length];
        largest.Fill(double.NegativeInfinity);
        sum.Clear();
        for (var c = 0; c < classes; c++)
            TensorPrimitives.Max(largest, scores.Slice(c * Block, y.Length), largest);
        for (var i = 0; i < y.Length; i++)
            loss -= scores[(int)y[i] * Block + i] - largest[i];
        for (var c = 0; c < classes; c++)
        {
            var row = scores.Slice(c * Block, y.Length);
            TensorPrimitives.Subtract(row, largest, row);
            TensorPrimitives.Exp(row, row);
            TensorPrimitives.Add(sum, row, sum);
        }
        for (var c = 0; c < classes; c++)
            TensorPrimitives.Divide(scores.Slice(c * Block, y.Length), sum, scores.Slice(c * Block, y.Length));
        for (var i = 0; i < y.Length; i++)
        {
            loss += Math.Log(sum[i]);
            scores[(int)y[i] * Block + i] -= 1;
        }
        return loss;
    }

    static double BinaryLoss(Span<double> scores, ReadOnlySpan<double> y)
    {
        var loss = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            var z = scores[i];
            var tail = Math.Log(1 + Math.Exp(-Math.Abs(z)));
            loss += tail + (y[i] > 0 ? Math.Max(-z, 0) : Math.Max(z, 0));
            scores[i] = Sigmoid(z) - y[i];
        }
        return loss;
    }

    static double Sigmoid(double z) => z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    static Matrix WithOnes(Matrix x)
    {
        var wide = new Matrix(x.Rows, x.Columns + 1);
        for (var r = 0; r < x.Rows; r++)
        {
            x[r].CopyTo(wide[r]);
            wide[r][x.Columns] = 1;
        }
        return wide;
    }
}
