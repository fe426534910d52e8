using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines;

/// <summary>
/// Predicts the same for every row: the most frequent class, with the training frequencies as probabilities, or the training mean.
/// </summary>
sealed class ConstantModel(double value, double[]? shares, double? deviation) : Model
{
    public static Baseline Majority { get; } =
        new(
            "majority",
            "Majority class",
            Baseline.Classes,
            Fit,
            Open,
            "Always the most frequent training class: every useful model must be better."
        )
        {
            PaperParameters = _ => [],
        };

    public static Baseline Mean { get; } =
        new("mean", "Mean", Baseline.Numbers, Fit, Open, "Always the training mean: every useful model must be better.");

    public static Model Fit(TrainingSet data, Setting setting, int seed, CancellationToken cancel)
    {
        if (data.IsRegression)
        {
            var mean = data.Y.Average();
            var n = data.Y.Length;
            return new ConstantModel(mean, null, n > 1 ? Math.Sqrt(data.Y.Sum(y => (y - mean) * (y - mean)) / (n - 1)) : null);
        }
        var shares = new double[data.Classes];
        foreach (var y in data.Y)
            shares[(int)y] += 1.0 / data.Y.Length;
        var most = Array.IndexOf(shares, shares.Max());
        return new ConstantModel(most, shares, null);
    }

    internal override void Keep(KeptWriter into)
    {
        into.Put("value", value);
        into.Put("shares", shares ?? []);
        into.Put("deviation", deviation);
    }

    public static Model Open(KeptReader from) =>
        new ConstantModel(
            from.Number("value"),
            from.Array<double>("shares") is { Length: > 0 } shares ? shares : null,
            from.NumberOrNull("deviation")
        );

    public override Estimates Predict(Matrix x, CancellationToken cancel)
    {
        var values = new double[x.Rows];
        Array.Fill(values, value);
        Matrix? probabilities = null;
        if (shares is not null)
        {
            probabilities = new Matrix(x.Rows, shares.Length);
            for (var r = 0; r < x.Rows; r++)
                shares.CopyTo(probabilities[r]);
        }
        double[]? deviations = null;
        if (deviation is { } d)
            Array.Fill(deviations = new double[x.Rows], d);
        return new(values, probabilities, deviations);
    }
}
