using System.Globalization;
using System.Text.Json;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Baselines;

/// <summary>
/// One split of a reference table (three files without header, target last) as a learning task, with what scikit-learn and XGBoost made of
/// it.
/// </summary>
sealed record GoldenSplit(string Table, int Seed, LearningTask Task, double Scale)
{
    public static readonly string[] ClassTables = ["iris", "wine", "breast_cancer"],
        NumberTables = ["diabetes", "syn_cos_p2"];

    static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    static readonly Lazy<GoldenRow[]> Rows = new(() =>
        JsonDocument
            .Parse(File.ReadAllText(GoldenFile.At("baselines", "expected.json")))
            .RootElement.GetProperty("rows")
            .Deserialize<GoldenRow[]>(Names)!
    );

    public static GoldenSplit Load(string table, int seed)
    {
        string Path(string part) => GoldenFile.At("baselines", table, $"{seed}{part}");
        var meta = File.ReadAllText(Path(".meta")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string[][][] parts =
        [
            .. ((string[])["_train.csv", "_val.csv", "_test.csv"]).Select(p =>
                File.ReadAllLines(Path(p)).Where(l => l.Length > 0).Select(l => l.Split(',')).ToArray()
            ),
        ];
        string[][] rows = [.. parts.SelectMany(p => p)];
        var width = rows[0].Length;
        var columns = Enumerable
            .Range(0, width)
            .Select(c => new Column(c == width - 1 ? "y" : $"x{c + 1}", [.. rows.Select(r => r[c])]))
            .ToArray();
        var kind = meta[0] == "c" ? TaskKind.Classification : TaskKind.Regression;
        var schema = new Schema(
            [.. columns.Select(c => new ColumnSchema(c.Name, ColumnKind.Number, c.Name == "y" ? ColumnRole.Target : ColumnRole.Feature))],
            kind
        );
        int a = parts[0].Length,
            b = a + parts[1].Length;
        var split = new Split([.. Enumerable.Range(0, a)], [.. Enumerable.Range(a, b - a)], [.. Enumerable.Range(b, rows.Length - b)]);
        return new(
            table,
            seed,
            new LearningTask(new Table(table, columns), schema, split),
            double.Parse(meta[1], CultureInfo.InvariantCulture)
        );
    }

    public IEnumerable<GoldenRow> Expected(string algorithm) =>
        Rows.Value.Where(r => r.Ds == Table && r.Seed == Seed && r.Algo == algorithm);

    /// <summary>
    /// Accuracy, or RMSE in original units, on the test rows for each setting of the paper's grid, features as they stand in the files.
    /// </summary>
    public IEnumerable<(Setting Setting, double Test)> Run(string baseline, int seed = 0)
    {
        var algorithm = BaselineList.Find(baseline);
        var encoder = FeatureEncoder.Fit(Task, FeatureEncoding.Raw);
        var coding = new TargetCoding(Task, FeatureEncoding.Raw);
        var train = new TrainingSet(encoder.Encode(Task.Table, Task.Split.Train), coding.Encode(Task, Task.Split.Train), coding.Classes);
        var test = encoder.Encode(Task.Table, Task.Split.Test);
        double[] truth = coding.Encode(Task, Task.Split.Test);
        foreach (var setting in Hyperparameter.Grid(algorithm.PaperParameters(Task.Kind) ?? algorithm.Parameters(Task.Kind)))
        {
            using var model = GridFit.Fit(algorithm, train, setting, seed, CancellationToken.None);
            var values = model.Predict(test, CancellationToken.None).Values;
            yield return (
                setting,
                Task.Kind == TaskKind.Classification
                    ? values.Zip(truth).Average(p => p.First == p.Second ? 1.0 : 0)
                    : Scale * Math.Sqrt(values.Zip(truth).Average(p => Math.Pow(p.First - p.Second, 2)))
            );
        }
    }
}

/// <param name="Val">Classification: accuracy; regression: RMSE negated.</param>
sealed record GoldenRow(string Ds, int Seed, string Algo, string Cfg, double Val, double Test, double? TestOtherSeed);
