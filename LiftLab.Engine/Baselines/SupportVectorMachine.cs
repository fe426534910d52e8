using System.Numerics.Tensors;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines;

/// <summary>
/// One-against-one support vector classification, linear or RBF with gamma = 1/(P·Var X). The answer is the class with most
/// pairwise votes, of equals the first. Probabilities are a softmax of summed pairwise margins whose temperature is fitted on
/// held rows, so that they may rank two close classes otherwise than the votes do.
/// </summary>
sealed class SupportVectorMachine : Model
{
    const int Block = 256;
    readonly KernelFunction kernel;
    readonly Matrix support;
    readonly (int First, int Second, double[] Coefficients, double Offset)[] pairs;
    readonly int classes;
    double temperature = 1;

    SupportVectorMachine(KernelFunction kernel, Matrix support, (int, int, double[], double)[] pairs, int classes) =>
        (this.kernel, this.support, this.pairs, this.classes) = (kernel, support, pairs, classes);

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var kernel = setting.Word("kernel") switch
        {
            "linear" => new KernelFunction(null),
            "rbf" => new KernelFunction(KernelFunction.ScaleGamma(data.X)),
            var other => throw new LearningFailedException("unknown-kernel", $"There is no kernel '{other}'", "Use linear or rbf."),
        };
        var c = setting.Number("C");
        int[][] members = [.. Enumerable.Range(0, data.Classes).Select(k => Enumerable.Range(0, data.Y.Length).Where(r => data.Y[r] == k).ToArray())];
        var full = new List<(int First, int Second, double[] Coefficients, double Offset)>();
        for (var a = 0; a < data.Classes; a++)
            for (var b = a + 1; b < data.Classes; b++)
            {
                int[] rows = [.. members[a], .. members[b]];
                double[] y = [.. rows.Select(r => data.Y[r] == a ? 1.0 : -1.0)];
                var (coefficients, offset) = SequentialMinimal.Solve(data.X.Take(rows), kernel, y, c, cancel);
                var all = new double[data.Y.Length];
                for (var i = 0; i < rows.Length; i++) all[rows[i]] = coefficients[i];
                full.Add((a, b, all, offset));
            }
        int[] used = [.. Enumerable.Range(0, data.Y.Length).Where(r => full.Any(p => p.Coefficients[r] != 0))];
        return new SupportVectorMachine(kernel, data.X.Take(used), [.. full.Select(p => (p.First, p.Second, used.Select(r => p.Coefficients[r]).ToArray(), p.Offset))], data.Classes);
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var (answers, margins) = Decide(x, cancel);
        for (var r = 0; r < x.Rows; r++) Soften(margins[r], temperature);
        return new(answers, margins);
    }

    /// <summary>Fits the temperature by golden section over log-loss, with one pseudo-row that keeps it finite where all held rows are right.</summary>
    public override void Calibrate(TrainingSet held)
    {
        var margins = Decide(held.X, CancellationToken.None).Margins;
        double Loss(double logTemperature)
        {
            var t = Math.Exp(logTemperature);
            var loss = t; // the pseudo-row: certainty costs
            Span<double> row = stackalloc double[classes];
            for (var r = 0; r < margins.Rows; r++)
            {
                margins[r].CopyTo(row);
                Soften(row, t);
                loss -= Math.Log(Math.Max(1e-15, row[(int)held.Y[r]]));
            }
            return loss;
        }
        double low = -5, high = 5, ratio = (Math.Sqrt(5) - 1) / 2;
        double a = high - ratio * (high - low), b = low + ratio * (high - low), fa = Loss(a), fb = Loss(b);
        while (high - low > 1e-3)
            if (fa < fb)
            {
                (high, b, fb) = (b, a, fa);
                fa = Loss(a = high - ratio * (high - low));
            }
            else
            {
                (low, a, fa) = (a, b, fb);
                fb = Loss(b = low + ratio * (high - low));
            }
        temperature = Math.Exp((low + high) / 2);
    }

    (double[] Answers, Matrix Margins) Decide(Matrix x, CancellationToken cancel)
    {
        var answers = new double[x.Rows];
        var margins = new Matrix(x.Rows, classes);
        Span<int> votes = stackalloc int[classes];
        for (var start = 0; start < x.Rows; start += Block)
        {
            cancel.ThrowIfCancellationRequested();
            var rows = Math.Min(Block, x.Rows - start);
            var block = new Matrix(rows, x.Columns, x.Data[(start * x.Columns)..((start + rows) * x.Columns)]);
            var k = kernel.Between(block, support);
            for (var r = 0; r < rows; r++)
            {
                votes.Clear();
                var margin = margins[start + r];
                foreach (var (first, second, coefficients, offset) in pairs)
                {
                    var f = TensorPrimitives.Dot<double>(k[r], coefficients) - offset;
                    votes[f > 0 ? first : second]++;
                    margin[first] += f / 2;
                    margin[second] -= f / 2;
                }
                var best = 0;
                for (var c = 1; c < classes; c++) if (votes[c] > votes[best]) best = c;
                answers[start + r] = best;
            }
        }
        return (answers, margins);
    }

    static void Soften(Span<double> margins, double temperature)
    {
        TensorPrimitives.Multiply(margins, temperature, margins);
        TensorPrimitives.Subtract(margins, TensorPrimitives.Max<double>(margins), margins);
        TensorPrimitives.Exp(margins, margins);
        TensorPrimitives.Divide(margins, TensorPrimitives.Sum<double>(margins), margins);
    }
}
