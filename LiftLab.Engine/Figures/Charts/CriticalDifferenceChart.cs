using System.Globalization;
using LiftLab.Engine.Learning.Evidence;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>
/// Critical-difference diagram (Demšar 2006, figure 1): mean ranks on an axis, best to the right; bars connect learners whose mean ranks
/// differ by less than the critical difference.
/// </summary>
public static class CriticalDifferenceChart
{
    /// <summary>Distances in units of the vertical axis; one unit has <see cref="PixelsPerUnit"/> pixels.</summary>
    const double Bar = .3,
        Line = .62,
        LineToLine = 1.25 * Line,
        Above = 2,
        Below = .45,
        PixelsPerUnit = 44;

    /// <param name="names">Titles of the ranked learners, in the order of <see cref="Friedman.MeanRanks"/>.</param>
    /// <param name="marked">Title of the learner that is compared with the others.</param>
    /// <param name="data">Number of data sets for the caption; 0: not stated.</param>
    public static Figure Of(Friedman friedman, IReadOnlyList<string> names, string marked, int data = 0)
    {
        var k = names.Count;
        int[] best = [.. Enumerable.Range(0, k).OrderBy(i => friedman.MeanRanks[i])];
        var right = best[..((k + 1) / 2)];
        int[] left = [.. best[((k + 1) / 2)..].Reverse()];
        var first = Bar + Bar * friedman.Groups.Count + Line;
        var (low, high) = (1 - .06 * (k - 1), k + .06 * (k - 1));
        double Depth(int place) => -(first + place * LineToLine);
        var bottom = Depth(Math.Max(left.Length, right.Length) - 1) - Below;

        var segments = new List<Segment>();
        var notes = new List<Note>();
        void Draw(double x0, double y0, double x1, double y1, Hue hue, double width) =>
            segments.Add(new(x0, y0, x1, y1, hue) { Width = width });

        Draw(1, 0, k, 0, Hue.Text, 1.5);
        for (var rank = 1; rank <= k; rank++)
        {
            Draw(rank, 0, rank, .18, Hue.Text, 1.5);
            notes.Add(new(rank, .5, rank.ToString(CultureInfo.InvariantCulture)));
        }
        foreach (var (side, end, anchor) in new[] { (right, low, NoteAnchor.Start), (left, high, NoteAnchor.End) })
            for (var place = 0; place < side.Length; place++)
            {
                var rank = friedman.MeanRanks[side[place]];
                var isMarked = names[side[place]] == marked;
                var (hue, width) = isMarked ? (Hue.Subject, 2) : (Hue.Other, 1);
                Draw(rank, 0, rank, Depth(place), hue, width);
                Draw(rank, Depth(place), end, Depth(place), hue, width);
                var text = string.Create(CultureInfo.InvariantCulture, $"{names[side[place]]} {rank:0.00}");
                notes.Add(new(end, Depth(place), text, anchor) { Hue = isMarked ? Hue.Subject : Hue.Text, Bold = isMarked });
            }
        var slack = .012 * (k - 1);
        foreach (var (group, g) in friedman.Groups.Select((group, g) => (group, g)))
        {
            var (from, to) = (friedman.MeanRanks[group[0]] - slack, friedman.MeanRanks[group[^1]] + slack);
            Draw(from, -Bar * (g + 1), to, -Bar * (g + 1), Hue.Text, 5);
        }
        var difference = friedman.CriticalDifference;
        var said = string.Create(CultureInfo.InvariantCulture, $"critical difference {difference:0.00}");
        if (difference <= k - 1)
        {
            Draw(k, 1.15, k - difference, 1.15, Hue.Text, 1.5);
            foreach (var end in new[] { k, k - difference })
                Draw(end, 1.02, end, 1.28, Hue.Text, 1.5);
            notes.Add(new(k - difference / 2, 1.6, said));
        }
        else
            notes.Add(new((1 + k) / 2.0, 1.4, said + ", wider than the whole axis"));

        return new(
            "Critical difference",
            new("mean rank")
            {
                Low = low,
                High = high,
                Reversed = true,
                Hidden = true,
            },
            new("")
            {
                Low = bottom,
                High = Above,
                Hidden = true,
            },
            [
                new Series.Marks("mean rank", Hue.Text, [.. best.Select(i => friedman.MeanRanks[i])], new double[k])
                {
                    Texts = [.. best.Select(i => string.Create(CultureInfo.InvariantCulture, $"{names[i]} {friedman.MeanRanks[i]:0.00}"))],
                    InLegend = false,
                },
            ],
            TableOf(friedman, names, best)
        )
        {
            Segments = segments,
            Notes = notes,
            Caption =
                (data > 0 ? string.Create(CultureInfo.InvariantCulture, $"Mean ranks over {data} data sets") : "Mean ranks")
                + ", best to the right. A bar connects learners whose mean ranks differ by less than the critical difference (Nemenyi, 5 %): "
                + "no significant difference (Demšar 2006).",
            Summary = $"Mean ranks of {k} learners, best {names[best[0]]}; {said}",
            Height = Math.Round(PixelsPerUnit * (Above - bottom)) + 8,
        };
    }

    static DataTable TableOf(Friedman friedman, IReadOnlyList<string> names, int[] best) =>
        DataTable.Of(
            ["learner", "mean rank", .. best.Select(i => "p, " + names[i])],
            best.Length,
            r =>
                [
                    names[best[r]],
                    friedman.MeanRanks[best[r]].ToString("0.00", CultureInfo.InvariantCulture),
                    .. best.Select(j => best[r] == j ? "" : friedman.NemenyiP[best[r]][j].ToString("0.000", CultureInfo.InvariantCulture)),
                ]
        );
}
