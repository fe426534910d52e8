using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Numbers as codes: each context divides its rows' numbers into steps with about equally many rows, and a step means the mean of its rows.
/// The limits differ between draws, so that the mean over draws is smooth. Contexts of neighbours have finer steps, because their numbers
/// are closer together.
/// </summary>
/// <param name="values">Values of the training rows in the target's unit, centred on zero because their squares are summed.</param>
/// <param name="steps">Maximum steps of a context, 2 to 10.</param>
/// <param name="origin">The offset that was subtracted from the values, in the target's unit.</param>
sealed class NumberTargets(double[] values, int steps, double origin = 0) : ContextTargets
{
    /// <summary>Number of steps for measuring the relevance of features.</summary>
    const int CoarseSteps = 5;

    /// <summary>Maximum shift of a limit from its even position, as a share of a step.</summary>
    const double Jitter = 0.5;

    NumberCalibration calibration = NumberCalibration.None;

    public override int Width => 2;

    public override JsonObject Calibrate(double[][] answers, double[] truth)
    {
        calibration = NumberCalibration.Fit(answers, [.. truth.Select(t => t - origin)]);
        return new()
        {
            ["slope"] = calibration.Slope,
            ["shift"] = calibration.Shift,
            ["spread"] = calibration.Spread,
        };
    }

    public override Prediction Predicted(double[] answer, AnswerSheet sheet)
    {
        var (mean, deviation) = calibration.Apply(answer);
        return Prediction.Number(origin + mean, deviation);
    }

    public override void Keep(KeptWriter into)
    {
        into.Put("values", values);
        into.Put("steps", steps);
        into.Put("origin", origin);
        into.Put("slope", calibration.Slope);
        into.Put("shift", calibration.Shift);
        into.Put("spread", calibration.Spread);
    }

    public static NumberTargets Of(KeptReader from) =>
        new(from.Array<double>("values"), from.Whole("steps"), from.Number("origin"))
        {
            calibration = new(from.Number("slope"), from.Number("shift"), from.Number("spread")),
        };

    public override (int[] Classes, int Count) AsClasses() =>
        (StepsOf([.. values], [.. Enumerable.Range(1, CoarseSteps - 1).Select(c => (double)c / CoarseSteps)]), CoarseSteps);

    public override Func<int[], bool, ContextCodes> Draw(Random random)
    {
        int[] codes = [.. Enumerable.Range(0, ContextCodes.Count)];
        random.Shuffle(codes);
        double[] cuts = [.. Enumerable.Range(1, steps - 1).Select(c => (c + Jitter * (2 * random.NextDouble() - 1)) / steps)];
        return (rows, _) =>
        {
            double[] own = [.. rows.Select(r => values[r])];
            var stepOf = StepsOf(own, cuts);
            int[] used = [.. stepOf.Distinct().Order()];
            return new(
                [.. stepOf.Select(s => codes[s])],
                [.. used.Select(s => codes[s])],
                [.. used.Select(s => Moments([.. own.Where((_, i) => stepOf[i] == s)]))]
            );
        };
    }

    static double[] Moments(double[] numbers) => [numbers.Average(), numbers.Average(v => v * v)];

    /// <summary>The step of each number for limits at these quantiles; equal numbers have the same step.</summary>
    static int[] StepsOf(double[] numbers, double[] cuts)
    {
        double[] sorted = [.. numbers.Order()];
        double[] at = [.. cuts.Select(c => sorted[Math.Min((int)(c * sorted.Length), sorted.Length - 1)])];
        return [.. numbers.Select(v => at.Count(a => v >= a))];
    }
}
