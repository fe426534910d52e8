using System.Globalization;
using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Trees;

/// <summary>LightGBM through its native library, which the package contains for Linux and Windows on x64.</summary>
sealed class LightGbm : Model
{
    readonly nint booster;
    readonly int classes;
    bool freed;

    LightGbm(nint booster, int classes) => (this.booster, this.classes) = (booster, classes);

    public static Baseline Entry { get; } =
        new("lightgbm", "LightGBM", Baseline.Both, Fit, Open, "LightGBM 4 through its native library.")
        {
            Parameters = GradientBoosting.HistogramGrid,
        };

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        CheckPresent();
        var parameters = Parameters(data, setting, seed);
        nint dataset = 0,
            booster = 0;
        try
        {
            LightGbmNative.Check(
                LightGbmNative.CreateDataset(
                    data.X.Data,
                    LightGbmNative.Float64,
                    data.X.Rows,
                    data.X.Columns,
                    1,
                    parameters,
                    0,
                    out dataset
                )
            );
            LightGbmNative.Check(
                LightGbmNative.SetField(dataset, "label", [.. data.Y.Select(y => (float)y)], data.Y.Length, LightGbmNative.Float32)
            );
            LightGbmNative.Check(LightGbmNative.CreateBooster(dataset, parameters, out booster));
            for (var round = 0; round < setting.Whole("rounds"); round++)
            {
                cancel.ThrowIfCancellationRequested();
                LightGbmNative.Check(LightGbmNative.Update(booster, out var finished));
                if (finished != 0)
                    break;
            }
            var model = new LightGbm(booster, data.Classes);
            booster = 0;
            return model;
        }
        finally
        {
            if (booster != 0)
                _ = LightGbmNative.FreeBooster(booster);
            if (dataset != 0)
                _ = LightGbmNative.FreeDataset(dataset);
        }
    }

    static string Parameters(TrainingSet data, Setting setting, int seed)
    {
        var objective = data.Classes switch
        {
            0 => "regression",
            2 => "binary",
            var k => string.Create(CultureInfo.InvariantCulture, $"multiclass num_class={k}"),
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"objective={objective} num_leaves={setting.Whole("max_leaves")} learning_rate={setting.Number("learning_rate")} min_data_in_leaf={setting.Whole("min_samples_leaf")} seed={seed} deterministic=true force_row_wise=true num_threads=1 verbosity=-1"
        );
    }

    static void CheckPresent()
    {
        if (!LightGbmNative.IsPresent)
            throw new LearningFailedException(
                "no-native-library",
                "LightGBM's native library is not available for this platform (it needs Linux or Windows on x64, and libgomp on Linux)",
                "Use histgb, this program's own implementation of the same method."
            );
    }

    /// <summary>LightGBM's own text format, in which numbers have 17 digits and so restore the same bits.</summary>
    internal override void Keep(KeptWriter into)
    {
        into.Put("booster", LightGbmNative.TextOf(booster));
        into.Put("classes", classes);
    }

    public static Model Open(KeptReader from)
    {
        CheckPresent();
        LightGbmNative.Check(LightGbmNative.LoadBooster(from.Text("booster"), out _, out var booster));
        return new LightGbm(booster, from.Whole("classes"));
    }

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(freed, this);
        cancel.ThrowIfCancellationRequested();
        var outputs = classes > 2 ? classes : 1;
        var results = new double[x.Rows * outputs];
        LightGbmNative.Check(
            LightGbmNative.Predict(
                booster,
                x.Data,
                LightGbmNative.Float64,
                x.Rows,
                x.Columns,
                1,
                LightGbmNative.Normal,
                0,
                -1,
                "num_threads=1",
                out _,
                results
            )
        );
        if (classes == 0)
            return new(results);
        var probabilities =
            classes > 2 ? new Matrix(x.Rows, classes, results) : new Matrix(x.Rows, 2, [.. results.SelectMany(p => (double[])[1 - p, p])]);
        return Estimates.FromProbabilities(probabilities);
    }

    protected override void Dispose(bool disposing)
    {
        if (!freed)
            _ = LightGbmNative.FreeBooster(booster);
        freed = true;
        base.Dispose(disposing);
    }

    ~LightGbm() => Dispose(false);
}
