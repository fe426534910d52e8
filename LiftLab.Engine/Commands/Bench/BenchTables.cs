using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Commands.Bench;

/// <summary>Seeded tables for <c>bench baselines</c>, also written as files for the reference script.</summary>
static class BenchTables
{
    /// <summary>Normal clusters, two per class, whose centres differ in half of the features; the other half is noise.</summary>
    public static double[][] Clouds(int rows, int features, int classes, Random random)
    {
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[][] centres =
        [
            .. Enumerable
                .Range(0, 2 * classes)
                .Select(_ => Enumerable.Range(0, features).Select(f => f < features / 2 ? 1.2 * Normal() : 0).ToArray()),
        ];
        return [.. Enumerable.Range(0, rows).Select(i => (double[])[.. centres[i % (2 * classes)].Select(c => c + Normal()), i % classes])];
    }

    /// <summary>Friedman's first function of ten uniform features, plus noise.</summary>
    public static double[][] Friedman(int rows, Random random) =>
        [
            .. Enumerable
                .Range(0, rows)
                .Select(_ =>
                {
                    double[] x = [.. Enumerable.Range(0, 10).Select(_ => random.NextDouble())];
                    var y =
                        10 * Math.Sin(Math.PI * x[0] * x[1])
                        + 20 * Math.Pow(x[2] - 0.5, 2)
                        + 10 * x[3]
                        + 5 * x[4]
                        + random.NextDouble()
                        - 0.5;
                    return (double[])[.. x.Select(v => (v - 0.5) * Math.Sqrt(12)), (y - 14.4) / 5];
                }),
        ];

    public static void Write(string folder, string name, TaskKind kind, double[][] rows)
    {
        var train = rows.Length * 4 / 5;
        File.WriteAllLines(Path.Combine(folder, name + "_train.csv"), rows[..train].Select(Line));
        File.WriteAllLines(Path.Combine(folder, name + "_test.csv"), rows[train..].Select(Line));
        File.WriteAllText(Path.Combine(folder, name + ".meta"), kind == TaskKind.Classification ? "c 1\n" : "r 1\n");
    }

    public static LearningTask Task(double[][] rows, TaskKind kind, int train, int valid)
    {
        var width = rows[0].Length;
        var table = new Table(
            "bench",
            [
                .. Enumerable
                    .Range(0, width)
                    .Select(c => new Column(
                        c == width - 1 ? "y" : $"x{c + 1}",
                        [.. rows.Select(r => r[c].ToString("R", CultureInfo.InvariantCulture))]
                    )),
            ]
        );
        var schema = new Schema(
            [
                .. table.Columns.Select(c => new ColumnSchema(
                    c.Name,
                    ColumnKind.Number,
                    c.Name == "y" ? ColumnRole.Target : ColumnRole.Feature
                )),
            ],
            kind
        );
        return new(
            table,
            schema,
            new Split(
                [.. Enumerable.Range(0, train)],
                [.. Enumerable.Range(train, valid)],
                [.. Enumerable.Range(train + valid, rows.Length - train - valid)]
            )
        );
    }

    static string Line(double[] row) => string.Join(',', row.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
}
