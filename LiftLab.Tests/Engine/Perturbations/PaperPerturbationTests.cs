using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Perturbations;

/// <summary>Perturbations of the paper, draw for draw as NumPy and Python make them.</summary>
public sealed class PaperPerturbationTests
{
    public static TheoryData<string> LabelCases => [.. Golden("label-noise").Select(c => c.Key)];

    [Theory]
    [MemberData(nameof(LabelCases))]
    public void Labels_are_corrupted_as_by_the_papers_code(string name)
    {
        var parts = name.Split(' ');
        var golden = Golden("label-noise")[name]!;
        int[] before = Whole(golden["before"]!),
            after = Whole(golden["after"]!);
        var labels = before.Select(k => k.ToString("00", CultureInfo.InvariantCulture)).ToList();
        var table = new Table("t", [new("x", [.. before.Select((_, i) => $"{i}")]), new("y", labels)]);
        var schema = new Schema([new("x", ColumnKind.Number), new("y", ColumnKind.Category, ColumnRole.Target)], TaskKind.Classification);
        var task = new LearningTask(table, schema, new([.. Enumerable.Range(0, before.Length)], [], []));

        var changed = PerturbationList
            .Apply(task, new("label-noise", int.Parse(parts[2], CultureInfo.InvariantCulture), 42, parts[3]))
            .Task;

        Assert.Equal(
            after.Select(k => k.ToString("00", CultureInfo.InvariantCulture)),
            changed.Split.Train.Select(r => changed.Table["y"].Cells[r])
        );
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(10, 5)]
    [InlineData(22, 10)]
    [InlineData(50, 20)]
    public void Outliers_are_those_of_the_paper(int count, double percent)
    {
        var golden = Golden("outliers")[$"{count}"]!;
        var changed = PerturbationList.Apply(Numbers(200, 1), new("outliers", percent, 123, "paper")).Task;
        var added = changed.Split.Train.Skip(200).ToArray();
        Assert.Equal(Double(golden["x"]!), added.Select(r => changed.Table["x0"].Numbers[r]));
        Assert.Equal(Double(golden["y"]!), added.Select(r => changed.Targets[r]));
    }

    [Fact]
    public void Outliers_draw_all_features_before_the_targets()
    {
        var golden = Golden("outliers")["4x3"]!;
        var changed = PerturbationList.Apply(Numbers(200, 3), new("outliers", 2, 123, "paper")).Task;
        var added = changed.Split.Train.Skip(200).ToArray();
        Assert.Equal(4, added.Length);
        for (var i = 0; i < 4; i++)
            Assert.Equal(Double(golden["x"]![i]!), Enumerable.Range(0, 3).Select(j => changed.Table[$"x{j}"].Numbers[added[i]]));
        Assert.Equal(Double(golden["y"]!), added.Select(r => changed.Targets[r]));
    }

    static LearningTask Numbers(int rows, int features)
    {
        IReadOnlyList<string> Cells(int factor) => [.. Enumerable.Range(0, rows).Select(i => $"{i * factor % 17}")];
        var table = new Table("t", [.. Enumerable.Range(0, features).Select(j => new Column($"x{j}", Cells(j + 2))), new("y", Cells(5))]);
        var schema = new Schema(
            [
                .. Enumerable.Range(0, features).Select(j => new ColumnSchema($"x{j}", ColumnKind.Number)),
                new("y", ColumnKind.Number, ColumnRole.Target),
            ],
            TaskKind.Regression
        );
        return new(table, schema, new Split([.. Enumerable.Range(0, rows)], [], []));
    }

    static JsonObject Golden(string name) => JsonNode.Parse(File.ReadAllText(GoldenFile.At("perturbations", name + ".json")))!.AsObject();

    static int[] Whole(JsonNode values) => [.. values.AsArray().Select(v => v!.GetValue<int>())];

    static double[] Double(JsonNode values) => [.. values.AsArray().Select(v => v!.GetValue<double>())];
}
