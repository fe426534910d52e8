using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>Training loss of each step and smoothed, validation loss, and the best epoch.</summary>
public static class LossChart
{
    /// <summary>Indices of the series that get a point with every step.</summary>
    public const int Raw = 0,
        Smooth = 1;

    /// <param name="members">Number of models that are trained one after the other and averaged.</param>
    public static Figure Of(LossCurve curve, bool logarithmic, int members = 1)
    {
        double[] steps = [.. curve.Steps.Select(s => (double)s)];
        var best = curve.Best;
        return new(
            "Loss",
            new("optimiser step"),
            new("loss", "nats per token") { Scale = logarithmic ? AxisScale.Logarithmic : AxisScale.Linear, FromZero = !logarithmic },
            [
                new Series.Line("training, each step", Hue.SubjectFaint, steps, [.. curve.Loss]) { Width = 1 },
                new Series.Line("training, smoothed", Hue.Subject, steps, [.. curve.Smooth]) { Width = 2.2 },
                new Series.Line(
                    "validation",
                    Hue.Contrast,
                    [.. curve.Validations.Select(v => (double)v.Step)],
                    [.. curve.Validations.Select(v => v.Loss)]
                )
                {
                    Marked = true,
                },
                new Series.Marks("best epoch", Hue.Text, best is null ? [] : [best.Step], best is null ? [] : [best.Loss]) { Star = true },
            ],
            TableOf(curve)
        )
        {
            Caption =
                "Cross-entropy of the answer tokens: each step (thin), their moving average, and the validation rows after each epoch. "
                + (
                    members > 1
                        ? $"{members} models are trained one after the other, each from the beginning, and their answers are averaged. "
                            + "The star marks the best epoch of the last model."
                        : "The star marks the epoch whose weights are kept."
                ),
            Summary = SummaryOf(curve),
            Waiting = curve.Steps.Count == 0 ? "no step yet" : null,
        };
    }

    static string SummaryOf(LossCurve curve)
    {
        if (curve.Steps.Count == 0)
            return "Loss curve, no step yet";
        var training = string.Create(
            CultureInfo.InvariantCulture,
            $"Loss curve over {curve.Steps.Count} steps: training loss from {curve.Loss[0]:G3} to {curve.Smooth[^1]:G3}"
        );
        return curve.Best is not { } best
            ? training
            : training + string.Create(CultureInfo.InvariantCulture, $", best validation at step {best.Step}");
    }

    static DataTable TableOf(LossCurve curve)
    {
        var validations = curve.Validations.ToLookup(v => v.Step);
        return DataTable.Of(
            ["step", "training loss", "smoothed", "validation loss"],
            curve.Steps.Count,
            i =>
                [
                    curve.Steps[i].ToString(CultureInfo.InvariantCulture),
                    curve.Loss[i].ToString("G6", CultureInfo.InvariantCulture),
                    curve.Smooth[i].ToString("G6", CultureInfo.InvariantCulture),
                    validations[curve.Steps[i]].LastOrDefault() is { } v ? v.Loss.ToString("G6", CultureInfo.InvariantCulture) : "",
                ]
        );
    }
}
