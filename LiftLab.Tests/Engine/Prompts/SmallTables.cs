using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>Tables of a few rows, made for the prompt tests.</summary>
static class SmallTables
{
    public static (Table Table, Schema Schema) Of(TaskKind task, params (string Name, ColumnKind Kind, string[] Cells)[] columns) =>
        (
            new("small", [.. columns.Select(c => new Column(c.Name, c.Cells))]),
            new(
                [
                    .. columns.Select(
                        (c, i) => new ColumnSchema(c.Name, c.Kind, i == columns.Length - 1 ? ColumnRole.Target : ColumnRole.Feature)
                    ),
                ],
                task
            )
        );

    public static IReadOnlyList<int> Rows(Table table) => [.. Enumerable.Range(0, table.RowCount)];

    public static (Table Table, Schema Schema) Flowers { get; } =
        Of(
            TaskKind.Classification,
            ("sepal length", ColumnKind.Number, ["0.95", "-0.52", "0.63", "7.125"]),
            ("sepal width", ColumnKind.Number, ["0.27", "0.97", "-0.33", ""]),
            ("species", ColumnKind.Category, ["setosa", "virginica", "setosa", "versicolor"])
        );

    public static IReadOnlyList<string> FlowerLabels { get; } = ["setosa", "versicolor", "virginica"];
}
