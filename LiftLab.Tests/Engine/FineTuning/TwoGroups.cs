using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.FineTuning;

/// <summary>Two well separated groups of 100 rows, or their first coordinate as the number.</summary>
static class TwoGroups
{
    /// <param name="apart">Distance of the groups; a negative one swaps them.</param>
    public static LearningTask Of(TaskKind kind, double apart = 4)
    {
        var random = new Random(3);
        double[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { (i % 2 * apart) + random.NextDouble(), random.NextDouble() })];
        static string Text(double v) => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        var table = new Table(
            "groups",
            [
                new("a", [.. rows.Select(r => Text(r[0]))]),
                new("b", [.. rows.Select(r => Text(r[1]))]),
                new("y", [.. rows.Select((r, i) => kind == TaskKind.Classification ? (i % 2 == 0 ? "left" : "right") : Text(r[0]))]),
            ]
        );
        var schema = new Schema(
            [
                new("a", ColumnKind.Number),
                new("b", ColumnKind.Number),
                new("y", kind == TaskKind.Classification ? ColumnKind.Category : ColumnKind.Number, ColumnRole.Target),
            ],
            kind
        );
        return new(table, schema, SplitMaker.Make(table, schema, 0));
    }
}
