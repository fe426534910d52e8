using System.Globalization;
using LiftLab.Engine.Figures;
using LiftLab.Engine.Perturbations;

namespace LiftLab.Engine.Experiments.Robustness;

/// <summary>The curves of all learners over the levels of one perturbation, with 95 % bands and the line of a constant answer.</summary>
public static class CurvesFigure
{
    /// <summary>A little above the highest value, so that marks there are whole.</summary>
    const double Top = 1.02;

    /// <param name="curves">Of one table and one kind, the subject first.</param>
    /// <param name="title">The title of a learner by name.</param>
    public static Figure Of(
        StudyTable table,
        StudyKind kind,
        IReadOnlyList<RobustnessCurve> curves,
        IReadOnlyList<int> seeds,
        Func<string, string> title
    )
    {
        var perturbation = PerturbationList.Find(kind.Kind);
        var classes = table.Schema.Task == Tables.TaskKind.Classification;
        var shown = curves.Where(c => c.Points.Count > 0).ToArray();
        var series = new List<Series>();
        for (var i = shown.Length - 1; i >= 0; i--)
        {
            var (curve, hue) = (shown[i], HueOf(shown[i], curves));
            double[] x = [.. curve.Points.Select(p => p.Level)];
            series.Add(
                new Series.Band(title(curve.Series), hue, x, [.. curve.Points.Select(p => p.Low)], [.. curve.Points.Select(p => p.High)])
                {
                    InLegend = false,
                }
            );
        }
        for (var i = shown.Length - 1; i >= 0; i--)
            series.Add(
                new Series.Line(
                    title(shown[i].Series),
                    HueOf(shown[i], curves),
                    [.. shown[i].Points.Select(p => p.Level)],
                    [.. shown[i].Points.Select(p => p.Value)]
                )
                {
                    Marked = true,
                    Width = ReferenceEquals(shown[i], curves[0]) ? 3 : 1.8,
                }
            );
        var broken = shown.Where(c => c.BreakDown is { } b && double.IsFinite(b.Value)).ToArray();
        if (broken.Length > 0)
            series.Add(
                new Series.Marks(
                    "half of the skill is lost",
                    Hue.Text,
                    [.. broken.Select(c => c.BreakDown!.Value)],
                    [.. broken.Select(HalfSkill)]
                )
                {
                    Star = true,
                }
            );
        var measure = classes ? "accuracy" : "1 - RAE";
        return new(
            $"{kind.Title}: {table.Name}",
            new(perturbation.Axis.Label, perturbation.Axis.Unit) { Reversed = perturbation.Axis.Clean > 0 },
            new(measure) { Low = classes ? 0 : null, High = Top },
            series,
            TableOf(shown, measure, title)
        )
        {
            Caption =
                $"{perturbation.Text} Marks are means over {seeds.Count} {(seeds.Count == 1 ? "seed" : "seeds")}, bands 95 % intervals over seeds and test rows. "
                + "All learners see the same changed rows."
                + (broken.Length == 0 ? "" : " A star is where half of the clean skill is lost, with its 95 % interval."),
            Summary = Sentence(shown, measure, title),
            Waiting = shown.Length == 0 ? "no cell is answered yet" : null,
            Segments =
            [
                .. shown.Length == 0 || !classes ? (Segment[])[] : [FloorOf(shown)],
                .. broken.Select(c => BreakDownOf(c, HueOf(c, curves))),
            ],
        };
    }

    /// <summary>A learner keeps its hue whether others are shown or not.</summary>
    static Hue HueOf(RobustnessCurve curve, IReadOnlyList<RobustnessCurve> all)
    {
        for (var i = 0; i < all.Count; i++)
            if (all[i].Series == curve.Series)
                return i == 0 ? Hue.Subject : Hue.Class(i);
        return Hue.Other;
    }

    static Segment FloorOf(RobustnessCurve[] shown)
    {
        var levels = shown.SelectMany(c => c.Points).Select(p => p.Level).ToArray();
        return new(levels.Min(), shown[0].Floor, levels.Max(), shown[0].Floor, Hue.Other)
        {
            Name = "always the commonest class",
            Dash = Dash.Dashed,
        };
    }

    /// <summary>The value with half of the clean skill.</summary>
    static double HalfSkill(RobustnessCurve curve) => (curve.Points[0].Value + curve.Floor) / 2;

    /// <summary>The interval of the break-down level, up to the strongest level that was measured.</summary>
    static Segment BreakDownOf(RobustnessCurve curve, Hue hue)
    {
        var (levels, broken) = (curve.Points.Select(p => p.Level).ToArray(), curve.BreakDown!);
        double Within(double level) => double.IsFinite(level) ? Math.Clamp(level, levels.Min(), levels.Max()) : curve.Points[^1].Level;
        return new(Within(broken.Low), HalfSkill(curve), Within(broken.High), HalfSkill(curve), hue) { Width = 2 };
    }

    static DataTable TableOf(RobustnessCurve[] curves, string measure, Func<string, string> title)
    {
        var rows = curves.SelectMany(c => c.Points.Select(p => (Curve: c, Point: p))).ToArray();
        var attacked = rows.Any(r => r.Point.Survives is not null);
        return DataTable.Of(
            [
                "learner",
                "level",
                measure,
                "low",
                "high",
                "kept skill",
                "flips",
                "confidently wrong",
                "unreadable",
                "worst class",
                "rows changed",
                "seeds",
                .. attacked ? (string[])["rows that keep their answer"] : [],
            ],
            rows.Length,
            i =>
            {
                var (c, p) = rows[i];
                return
                [
                    title(c.Series),
                    Text(p.Level),
                    Text(p.Value),
                    Text(p.Low),
                    Text(p.High),
                    Text(p.Kept),
                    Text(p.Flips),
                    Text(p.ConfidentlyWrong),
                    Text(p.Unreadable),
                    Text(p.WorstClass),
                    Text(p.Touched),
                    Text(p.Seeds),
                    .. attacked ? (string[])[Text(p.Survives)] : [],
                ];
            }
        );
    }

    static string Sentence(RobustnessCurve[] curves, string measure, Func<string, string> title) =>
        curves.Length == 0
            ? "No cell is answered yet"
            : string.Join(
                "; ",
                curves.Select(c =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{title(c.Series)}: {measure} {c.Points[0].Value:0.000} to {c.Points[^1].Value:0.000}"
                    )
                )
            );

    static string Text(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
