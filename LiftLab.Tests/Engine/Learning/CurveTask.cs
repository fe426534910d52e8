using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Learning;

/// <summary>Regression tasks whose answers are drawn over one feature.</summary>
static class CurveTask
{
    /// <summary>Rows of x (number), n (integer), k (category) and the target y; every row trains.</summary>
    public static LearningTask Of(string[] x, string[] n, string[] k, string[]? y = null, string? unit = null)
    {
        var target = y ?? [.. Enumerable.Range(0, x.Length).Select(i => (10 * i).ToString(CultureInfo.InvariantCulture))];
        return new(
            new("t", [new("x", x), new("n", n), new("k", k), new("y", target)]),
            new(
                [
                    new("x", ColumnKind.Number) { Unit = "cm" },
                    new("n", ColumnKind.Integer),
                    new("k", ColumnKind.Category),
                    new("y", ColumnKind.Number, ColumnRole.Target) { Unit = unit },
                ],
                TaskKind.Regression
            ),
            new([.. Enumerable.Range(0, x.Length)], [], [])
        );
    }

    /// <summary>Six rows: x from 0 to 3, n from 2 to 8, two categories.</summary>
    public static LearningTask Six { get; } =
        Of(["0", "0.5", "1", "2", "2.5", "3"], ["2", "4", "4", "6", "8", "8"], ["a", "b", "a", "b", "a", "a"], unit: "kg");

    public static IReadOnlyList<Prediction> Answers(BoundarySurface points, double? deviation = 2) =>
        [.. Enumerable.Range(0, points.Table.RowCount).Select(i => Prediction.Number(i, deviation))];
}
