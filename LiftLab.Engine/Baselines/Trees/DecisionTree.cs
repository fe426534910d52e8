using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>One tree over all rows.</summary>
sealed class DecisionTree(Tree tree, int classes) : Model
{
    public static Baseline Entry { get; } =
        new("tree", "Decision tree", Baseline.Both, Fit, Open, "One tree of thresholds (CART).")
        {
            Parameters = Grid,
            PaperParameters = Baseline.OnlyClasses(Grid),
        };

    static IReadOnlyList<Hyperparameter> Grid(TaskKind task) =>
        [
            .. Baseline.ForTask<Hyperparameter[]>(task, classes: [new("criterion", "", "gini", "entropy")], numbers: []),
            new("max_depth", "d", 3, 5, 20),
            new("min_samples_split", null, 2),
        ];

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        var impurity = data.IsRegression
            ? Impurity.SquaredError
            : setting.Word("criterion") switch
            {
                "gini" => Impurity.Gini,
                "entropy" => Impurity.Entropy,
                var other => throw new LearningFailedException(
                    "unknown-criterion",
                    $"There is no criterion '{other}'",
                    "Use gini or entropy."
                ),
            };
        var options = new TreeOptions(impurity, setting.Whole("max_depth"), setting.Whole("min_samples_split"), data.X.Columns);
        var grower = new TreeGrower(new ValueCodes(data.X), data.Y, data.Classes, options);
        var once = new int[data.Y.Length];
        Array.Fill(once, 1);
        return new DecisionTree(grower.Grow(once, new Random(seed), cancel), data.Classes);
    }

    internal override void Keep(KeptWriter into)
    {
        Tree.Keep(into, [tree]);
        into.Put("classes", classes);
    }

    public static Model Open(KeptReader from) => new DecisionTree(Tree.Open(from)[0], from.Whole("classes"));

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (classes == 0)
        {
            var values = new double[x.Rows];
            for (var r = 0; r < x.Rows; r++)
                values[r] = tree.Output(x[r])[0];
            return new(values);
        }
        var probabilities = new Matrix(x.Rows, classes);
        for (var r = 0; r < x.Rows; r++)
            tree.Output(x[r]).CopyTo(probabilities[r]);
        return Estimates.FromProbabilities(probabilities);
    }
}
