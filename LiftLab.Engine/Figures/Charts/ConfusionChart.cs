using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// A confusion matrix: counts of answered classes by true class. If there are unreadable answers, a last column counts them.
/// </summary>
public static class ConfusionChart
{
    /// <summary>With more classes the counts do not fit into the cells.</summary>
    const int MostWritten = 20;

    /// <param name="learner">Title of the learner that gave the answers; empty for none.</param>
    public static Figure Of(ConfusionMatrix matrix, string learner = "")
    {
        var labels = matrix.Labels;
        var unreadable = matrix.Unreadable.Any(n => n > 0);
        int[][] counts =
        [
            .. matrix.Counts.Select((row, r) => (int[])[.. row, .. unreadable ? [matrix.Unreadable[r]] : Array.Empty<int>()]),
        ];
        string[] columns =
        [
            .. labels,
            .. unreadable ? [labels.Contains("unreadable") ? "no answer" : "unreadable"] : Array.Empty<string>(),
        ];
        var rows = counts.Sum(row => row.Sum());
        var right = Enumerable.Range(0, labels.Count).Sum(k => counts[k][k]);
        return new(
            learner.Length == 0 ? "Confusion matrix" : $"Confusion matrix of {learner}",
            Axis.OfCategories(columns, "answer"),
            Axis.OfCategories(labels, "truth") with
            {
                Reversed = true,
            },
            [
                new Series.Heat("share of the true class", Places(columns.Length), Places(labels.Count), [.. counts.SelectMany(Shares)])
                {
                    Texts =
                    [
                        .. counts.SelectMany(row =>
                            row.Select(n => n == 0 || labels.Count > MostWritten ? "" : n.ToString(CultureInfo.InvariantCulture))
                        ),
                    ],
                },
            ],
            DataTable.Of(
                ["truth", .. columns],
                labels.Count,
                r => [labels[r], .. counts[r].Select(n => n.ToString(CultureInfo.InvariantCulture))]
            )
        )
        {
            Caption = "Rows are true classes, columns are answers. Numbers count test rows; the colour is their share of the true class.",
            Summary = string.Create(CultureInfo.InvariantCulture, $"Confusion matrix: {right} of {rows} test rows on the diagonal"),
            Values = new("share of the true class", 0, 1, IsShare: true),
        };
    }

    static IEnumerable<double?> Shares(int[] row)
    {
        var total = row.Sum();
        return row.Select(n => (double?)(total == 0 ? 0 : (double)n / total));
    }

    static double[] Places(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i)];
}
