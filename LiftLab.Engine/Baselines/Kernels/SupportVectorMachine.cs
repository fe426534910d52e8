using System.Numerics.Tensors;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Kernels;

/// <summary>
/// One-against-one support vector classification, linear or RBF with gamma = 1/(P·Var X). The prediction is the class with most pairwise
/// votes; ties go to the first. Probabilities couple a sigmoid of each pair, fitted on held-out rows, so they can rank two close classes
/// differently from the votes.
/// </summary>
sealed class SupportVectorMachine : Model
{
    const int Block = 256;
    readonly KernelFunction kernel;
    readonly Matrix support;
    readonly (int First, int Second, double[] Coefficients, double Offset)[] pairs;
    readonly int classes;
    readonly PairwiseProbability.Curve[] curves;

    SupportVectorMachine(
        KernelFunction kernel,
        Matrix support,
        (int, int, double[], double)[] pairs,
        int classes,
        PairwiseProbability.Curve[]? curves = null
    ) =>
        (this.kernel, this.support, this.pairs, this.classes, this.curves) = (
            kernel,
            support,
            pairs,
            classes,
            curves ?? [.. pairs.Select(_ => PairwiseProbability.Curve.Usual)]
        );

    public static Baseline Entry { get; } =
        new("svm", "Support vector machine", Baseline.Classes, Fit, Open, "Linear and RBF kernels, one against one.")
        {
            Parameters = Grid,
            PaperParameters = Grid,
        };

    static IReadOnlyList<Hyperparameter> Grid(TaskKind _) => [new("kernel", "", "linear", "rbf"), new("C", "C", 1.0, 10.0, 100.0)];

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var kernel = setting.Word("kernel") switch
        {
            "linear" => new KernelFunction(null),
            "rbf" => new KernelFunction(KernelFunction.ScaleGamma(data.X)),
            var other => throw new LearningFailedException("unknown-kernel", $"There is no kernel '{other}'", "Use linear or rbf."),
        };
        var c = setting.Number("C");
        int[][] members =
        [
            .. Enumerable.Range(0, data.Classes).Select(k => Enumerable.Range(0, data.Y.Length).Where(r => data.Y[r] == k).ToArray()),
        ];
        var full = new List<(int First, int Second, double[] Coefficients, double Offset)>();
        for (var a = 0; a < data.Classes; a++)
        for (var b = a + 1; b < data.Classes; b++)
        {
            int[] rows = [.. members[a], .. members[b]];
            double[] y = [.. rows.Select(r => data.Y[r] == a ? 1.0 : -1.0)];
            var (coefficients, offset) = SequentialMinimal.Solve(data.X.Take(rows), kernel, y, c, cancel);
            var all = new double[data.Y.Length];
            for (var i = 0; i < rows.Length; i++)
                all[rows[i]] = coefficients[i];
            full.Add((a, b, all, offset));
        }
        int[] used = [.. Enumerable.Range(0, data.Y.Length).Where(r => full.Any(p => p.Coefficients[r] != 0))];
        return new SupportVectorMachine(
            kernel,
            data.X.Take(used),
            [.. full.Select(p => (p.First, p.Second, used.Select(r => p.Coefficients[r]).ToArray(), p.Offset))],
            data.Classes
        );
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put("gamma", kernel.Gamma);
        into.Put("support", support);
        into.Put("classes", classes);
        into.Put<int>("pairs", [.. pairs.SelectMany(p => (int[])[p.First, p.Second])]);
        into.Put<double>("coefficients", [.. pairs.SelectMany(p => p.Coefficients)]);
        into.Put<double>("offsets", [.. pairs.Select(p => p.Offset)]);
        into.Put<double>("curves", [.. curves.SelectMany(c => (double[])[c.Slope, c.Offset])]);
    }

    public static Model Open(KeptReader from)
    {
        var support = from.Matrix("support");
        int[][] pairs = [.. from.Array<int>("pairs").Chunk(2)];
        var (coefficients, offsets) = (from.Array<double>("coefficients"), from.Array<double>("offsets"));
        return new SupportVectorMachine(
            new(from.NumberOrNull("gamma")),
            support,
            [.. pairs.Select((p, i) => (p[0], p[1], coefficients[(i * support.Rows)..((i + 1) * support.Rows)], offsets[i]))],
            from.Whole("classes"),
            [.. from.Array<double>("curves").Chunk(2).Select(c => new PairwiseProbability.Curve(c[0], c[1]))]
        );
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var (answers, values) = Decide(x, cancel);
        var probabilities = new Matrix(x.Rows, classes);
        var first = new double[classes, classes];
        for (var r = 0; r < x.Rows; r++)
        {
            for (var p = 0; p < pairs.Length; p++)
            {
                var share = curves[p].At(values[r][p]);
                first[pairs[p].First, pairs[p].Second] = share;
                first[pairs[p].Second, pairs[p].First] = 1 - share;
            }
            PairwiseProbability.Couple(first, probabilities[r]);
        }
        return new(answers, probabilities);
    }

    /// <summary>Fits each pair's sigmoid on the held-out rows of its two classes.</summary>
    public override void Calibrate(TrainingSet held)
    {
        var values = Decide(held.X, CancellationToken.None).Values;
        for (var p = 0; p < pairs.Length; p++)
        {
            var (first, second, _, _) = pairs[p];
            int[] rows = [.. Enumerable.Range(0, held.Y.Length).Where(r => held.Y[r] == first || held.Y[r] == second)];
            curves[p] = PairwiseProbability.Fit([.. rows.Select(r => values[r][p])], [.. rows.Select(r => held.Y[r] == first)]);
        }
    }

    /// <returns>The class with most votes, and each pair's decision value. Shapes (N), (N, pairs).</returns>
    (double[] Answers, Matrix Values) Decide(Matrix x, CancellationToken cancel)
    {
        var answers = new double[x.Rows];
        var values = new Matrix(x.Rows, pairs.Length);
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
                for (var p = 0; p < pairs.Length; p++)
                {
                    var (first, second, coefficients, offset) = pairs[p];
                    var f = TensorPrimitives.Dot<double>(k[r], coefficients) - offset;
                    votes[f > 0 ? first : second]++;
                    values[start + r][p] = f;
                }
                var best = 0;
                for (var c = 1; c < classes; c++)
                    if (votes[c] > votes[best])
                        best = c;
                answers[start + r] = best;
            }
        }
        return (answers, values);
    }
}
