using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>
/// Boosted trees on first and second derivatives of the loss, one tree per class and round: XGBoost's defaults (exact splits),
/// scikit-learn's GradientBoostingRegressor, and histogram boosting with limited leaves.
/// </summary>
sealed class GradientBoosting : Model
{
    /// <summary>Above this number of rows, splits are found over 255 quantile bins instead of exactly: similar accuracy, faster.</summary>
    const int MostRowsExact = 8192;

    readonly Tree[][] rounds; // [round][output]
    readonly double[] start;
    readonly int classes;
    readonly bool single;

    GradientBoosting(Tree[][] rounds, double[] start, int classes, bool single) =>
        (this.rounds, this.start, this.classes, this.single) = (rounds, start, classes, single);

    public static Baseline Xgboost { get; } =
        new("xgboost", "XGBoost", Baseline.Both, FitXgboost, Open, "Boosted trees with XGBoost 1.7's defaults and exact splits.")
        {
            Parameters = XgboostGrid,
            PaperParameters = Baseline.OnlyClasses(XgboostGrid),
        };

    public static Baseline Regressor { get; } =
        new(
            "gbt",
            "Gradient-boosted trees",
            Baseline.Numbers,
            FitRegressor,
            Open,
            "500 trees of depth 4; the paper's code calls this XGBoost for regression."
        )
        {
            Parameters = RegressorGrid,
            PaperParameters = RegressorGrid,
        };

    public static Baseline Histogram { get; } =
        new(
            "histgb",
            "Histogram gradient boosting",
            Baseline.Both,
            FitHistogram,
            Open,
            "Boosted trees over binned features, leaves best first."
        )
        {
            Parameters = HistogramGrid,
        };

    static IReadOnlyList<Hyperparameter> XgboostGrid(TaskKind _) =>
        [new("max_depth", "d", 3, 5, 10), new("rounds", null, 100), new("learning_rate", null, 0.3), new("lambda", null, 1.0)];

    static IReadOnlyList<Hyperparameter> RegressorGrid(TaskKind _) =>
        [
            new("learning_rate", "lr", 0.1, 0.01, 0.001),
            new("max_depth", null, 4),
            new("min_samples_split", null, 5),
            new("rounds", null, 500),
        ];

    /// <summary>The only setting of histogram boosting, here and in LightGBM.</summary>
    public static IReadOnlyList<Hyperparameter> HistogramGrid(TaskKind _) =>
        [new("max_leaves", null, 31), new("learning_rate", null, 0.1), new("min_samples_leaf", null, 20), new("rounds", null, 100)];

    /// <summary>XGBoost 1.7's defaults: exact splits, lambda 1, minimum hessian 1, learning rate 0.3.</summary>
    public static Model FitXgboost(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var options = new GradientTreeOptions(
            setting.Whole("max_depth"),
            Lambda: setting.Number("lambda"),
            LeastHessian: 1,
            LeastGain: 1e-6,
            SingleGain: true
        );
        var codes = new ValueCodes(data.X);
        SplitFinder finder =
            data.Y.Length > MostRowsExact || codes.Values.All(v => v.Length <= 64) ? BinnedSplits.Over(codes) : SortedSplits.Over(codes, 0);
        var start = new double[Outputs(data)];
        if (data.IsRegression)
            start[0] = 0.5;
        return Boost(data, finder, options, setting.Whole("rounds"), setting.Number("learning_rate"), start, 2, cancel);
    }

    /// <summary>scikit-learn's GradientBoostingRegressor with squared error.</summary>
    public static Model FitRegressor(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var options = new GradientTreeOptions(
            setting.Whole("max_depth"),
            MinSplit: setting.Whole("min_samples_split"),
            FeatureOrder: new Random(seed)
        );
        var codes = new ValueCodes(data.X);
        SplitFinder finder = data.Y.Length > MostRowsExact ? BinnedSplits.Over(codes) : SortedSplits.Over(codes, 1e-7f);
        return Boost(data, finder, options, setting.Whole("rounds"), setting.Number("learning_rate"), [data.Y.Average()], 1, cancel);
    }

    /// <summary>
    /// Histogram boosting as in LightGBM and scikit-learn's HistGradientBoosting: best-first growth, at least 20 rows per leaf.
    /// </summary>
    public static Model FitHistogram(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var options = new GradientTreeOptions(
            int.MaxValue,
            setting.Whole("max_leaves"),
            LeastHessian: 1e-3,
            MinLeaf: setting.Whole("min_samples_leaf"),
            LeastGain: 0
        );
        var start = new double[Outputs(data)];
        if (data.IsRegression)
            start[0] = data.Y.Average();
        else
        {
            for (var k = 0; k < start.Length; k++)
                start[k] = Math.Log(data.Y.Average(y => y == (data.Classes == 2 ? 1 : k) ? 1.0 : 0));
            start = data.Classes == 2 ? [start[0] - Math.Log(1 - Math.Exp(start[0]))] : [.. start.Select(s => s - start.Average())];
        }
        return Boost(
            data,
            BinnedSplits.Over(new ValueCodes(data.X)),
            options,
            setting.Whole("rounds"),
            setting.Number("learning_rate"),
            start,
            1,
            cancel
        );
    }

