using System.Globalization;
using LiftLab.Engine.Tables.Synthetic;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// A synthetic table: its points by class, its function with the points, or its function as colours over two features.
/// </summary>
public static class SyntheticChart
{
    /// <summary>More marks slow the browser; overlapping ones are left out first.</summary>
    const int MostMarks = 1500;

    const int CurvePoints = 200,
        GridPoints = 40;

    /// <param name="made">The table of the settings, with one or two features.</param>
    public static Figure Of(SyntheticSettings settings, SyntheticTable made)
    {
        var target = made.Table[made.Schema.Target.Name];
        var x = made.Table["x1"].Numbers;
        var y = made.Table.Has("x2") ? made.Table["x2"].Numbers : target.Numbers;
        var title = $"{settings.Function}, {made.Table.RowCount.ToString("N0", CultureInfo.InvariantCulture)} rows";
        return made.Table.Has("x2")
            ? target.Name == "class"
                ? Classes(title, x, y, target.Numbers)
                : Surface(title, settings, made, x, y)
            : Curve(title, settings, made, x, y);
    }

    static Figure Classes(string title, IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double> classes)
    {
        double[] labels = [.. classes.Distinct().Order()];
        int[] groups = [.. classes.Select(c => Array.IndexOf(labels, c))];
        var drawn = Thinning.Keep(x, y, groups, MostMarks);
        return new(
            title,
            new("x1"),
            new("x2"),
            [.. labels.Select((label, i) => Marks(Text(label), Hue.Class(i), [.. drawn.Where(r => groups[r] == i)], x, y))],
            DataTable.Of(["x1", "x2", "class"], x.Count, r => [Text(x[r]), Text(y[r]), Text(classes[r])])
        )
        {
            Summary = $"Scatter plot of {title} in {labels.Length} classes",
        };
    }

    static Figure Curve(string title, SyntheticSettings settings, SyntheticTable made, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (low, high) = (x.Min(), x.Max());
        double[] across = [.. Enumerable.Range(0, CurvePoints).Select(i => low + (high - low) * i / (CurvePoints - 1))];
        return new(
            title,
            new("x1"),
            new("y"),
            [
                Marks("training and validation rows", Hue.Subject, Learned(made, x, y), x, y),
                Marks("test rows", Hue.Contrast, [.. made.Split.Test.Take(MostMarks)], x, y),
                new Series.Line("function without noise", Hue.Text, across, [.. across.Select(v => SyntheticTables.Value(settings, [v]))])
                {
                    Width = 1,
                },
            ],
            DataTable.Of(["x1", "y"], x.Count, r => [Text(x[r]), Text(y[r])])
        )
        {
            Summary = $"Scatter plot of {title} with the function",
        };
    }

    static Figure Surface(string title, SyntheticSettings settings, SyntheticTable made, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double[] across = Axis(x),
            up = Axis(y);
        double?[] cells = [.. up.SelectMany(b => across.Select(a => (double?)SyntheticTables.Value(settings, [a, b])))];
        var values = made.Table["y"].Numbers;
        var shown = Learned(made, x, y);
        return new(
            title,
            new("x1"),
            new("x2"),
            [
                new Series.Heat("function without noise", across, up, cells),
                Marks("training and validation rows", Hue.Subject, shown, x, y) with
                {
                    Values = [.. shown.Select(r => values[r])],
                },
            ],
            DataTable.Of(["x1", "x2", "y"], x.Count, r => [Text(x[r]), Text(y[r]), Text(values[r])])
        )
        {
            Values = new("y", Math.Min(cells.Min()!.Value, values.Min()), Math.Max(cells.Max()!.Value, values.Max())),
            Summary = $"Heat map of {title}: the function as colours, rows as marks",
        };
    }

    static double[] Axis(IReadOnlyList<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        return [.. Enumerable.Range(0, GridPoints).Select(i => low + (high - low) * (i + 0.5) / GridPoints)];
    }

    static int[] Learned(SyntheticTable made, IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        int[] rows = [.. made.Split.Train, .. made.Split.Valid];
        return
        [
            .. Thinning
                .Keep([.. rows.Select(r => x[r])], [.. rows.Select(r => y[r])], new int[rows.Length], MostMarks)
                .Select(i => rows[i]),
        ];
    }

    static Series.Marks Marks(string name, Hue hue, int[] rows, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        new(name, hue, [.. rows.Select(r => x[r])], [.. rows.Select(r => y[r])]);

    static string Text(double number) => number.ToString("G6", CultureInfo.InvariantCulture);
}
