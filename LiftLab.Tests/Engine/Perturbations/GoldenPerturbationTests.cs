using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Perturbations;

/// <summary>Our own perturbations, cell for cell as <c>Goldens/perturbations/make.py</c> computes them with NumPy.</summary>
public sealed class GoldenPerturbationTests
{
    static readonly JsonObject Golden = JsonNode.Parse(File.ReadAllText(GoldenFile.At("perturbations", "kinds.json")))!.AsObject();

    public static TheoryData<int, string> Cases
    {
        get
        {
            var cases = new TheoryData<int, string>();
            foreach (var (c, i) in Golden["cases"]!.AsArray().Select((c, i) => (c!, i)))
                cases.Add(i, $"{c["kind"]} {c["level"]} {c["way"]}");
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_and_cells_are_those_that_numpy_gives(int index, string name)
    {
        var golden = Golden["cases"]![index]!.AsObject();
        var kind = (string)golden["kind"]!;
        Assert.StartsWith(kind, name, StringComparison.Ordinal);
        var clean = Task(kind == "mixup");
        var spec = new PerturbationSpec(kind, (double)golden["level"]!, (int)Golden["seed"]!, (string?)golden["way"]);
        var changed = PerturbationList.Apply(clean, spec);
        var (before, after) = (clean.Table, changed.Task.Table);

        if (golden["train"] is { } train)
            Assert.Equal(Whole(train), changed.Task.Split.Train);
        if (golden["empty"] is JsonArray empty)
            Assert.Equal(
                empty.Select(p => ((string)p![0]!, (int)p[1]!)).Order(),
                (
                    from column in after.Columns
                    from row in Enumerable.Range(0, before.RowCount)
                    where column.Cells[row].Length == 0
                    select (column.Name, row)
                ).Order()
            );
        if (golden["cells"] is JsonObject cells)
            foreach (var (column, rows) in cells)
            foreach (var row in Enumerable.Range(0, before.RowCount))
                DemandNear(
                    rows![row.ToString(CultureInfo.InvariantCulture)] is { } value ? (double)value : before[column].Numbers[row],
                    after[column].Numbers[row]
                );
        if (golden["labels"] is JsonObject labels)
            foreach (var (row, label) in labels)
                Assert.Equal($"{label}", after["y"].Cells[int.Parse(row, CultureInfo.InvariantCulture)]);
        if (golden["added"] is JsonArray added)
        {
            Assert.Equal(added.Count, after.RowCount - before.RowCount);
            for (var i = 0; i < added.Count; i++)
                foreach (var (column, value) in added[i]!.AsObject())
                    if (value!.AsValue().TryGetValue<double>(out var number))
                        DemandNear(number, after[column].Numbers[before.RowCount + i]);
                    else
                        Assert.Equal((string?)value, after[column].Cells[before.RowCount + i]);
        }
        if (golden["origins"] is { } origins)
            Assert.Equal(Whole(origins), changed.Origins);
    }

    static void DemandNear(double expected, double found) => Assert.Equal(expected, found, 1e-9);

    static LearningTask Task(bool twoClasses)
    {
        IReadOnlyList<string> Numbers(string name) =>
            [.. Golden[name]!.AsArray().Select(v => ((double)v!).ToString("0.00", CultureInfo.InvariantCulture))];
        IReadOnlyList<string> Texts(string name) => [.. Golden[name]!.AsArray().Select(v => (string)v!)];
        List<Column> columns =
        [
            new("x", Numbers("x")),
            new("whole", [.. Golden["whole"]!.AsArray().Select(v => $"{v}")]),
            new("c", Texts("c")),
            new("d", Numbers("d")),
            new("y", twoClasses ? [.. Texts("y").Select(y => y == "low" ? "low" : "other")] : Texts("y")),
        ];
        List<ColumnSchema> schema =
        [
            new("x", ColumnKind.Number),
            new("whole", ColumnKind.Integer),
            new("c", ColumnKind.Category),
            new("d", ColumnKind.Number),
            new("y", ColumnKind.Category, ColumnRole.Target),
        ];
        if (twoClasses)
        {
            columns.RemoveAt(2);
            schema.RemoveAt(2);
        }
        return new(
            new("golden", columns),
            new(schema, TaskKind.Classification),
            new(Whole(Golden["train"]!), Whole(Golden["valid"]!), Whole(Golden["test"]!))
        );
    }

    static int[] Whole(JsonNode values) => [.. values.AsArray().Select(v => v!.GetValue<int>())];
}
