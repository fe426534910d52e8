using LiftLab.Engine.Figures;
using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Tests.Engine.Learning;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Figures;

/// <summary>One figure of each chart, with long names, markup in names, and unreadable answers.</summary>
static class SomeFigures
{
    const string Long = "a class whose name is longer than anybody would like it to be";

    static readonly BoundaryRows Rows = new("kind", ["a", "b<i> & co", Long], [1, 2, 3], [10, 20, 10], [0, 1, 1])
    {
        XUnit = "cm",
        YUnit = "cm",
    };

    public static Figure Loss(bool logarithmic = false)
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 30; i++)
            curve.Add(MadeUp.Step(i, 2.0 / i));
        curve.Add(new Validated(10, 1, .5, "accuracy", .8, true));
        curve.Add(new Validated(20, 2, .3, "accuracy", .9, true));
        return LossChart.Of(curve, logarithmic);
    }

    /// <summary>Two models of three, ten steps each.</summary>
    public static Metric Accuracy { get; } = new("accuracy", "Accuracy", true, "%");

    public static LossCurve TwoMembers()
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 20; i++)
            curve.Add(MadeUp.Step(i, 2.0 / ((i - 1) % 10 + 1)) with { Epoch = ((i - 1) % 10 + 1) / 5.0 });
        foreach (var step in new[] { 5, 10, 15, 20 })
            curve.Add(new Validated(step, step % 10 == 0 ? 2 : 1, step == 10 ? .9 : .5, "accuracy", .8, step != 10));
        return curve;
    }

    public static Figure Boundary => SliceChart.Of(MadeUp.Grid, Rows, "LIFT");

    public static Figure NumberBoundary =>
        SliceChart.Of(
            MadeUp.Grid with
            {
                Values = [100_000, 200_000, null, 400_000, 1, 600_000],
                Confidence = null,
            },
            new("price of the house", [], [1], [10], [5]) { TargetUnit = "USD" },
            "LIFT"
        );

    /// <summary>A response curve with an unreadable answer.</summary>
    public static Figure Curve
    {
        get
        {
            var points = new BoundarySurface(CurveTask.Six, "x", null, 40);
            IReadOnlyList<Prediction> answers =
            [
                .. points
                    .Table["x"]
                    .Numbers.Select(
                        (x, i) => i == 20 ? new Prediction.Unreadable("?") : Prediction.Number(25 + 20 * Math.Sin(2 * x), 4 + x)
                    ),
            ];
            var grid = points.Grid(answers);
            return SliceChart.Of(grid, BoundaryRows.Of(CurveTask.Six, grid), "LIFT");
        }
    }

    /// <summary>Response curves of two categories, or a surface.</summary>
    static BoundaryGrid GridOver(string y, double shift)
    {
        var points = new BoundarySurface(CurveTask.Six, "x", y, 12);
        return points.Grid([
            .. points.Table["x"].Numbers.Select((x, i) => Prediction.Number(10 * x + shift + (i / points.Lines?.Count ?? 5), 3)),
        ]);
    }

    public static Figure CurvesByCategory => SliceChart.Of(GridOver("k", 0), BoundaryRows.Of(CurveTask.Six, GridOver("k", 0)), "LIFT");

    public static Figure Surface => SliceChart.Of(GridOver("n", 0), BoundaryRows.Of(CurveTask.Six, GridOver("n", 0)), "random forest");

    public static Figure Overlaid(string y) =>
        OverlayChart.Of(
            [new("LIFT · the first run", GridOver(y, 0)), new("LIFT · second <b>run</b>", GridOver(y, 8)), new(Long, GridOver(y, 4))],
            BoundaryRows.Of(CurveTask.Six, GridOver(y, 0))
        );

    public static Figure Scores =>
        ScoreChart.Of(
            Metrics.Accuracy,
            [new("LIFT", .9, .8, .95, Highlight: true), new("trees & <b>more</b>", .5, .4, .6), new(Long, .7)],
            "LIFT"
        );

    public static Figure Confusion =>
        ConfusionChart.Of(
            new(
                [Long, "x", "y"],
                [
                    [9, 0, 1],
                    [0, 120, 3],
                    [1, 1, 1],
                ],
                [1, 0, 0]
            ),
            "LIFT"
        );

    public static Figure CriticalDifference
    {
        get
        {
            double[][] scores = [.. Enumerable.Range(0, 12).Select(d => (double[])[.9, .8 + (d % 3 == 0 ? .15 : 0), .5, .2])];
            var friedman = Friedman.Of([.. scores.Select(s => (IReadOnlyList<double>)s)], higherIsBetter: true);
            return CriticalDifferenceChart.Of(friedman, ["best", "second", "third", Long], "second", data: 12);
        }
    }

    public static Figure Band =>
        new(
            "Accuracy under noise",
            new("share of corrupted labels", "%"),
            new("accuracy", "%"),
            [
                new Series.Band("standard deviation over seeds", Hue.Subject, [0, 10, 20], [80, 70, double.NaN], [90, 88, 70]),
                new Series.Line("LIFT", Hue.Subject, [0, 10, 20], [85, 79, 60]) { Marked = true },
            ],
            DataTable.Of(["corrupted", "accuracy"], 3, i => [$"{10 * i}", "1"])
        )
        {
            Caption = "Mean and standard deviation over three seeds.",
            Summary = "Accuracy falls",
        };

    public static Figure Bars =>
        new(
            "Unreadable answers",
            Axis.OfCategories(["LIFT", Long], "learner"),
            new("answers") { FromZero = true },
            [new Series.Bars("answers", Hue.Other, [new("LIFT", 5, 3, 8), new(Long, 2)])],
            DataTable.Of(["learner", "answers"], 1, _ => ["LIFT", "5"])
        )
        {
            Caption = "Bars are counts.",
            Summary = "Unreadable answers of two learners",
        };

    public static IReadOnlyList<Figure> All =>
        [
            Loss(),
            Loss(logarithmic: true),
            LossChart.Of(TwoMembers(), logarithmic: false, members: 3),
            ValidationChart.Of(TwoMembers(), Accuracy),
            Boundary,
            NumberBoundary,
            Curve,
            CurvesByCategory,
            Surface,
            Overlaid("k"),
            Overlaid("n"),
            OverlayChart.Of([new("LIFT · run", MadeUp.Grid), new(Long, MadeUp.Grid)], Rows),
            Scores,
            Confusion,
            CriticalDifference,
            TruthChart.Of("price of the house", "1000 USD", [0, 50, 100], [10, 60, null], "LIFT"),
            ReliabilityChart.Of([new(.8, .9, 5, .85, .6), new(.9, 1, 20, .95, 1)], .1, "LIFT"),
            CurveChart.Of(
                "Learning rate",
                new("optimiser step"),
                new("learning rate"),
                [1, 2],
                [1e-5, 2e-5],
                Hue.Subject,
                caption: "Rate."
            ),
            CurvesChart.Of([(Long, LossOf(1)), ("second", LossOf(2)), ("third", LossOf(3))]),
            Band,
            Bars,
        ];

    static LossCurve LossOf(double factor)
    {
        var curve = new LossCurve();
        for (var i = 1; i <= 5; i++)
            curve.Add(MadeUp.Step(i, factor / i));
        curve.Add(new Validated(5, 1, factor / 5, null, null, true));
        return curve;
    }
}
