namespace LiftLab.Engine.InContext;

/// <summary>
/// Linear calibration of numbers: a least-squares line from predicted to true values on rows that were in no context, and the ratio of
/// actual errors to predicted deviations.
/// </summary>
/// <param name="Shift">Intercept in the target's unit.</param>
/// <param name="Spread">Factor of the deviations.</param>
sealed record NumberCalibration(double Slope, double Shift, double Spread)
{
    /// <summary>With fewer rows, nothing is fitted.</summary>
    const int FewestRows = 20;

    const double LeastSlope = 0.5,
        MostSlope = 2;

    /// <summary>Leaves answers unchanged.</summary>
    public static NumberCalibration None { get; } = new(1, 0, 1);

    /// <param name="answers">Mean and mean square of each answer. Shape (rows)(2)</param>
    public static NumberCalibration Fit(double[][] answers, double[] truth)
    {
        if (truth.Length < FewestRows)
            return None;
        var (x, y) = (answers.Average(a => a[0]), truth.Average());
        var variance = answers.Average(a => (a[0] - x) * (a[0] - x));
        if (!(variance > 0))
            return None;
        var slope = Math.Clamp(answers.Zip(truth, (a, t) => (a[0] - x) * (t - y)).Average() / variance, LeastSlope, MostSlope);
        var line = new NumberCalibration(slope, y - slope * x, 1);
        double[] squares =
        [
            .. answers.Zip(
                truth,
                (a, t) => line.Apply(a) is var (mean, deviation) && deviation > 0 ? (t - mean) * (t - mean) / (deviation * deviation) : 1
            ),
        ];
        return line with { Spread = Math.Sqrt(Math.Max(1e-12, squares.Average())) };
    }

    /// <summary>Mean and standard deviation, in the target's unit.</summary>
    public (double Mean, double Deviation) Apply(double[] answer) =>
        (Shift + Slope * answer[0], Spread * Slope * Math.Sqrt(Math.Max(0, answer[1] - answer[0] * answer[0])));
}
