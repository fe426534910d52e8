using System.Globalization;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// A response curve: the predicted number over one feature, with one line per category where the grid has several, the interval of the
/// answers where the learner gives one, and the training rows as marks. The part outside the training rows is shaded.
/// </summary>
static class ResponseChart
{
    /// <summary>Free room above and below, as a share of the range.</summary>
    const double Room = 0.06;

    /// <summary>More marks than this hide the line.</summary>
    const int Many = 60;

    const double MarkOpacity = 0.4;

    /// <inheritdoc cref="SliceChart.Of"/>
    public static Figure Of(BoundaryGrid grid, BoundaryRows rows, string learner, (double Low, double High)? bounds)
    {
        var lines = grid.Lines!;
        var values = BoundaryChart.CellsOf(grid, []);
        var range = bounds ?? SliceChart.Bounds(grid, rows);
        IReadOnlyList<Region> outside = rows.XRange is { } across ? Region.Outside(across, null, grid.X[0], grid.X[^1]) : [];
        return new(
            SliceChart.Title(grid, rows, learner),
            XAxis(grid, rows),
            YAxis(rows, range),
            [
                .. lines.SelectMany((_, k) => Band(grid, values, k)),
                .. lines.Select((_, k) => Marks(rows, lines, k)),
                .. lines.Select((_, k) => Line(grid, values, k)),
                .. Unreadable(grid, values, range.Low),
            ],
            TableOf(grid, values, rows)
        )
        {
            Caption = CaptionOf(grid, values, rows, range, outside.Count > 0),
            Summary = SummaryOf(grid, values, rows),
            Regions = outside,
        };
    }

    public static Axis XAxis(BoundaryGrid grid, BoundaryRows rows) =>
        new(grid.XColumn, rows.XUnit)
        {
            Low = grid.X.Count > 1 ? grid.X[0] : grid.X[0] - .5,
            High = grid.X.Count > 1 ? grid.X[^1] : grid.X[0] + .5,
        };

    public static Axis YAxis(BoundaryRows rows, (double Low, double High) range)
    {
        var room = range.High > range.Low ? Room * (range.High - range.Low) : Math.Max(.5, Math.Abs(range.Low) / 10);
        return new(rows.Target, rows.TargetUnit) { Low = range.Low - room, High = range.High + room };
    }

    /// <summary>A single line has the subject's hue; several have class hues and dashes.</summary>
    static Hue HueOf(BoundaryGrid grid, int line) => grid.Lines!.Count == 1 ? Hue.Subject : Hue.Class(line);

    static Series.Line Line(BoundaryGrid grid, double?[] values, int line) =>
        new(grid.YColumn is null ? "prediction" : grid.Lines![line], HueOf(grid, line), grid.X, Of(grid, values, line))
        {
            Width = 2.4,
            Dash = DashOf(line),
            Marked = grid.X.Count == 1,
        };

    /// <summary>The dash of the k-th of several lines: a second way to tell them apart.</summary>
    public static Dash DashOf(int line) => (Dash)(line % 3);

    static IEnumerable<Series> Band(BoundaryGrid grid, double?[] values, int line)
    {
        if (grid.Deviations is not { } deviations)
            return [];
        double[] middle = [.. Of(grid, values, line)],
            deviation = [.. Of(grid, deviations, line)];
        return deviation.All(double.IsNaN)
            ? []
            :
            [
                new Series.Band(
                    "± 1 standard deviation",
                    HueOf(grid, line),
                    grid.X,
                    [.. middle.Zip(deviation, (v, d) => v - d)],
                    [.. middle.Zip(deviation, (v, d) => v + d)]
                )
                {
                    InLegend = grid.Lines!.Count == 1,
                },
            ];
    }

    static Series.Marks Marks(BoundaryRows rows, IReadOnlyList<string> lines, int line)
    {
        int[] own = [.. Enumerable.Range(0, rows.X.Count).Where(i => (int)rows.Y[i] == line)];
        var opacities = rows.Opacities;
        return new(
            "training row",
            lines.Count == 1 ? Hue.Text : Hue.Class(line),
            [.. own.Select(i => rows.X[i])],
            [.. own.Select(i => rows.Targets[i])]
        )
        {
            Opacities = opacities is null && rows.X.Count <= Many ? null : [.. own.Select(i => opacities?[i] ?? MarkOpacity)],
            InLegend = lines.Count == 1,
        };
    }

