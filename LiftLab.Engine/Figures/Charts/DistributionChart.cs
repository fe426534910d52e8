using System.Globalization;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>The distribution of a column: a histogram of numbers, or the counts of the most frequent values.</summary>
public static class DistributionChart
{
    /// <returns>Null where the profile has neither a histogram nor counts.</returns>
    public static Figure? Of(ColumnProfile column) =>
        column switch
        {
            { Numbers: { Histogram: { Counts.Count: > 0 } histogram } numbers } => Bars(
                column,
                [.. histogram.Counts.Select((_, i) => Span(histogram, i))],
                histogram.Counts,
                string.Create(CultureInfo.InvariantCulture, $"Histogram from {numbers.Min:G4} to {numbers.Max:G4}")
            ),
            { Top: { Count: > 0 } top } => Bars(
                column,
                [.. top.Select(v => v.Value)],
                [.. top.Select(v => v.Count)],
                $"Counts of the {top.Count} most frequent values"
            ),
            _ => null,
        };

    static string Span(Histogram histogram, int i) =>
        string.Create(CultureInfo.InvariantCulture, $"{histogram.Edges[i]:G4} to {histogram.Edges[i + 1]:G4}");

    static Figure Bars(ColumnProfile column, IReadOnlyList<string> names, IReadOnlyList<int> counts, string summary) =>
        new(
            $"Distribution of {column.Name}",
            Axis.OfCategories(names, column.Unit is { Length: > 0 } unit ? $"{column.Name} ({unit})" : column.Name),
            new("rows") { FromZero = true },
            [new Series.Bars("rows", Hue.Subject, [.. names.Select((name, i) => new Figure.Point(name, counts[i]))])],
            DataTable.Of(["value", "rows"], names.Count, i => [names[i], counts[i].ToString(CultureInfo.InvariantCulture)])
        )
        {
            Summary = summary,
        };
}
