using System.Globalization;
using LiftLab.Engine.Learning.Evidence;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.LayoutLib.AnnotationLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace LiftLab.Web.Charts;

/// <summary>
/// Mean ranks on a line, best to the right, and bars that join learners whose ranks differ by less than the critical difference
/// (Demšar 2006, figure 1).
/// </summary>
public static class CriticalDifferenceChart
{
    const double Bar = .3,
        Lines = .62;

    /// <param name="names">Of the ranked learners, in the order of <see cref="Friedman.MeanRanks"/>.</param>
    /// <param name="marked">The learner the comparison is about.</param>
    public static Picture Draw(Friedman friedman, IReadOnlyList<string> names, string marked, ChartTheme theme)
    {
        var k = names.Count;
        int[] best = [.. Enumerable.Range(0, k).OrderBy(i => friedman.MeanRanks[i])];
        var right = best[..((k + 1) / 2)];
        int[] left = [.. best[((k + 1) / 2)..].Reverse()];
        var first = Bar + Bar * friedman.Groups.Count + Lines;
        double Depth(int place) => -(first + place * Lines * 1.25);
        var (low, high) = (1 - .06 * (k - 1), k + .06 * (k - 1));

        var layout = Frame.Of(theme, "", "");
        layout.ShowLegend = false;
        layout.XAxis[0].Visible = layout.YAxis[0].Visible = false;
        layout.XAxis[0].Range = [high, low];
        layout.YAxis[0].Range = [Depth(Math.Max(left.Length, right.Length) - 1) - .45, 2];
        decimal Room(int[] side) =>
            (decimal)Math.Ceiling(22 + side.Select(i => SvgPainter.Measure(Label(i), 13.5)).DefaultIfEmpty(0).Max());
        string Label(int i) => string.Create(CultureInfo.InvariantCulture, $"{names[i]} {friedman.MeanRanks[i]:0.00}");
        (layout.Margin.L, layout.Margin.R, layout.Margin.T, layout.Margin.B) = (Room(left), Room(right), 4, 4);

        var shapes = new List<Shape>();
        var notes = new List<Annotation>();
        void Line(double x0, double y0, double x1, double y1, string color, decimal width) =>
            shapes.Add(
                new()
                {
                    Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
                    X0 = x0,
                    Y0 = y0,
                    X1 = x1,
                    Y1 = y1,
                    Line = new() { Color = color, Width = width },
                }
            );
        void Write(double x, double y, string text, XAnchorEnum anchor, string color, decimal size = 13) =>
            notes.Add(
                new()
                {
                    X = x,
                    Y = y,
                    Text = text,
                    ShowArrow = false,
                    XAnchor = anchor,
                    YAnchor = YAnchorEnum.Middle,
                    Font = new() { Size = size, Color = color },
                }
            );

        Line(1, 0, k, 0, theme.Ink, 1.5m);
        for (var rank = 1; rank <= k; rank++)
        {
            Line(rank, 0, rank, .18, theme.Ink, 1.5m);
            Write(rank, .5, rank.ToString(CultureInfo.InvariantCulture), XAnchorEnum.Center, theme.Ink, 12);
        }
        foreach (var (side, isRight) in new[] { (right, true), (left, false) })
            for (var place = 0; place < side.Length; place++)
            {
                var i = side[place];
                var isMarked = names[i] == marked;
                var color = isMarked ? theme.Accent : theme.SoftInk;
                var end = isRight ? low : high;
                Line(friedman.MeanRanks[i], 0, friedman.MeanRanks[i], Depth(place), color, isMarked ? 2 : 1);
                Line(friedman.MeanRanks[i], Depth(place), end, Depth(place), color, isMarked ? 2 : 1);
                var text = Frame.Text(Label(i));
                Write(
                    end,
                    Depth(place),
                    isMarked ? $"<b>{text}</b>" : text,
                    isRight ? XAnchorEnum.Left : XAnchorEnum.Right,
                    isMarked ? theme.Accent : theme.Ink
                );
            }
        for (var g = 0; g < friedman.Groups.Count; g++)
        {
            var group = friedman.Groups[g];
            var slack = .012 * (k - 1);
            Line(friedman.MeanRanks[group[0]] - slack, -Bar * (g + 1), friedman.MeanRanks[group[^1]] + slack, -Bar * (g + 1), theme.Ink, 5);
        }
        var difference = friedman.CriticalDifference;
        var said = string.Create(CultureInfo.InvariantCulture, $"critical difference {difference:0.00}");
        if (difference <= k - 1)
        {
            Line(k, 1.15, k - difference, 1.15, theme.Ink, 1.5m);
            foreach (var end in new[] { k, k - difference })
                Line(end, 1.02, end, 1.28, theme.Ink, 1.5m);
            Write(k - difference / 2, 1.6, said, XAnchorEnum.Center, theme.Ink, 12);
        }
        else
            Write((1 + k) / 2.0, 1.4, said + ", wider than the whole axis", XAnchorEnum.Center, theme.Ink, 12);
        (layout.Shapes, layout.Annotations) = (shapes, notes);

        var marks = new Scatter
        {
            Name = "mean rank",
            Mode = ModeFlag.Markers,
            X = [.. best.Select(i => (object)friedman.MeanRanks[i])],
            Y = [.. best.Select(_ => (object)0.0)],
            Marker = new() { Size = 7, Color = theme.Ink },
            HoverTextArray = [.. best.Select(i => Frame.Text(Label(i)))],
            HoverInfo = HoverInfoFlag.Text,
        };
        var behind = new DataTable(
            ["learner", "mean rank", .. best.Select(i => "p, " + names[i])],
            k,
            r =>
                [
                    names[best[r]],
                    friedman.MeanRanks[best[r]].ToString("0.00", CultureInfo.InvariantCulture),
                    .. best.Select(j => best[r] == j ? "" : friedman.NemenyiP[best[r]][j].ToString("0.000", CultureInfo.InvariantCulture)),
                ]
        );
        return new([marks], layout, behind, $"Mean ranks of {k} learners, best {names[best[0]]}; {said}");
    }

    /// <summary>Pixels that a picture of so many learners and bars needs.</summary>
    public static int Height(Friedman friedman) =>
        (int)(44 * (2 + .45 + Bar + Bar * friedman.Groups.Count + Lines + ((friedman.MeanRanks.Count + 1) / 2 - 1) * Lines * 1.25)) + 8;
}