    /// <summary>Marks on the lower edge where an answer is unreadable.</summary>
    static IEnumerable<Series> Unreadable(BoundaryGrid grid, double?[] values, double low)
    {
        double[] at =
        [
            .. Enumerable.Range(0, values.Length).Where(i => values[i] is null).Select(i => grid.X[i % grid.X.Count]).Distinct(),
        ];
        return at.Length == 0 ? [] : [new Series.Marks("unreadable answer", Hue.Other, at, [.. at.Select(_ => low)])];
    }

    static IReadOnlyList<double> Of(BoundaryGrid grid, IReadOnlyList<double?> values, int line) =>
        [.. values.Skip(line * grid.X.Count).Take(grid.X.Count).Select(v => v ?? double.NaN)];

    static string CaptionOf(BoundaryGrid grid, double?[] values, BoundaryRows rows, (double Low, double High) range, bool shaded)
    {
        var several = grid.Lines!.Count > 1;
        string[] parts =
        [
            several
                ? $"The lines are the predicted {rows.Target} over {grid.XColumn}, one for each {grid.YColumn}"
                : $"The line is the predicted {rows.Target} over {grid.XColumn}"
                    + (grid.YColumn is null ? "" : $" where {grid.YColumn} is {grid.Lines[0]}"),
            .. grid.Deviations is null ? [] : (string[])["the band is ± 1 standard deviation of the answer"],
            .. shaded ? (string[])[$"shaded: {Region.OutsideRows}{RangeWords(grid, rows)}"] : [],
            .. values.Contains(null) ? (string[])["gaps are unreadable answers"] : [],
            .. values.Any(v => v < range.Low || v > range.High) ? (string[])["a line that leaves the drawing goes on beyond it"] : [],
        ];
        return $"{string.Join("; ", parts)}. {rows.Words} {rows.Held}".TrimEnd();
    }

    static string RangeWords(BoundaryGrid grid, BoundaryRows rows)
    {
        if (rows.XRange is not { } range)
            return "";
        var unit = rows.XUnit.Length == 0 ? "" : " " + rows.XUnit;
        return range.High > range.Low
            ? string.Create(CultureInfo.InvariantCulture, $" ({grid.XColumn} {range.Low:G6} to {range.High:G6}{unit})")
            : string.Create(CultureInfo.InvariantCulture, $", which all have {grid.XColumn} {range.Low:G6}{unit}");
    }

    static DataTable TableOf(BoundaryGrid grid, double?[] values, BoundaryRows rows)
    {
        string[] line = grid.YColumn is null ? [] : [grid.YColumn],
            deviation = grid.Deviations is null ? [] : ["standard deviation"];
        return DataTable.Of(
            [.. line, XAxis(grid, rows).Title, "predicted " + new Axis(rows.Target, rows.TargetUnit).Title, .. deviation, "training rows"],
            values.Length,
            i =>
                [
                    .. line.Select(_ => grid.Lines![i / grid.X.Count]),
                    grid.X[i % grid.X.Count].ToString("R", CultureInfo.InvariantCulture),
                    values[i] is { } value ? value.ToString("G6", CultureInfo.InvariantCulture) : "unreadable",
                    .. deviation.Select(_ => grid.Deviations![i]?.ToString("G4", CultureInfo.InvariantCulture) ?? ""),
                    rows.XRange is { } range && (grid.X[i % grid.X.Count] < range.Low || grid.X[i % grid.X.Count] > range.High)
                        ? "outside"
                        : "inside",
                ]
        );
    }

    static string SummaryOf(BoundaryGrid grid, double?[] values, BoundaryRows rows)
    {
        var over =
            $"Response curve of {rows.Target} over {grid.XColumn}" + (grid.Lines!.Count > 1 ? $", one line for each {grid.YColumn}" : "");
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0
            ? $"{over}: no readable answer"
            : string.Create(CultureInfo.InvariantCulture, $"{over}: from {known.Min():G3} to {known.Max():G3}");
    }
}
