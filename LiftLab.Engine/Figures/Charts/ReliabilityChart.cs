using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// Reliability diagram: accuracy of the answers against the confidence they were given with; marks grow with the rows behind them.
/// </summary>
public static class ReliabilityChart
{
    /// <param name="error">Expected calibration error, where it was scored.</param>
    /// <param name="learner">Whose answers these are.</param>
    public static Figure Of(IReadOnlyList<ReliabilityBin> all, double? error, string learner = "")
    {
        var bins = all.Where(b => b.Count > 0).ToArray();
        var summary = string.Create(CultureInfo.InvariantCulture, $"Reliability diagram over {bins.Sum(b => b.Count)} rows");
        return new(
            learner.Length == 0 ? "Reliability" : $"Reliability of {learner}",
            new("confidence of the answer", "%") { Low = -3, High = 103 },
            new("correct answers", "%") { Low = -3, High = 103 },
            [
                new Series.Marks(
                    "bin of test rows",
                    Hue.Subject,
                    [.. bins.Select(b => 100 * b.Confidence)],
                    [.. bins.Select(b => 100 * b.Accuracy)]
                )
                {
                    Weights = [.. bins.Select(b => (double)b.Count)],
                    Texts =
                    [
                        .. bins.Select(b =>
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{b.Count} rows: confidence {b.Confidence:P0}, correct {b.Accuracy:P0}"
                            )
                        ),
                    ],
                },
            ],
            TableOf(bins)
        )
        {
            Segments =
            [
                new(0, 0, 100, 100, Hue.Other) { Dash = Dash.Dashed, Name = "confidence = accuracy" },
                .. bins.Select(
                    (b, i) =>
                        new Segment(100 * b.Confidence, 100 * b.Confidence, 100 * b.Confidence, 100 * b.Accuracy, Hue.Contrast)
                        {
                            Width = 1.5,
                            Name = i == 0 ? "distance" : "",
                        }
                ),
            ],
            Caption =
                "Each mark is a bin of test rows by the confidence of their answers; larger marks hold more rows. On the dashed line, 80 % of "
                + "the answers given with 80 % confidence are correct."
                + (error is { } e ? string.Create(CultureInfo.InvariantCulture, $" Expected calibration error {e:F3}.") : ""),
            Summary = error is { } ece
                ? summary + string.Create(CultureInfo.InvariantCulture, $", expected calibration error {ece:F3}")
                : summary,
        };
    }

    static DataTable TableOf(ReliabilityBin[] bins) =>
        DataTable.Of(
            ["confidence from", "to", "rows", "mean confidence", "correct"],
            bins.Length,
            i =>
                [
                    bins[i].Low.ToString("F3", CultureInfo.InvariantCulture),
                    bins[i].High.ToString("F3", CultureInfo.InvariantCulture),
                    bins[i].Count.ToString(CultureInfo.InvariantCulture),
                    bins[i].Confidence.ToString("F3", CultureInfo.InvariantCulture),
                    bins[i].Accuracy.ToString("F3", CultureInfo.InvariantCulture),
                ]
        );
}
