using System.Globalization;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>Predicted over true numbers of the test rows; on the diagonal the two are equal.</summary>
public static class TruthChart
{
    /// <summary>More marks slow the browser; overlapping ones are left out first.</summary>
    const int MostMarks = 4000;

    /// <param name="target">The target column.</param>
    /// <param name="unit">Its unit; empty for none.</param>
    /// <param name="truths">Shape (rows).</param>
    /// <param name="predicted">Null where the answer is unreadable. Shape (rows).</param>
    public static Figure Of(string target, string unit, IReadOnlyList<double> truths, IReadOnlyList<double?> predicted, string learner = "")
    {
        int[] readable = [.. Enumerable.Range(0, truths.Count).Where(i => predicted[i] is { } p && double.IsFinite(p))];
        double[] x = [.. readable.Select(i => truths[i])],
            y = [.. readable.Select(i => predicted[i]!.Value)];
        double[] all = [.. truths, .. y];
        var (low, high) = all.Length == 0 ? (0, 1) : (all.Min(), all.Max());
        var drawn = Thinning.Keep(x, y, new int[x.Length], MostMarks);
        var left = truths.Count - readable.Length;
        return new(
            learner.Length == 0 ? $"Predicted and true {target}" : $"Predicted and true {target}, {learner}",
            new($"true {target}", unit),
            new($"predicted {target}", unit),
            [new Series.Marks("test row", Hue.Subject, [.. drawn.Select(i => x[i])], [.. drawn.Select(i => y[i])])],
            DataTable.Of(
                ["true", "predicted"],
                truths.Count,
                i =>
                    [
                        truths[i].ToString("G6", CultureInfo.InvariantCulture),
                        predicted[i] is { } p && double.IsFinite(p) ? p.ToString("G6", CultureInfo.InvariantCulture) : "unreadable",
                    ]
            )
        )
        {
            Segments = [new(low, low, high, high, Hue.Other) { Dash = Dash.Dashed, Name = "prediction = truth" }],
            Caption =
                "Each mark is a test row; on the dashed line prediction and truth are equal."
                + (left == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {left} unreadable answers are left out.")),
            Summary = string.Create(CultureInfo.InvariantCulture, $"Predicted against true {target} for {readable.Length} test rows"),
        };
    }
}
