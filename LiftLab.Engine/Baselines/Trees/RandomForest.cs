using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>
/// Averaged trees: each on a bootstrap sample with the best of all thresholds (random forest), or on all rows with random thresholds
/// (extremely randomised trees). Each node tries √P random features in classification, all in regression.
/// </summary>
sealed class RandomForest(Tree[] trees, int classes) : Model
{
    public static Baseline Forest { get; } =
        new("rf", "Random forest", Baseline.Both, Fit, Open, "Trees on bootstrap samples, averaged.")
        {
            Parameters = task => Grid(task, 4, 6, 20),
            PaperParameters = task => Grid(task, 4, 6),
        };

    public static Baseline ExtraTrees { get; } =
        new("extratrees", "Extra trees", Baseline.Both, FitExtraTrees, Open, "Trees with random thresholds, averaged.")
        {
            Parameters = _ => [new("max_depth", "d", 10, 30), new("min_samples_split", "s", 2, 5), new("trees", null, 200)],
        };

    /// <param name="depths">Grid of depths for regression; for classification the default grid is the paper's.</param>
    static IReadOnlyList<Hyperparameter> Grid(TaskKind task, params object[] depths) =>
        Baseline.ForTask<IReadOnlyList<Hyperparameter>>(
            task,
            classes: [new("max_depth", "d", 3, 5, 10), new("min_samples_split", "s", 2, 5, 10), new("trees", null, 100)],
            numbers: [new("max_depth", "d", depths), new("min_samples_split", null, 2), new("trees", null, 500)]
        );

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel) =>
        Grow(data, setting, seed, false, cancel);

    public static Model FitExtraTrees(TrainingSet data, Setting setting, int seed, CancellationToken cancel) =>
        Grow(data, setting, seed, true, cancel);

    static RandomForest Grow(TrainingSet data, Setting setting, int seed, bool extra, CancellationToken cancel)
    {
        int n = data.Y.Length,
            p = data.X.Columns;
        var options = new TreeOptions(
            data.IsRegression ? Impurity.SquaredError : Impurity.Gini,
            setting.Whole("max_depth"),
            setting.Whole("min_samples_split"),
            data.IsRegression ? p : Math.Max(1, (int)Math.Sqrt(p)),
            extra
        );
        var grower = new TreeGrower(new ValueCodes(data.X), data.Y, data.Classes, options);
        var random = new Random(seed);
        var trees = new Tree[setting.Whole("trees")];
        var copies = new int[n];
        Array.Fill(copies, 1);
        for (var t = 0; t < trees.Length; t++)
        {
            if (!extra)
            {
                Array.Clear(copies);
                for (var i = 0; i < n; i++)
                    copies[random.Next(n)]++;
            }
            trees[t] = grower.Grow(copies, random, cancel);
        }
        return new RandomForest(trees, data.Classes);
    }

    internal override void Keep(KeptWriter into)
    {
        Tree.Keep(into, trees);
        into.Put("classes", classes);
    }

    public static Model Open(KeptReader from) => new RandomForest(Tree.Open(from), from.Whole("classes"));

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        if (classes == 0)
            return Regress(x, cancel);
        var probabilities = new Matrix(x.Rows, classes);
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 255) == 0)
                cancel.ThrowIfCancellationRequested();
            var row = probabilities[r];
            foreach (var tree in trees)
            {
                var shares = tree.Output(x[r]);
                for (var k = 0; k < row.Length; k++)
                    row[k] += shares[k];
            }
            for (var k = 0; k < row.Length; k++)
                row[k] /= trees.Length;
        }
        return Estimates.FromProbabilities(probabilities);
    }

    Estimates Regress(Matrix x, CancellationToken cancel)
    {
        var values = new double[x.Rows];
        for (var r = 0; r < x.Rows; r++)
        {
            if ((r & 255) == 0)
                cancel.ThrowIfCancellationRequested();
            foreach (var tree in trees)
                values[r] += tree.Output(x[r])[0] / trees.Length;
        }
        return new(values);
    }
}
