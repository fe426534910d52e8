using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// Reliability diagram: accuracy of the answers over their confidence; the area of a mark grows with its number of rows.
/// </summary>
public static class ReliabilityChart
{
    /// <param name="error">Expected calibration error; null where it was not computed.</param>
    /// <param name="learner">Title of the learner that gave the answers; empty for none.</param>
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
                "Each mark is a bin of test rows with similar confidence; larger marks have more rows. On the dashed line, 80 % of "
                + "the answers with 80 % confidence are correct."
                + (error is { } e ? $" Expected calibration error {NumberWords.Unitless(e)}." : ""),
            Summary = error is { } ece ? $"{summary}, expected calibration error {NumberWords.Unitless(ece)}" : summary,
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