    static int Outputs(TrainingSet data) => data.Classes > 2 ? data.Classes : 1;

    /// <param name="curvature">Factor of the softmax's second derivatives p(1−p): XGBoost doubles them.</param>
    static GradientBoosting Boost(
        TrainingSet data,
        SplitFinder finder,
        GradientTreeOptions options,
        int rounds,
        double rate,
        double[] start,
        double curvature,
        CancellationToken cancel
    )
    {
        int n = data.Y.Length,
            outputs = start.Length;
        var single = options.SingleGain;
        var scores = new double[outputs][];
        for (var k = 0; k < outputs; k++)
            Array.Fill(scores[k] = new double[n], start[k]);
        double[][] g = [.. scores.Select(_ => new double[n])],
            h = [.. scores.Select(_ => new double[n])];
        var trees = new Tree[rounds][];
        double Leaf(double sumG, double sumH) =>
            single ? (float)((float)(-sumG / (sumH + options.Lambda)) * (float)rate) : -rate * sumG / (sumH + options.Lambda);
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            Derivatives(data, scores, g, h, curvature, doubles: options.FeatureOrder is not null);
            trees[round] = new Tree[outputs];
            for (var k = 0; k < outputs; k++)
            {
                var score = scores[k];
                trees[round][k] = GradientTree.Grow(
                    finder,
                    g[k],
                    h[k],
                    options,
                    Leaf,
                    (from, to, value) =>
                    {
                        for (var i = from; i < to; i++)
                            score[finder.Rows[i]] = single ? (float)(score[finder.Rows[i]] + value) : score[finder.Rows[i]] + value;
                    },
                    cancel
                );
            }
        }
        return new GradientBoosting(trees, start, data.Classes, single);
    }

    static void Derivatives(TrainingSet data, double[][] scores, double[][] g, double[][] h, double curvature, bool doubles)
    {
        var n = data.Y.Length;
        if (scores.Length == 1)
        {
            for (var i = 0; i < n; i++)
            {
                if (data.IsRegression)
                    (g[0][i], h[0][i]) = (doubles ? scores[0][i] - data.Y[i] : (float)(scores[0][i] - data.Y[i]), 1);
                else
                {
                    var p = 1 / (1 + Math.Exp(-scores[0][i]));
                    (g[0][i], h[0][i]) = ((float)(p - data.Y[i]), (float)Math.Max(p * (1 - p), 1e-16));
                }
            }
            return;
        }
        Span<double> p3 = stackalloc double[scores.Length];
        for (var i = 0; i < n; i++)
        {
            var largest = double.NegativeInfinity;
            for (var k = 0; k < p3.Length; k++)
                largest = Math.Max(largest, scores[k][i]);
            var sum = 0.0;
            for (var k = 0; k < p3.Length; k++)
                sum += p3[k] = Math.Exp(scores[k][i] - largest);
            for (var k = 0; k < p3.Length; k++)
            {
                var p = p3[k] / sum;
                g[k][i] = (float)(p - (data.Y[i] == k ? 1 : 0));
                h[k][i] = (float)Math.Max(curvature * p * (1 - p), 1e-16);
            }
        }
    }

    internal override void Keep(KeptWriter into)
    {
        Tree.Keep(into, [.. rounds.SelectMany(r => r)]);
        into.Put("start", start);
        into.Put("classes", classes);
        into.Put("single", single);
    }

    public static Model Open(KeptReader from)
    {
        var start = from.Array<double>("start");
        return new GradientBoosting([.. Tree.Open(from).Chunk(start.Length)], start, from.Whole("classes"), from.Flag("single"));
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var values = new double[x.Rows];
        var probabilities = classes == 0 ? null : new Matrix(x.Rows, classes);
        Span<double> scores = stackalloc double[start.Length];
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 127) == 0)
                cancel.ThrowIfCancellationRequested();
            start.CopyTo(scores);
            foreach (var round in rounds)
                for (var k = 0; k < round.Length; k++)
                {
                    scores[k] += round[k].Output(x[r])[0];
                    if (single)
                        scores[k] = (float)scores[k];
                }
            if (probabilities is null)
                values[r] = scores[0];
            else
                Probabilities(scores, probabilities[r]);
        }
        return probabilities is null ? new(values) : Estimates.FromProbabilities(probabilities);
    }

    static void Probabilities(Span<double> scores, Span<double> into)
    {
        if (scores.Length == 1)
        {
            (into[0], into[1]) = (1 / (1 + Math.Exp(scores[0])), 1 / (1 + Math.Exp(-scores[0])));
            return;
        }
        var largest = double.NegativeInfinity;
        foreach (var s in scores)
            largest = Math.Max(largest, s);
        var sum = 0.0;
        for (var k = 0; k < into.Length; k++)
            sum += into[k] = Math.Exp(scores[k] - largest);
        for (var k = 0; k < into.Length; k++)
            into[k] /= sum;
    }
}
