using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.Studio;

public sealed class SentenceWriterTests
{
    [Fact]
    public async Task Names_units_and_labels_make_a_sentence()
    {
        var desk = await Desks.BundledAsync("iris");
        var prompts = desk.Fit(SentenceWriter.Draft(desk.Table, desk.Task.Schema));
        Assert.Equal(
            "The sepal length is 5.1 cm, the sepal width is 3.5 cm, the petal length is 1.4 cm, and the petal width is 0.2 cm. What is the species?###",
            prompts.Prompt(desk.Table, 0)
        );
    }

    [Fact]
    public void Missing_cells_odd_names_and_money_read_well()
    {
        var (table, schema) = SmallTables.Of(
            TaskKind.Regression,
            ("size_of_house [m2]", ColumnKind.Number, ["80", ""]),
            ("{{ x }}", ColumnKind.Number, ["1", "2"]),
            ("rent", ColumnKind.Number, ["700.50", "800"])
        );
        schema = schema with
        {
            Columns = [schema.Columns[0], schema.Columns[1] with { Unit = "$" }, schema.Columns[2] with { Unit = "EUR" }],
        };
        var desk = Desks.Of((table, schema));
        var prompts = desk.Fit(SentenceWriter.Draft(table, schema));
        Assert.Equal("The size of house is 80 m2 and the {{ x }} is $1. What is the rent in EUR?###", prompts.Prompt(table, 0));
        Assert.Equal("The size of house is unknown and the {{ x }} is $2. What is the rent in EUR?###", prompts.Prompt(table, 1));
        Assert.Equal("700.5@@@", prompts.Completion(table, 0));
    }

    [Fact]
    public async Task Every_bundled_table_has_a_sentence_that_is_read_back()
    {
        foreach (var bundled in BundledTables.All)
        {
            var desk = await Desks.BundledAsync(bundled.Name);
            var prompts = desk.Fit(SentenceWriter.Draft(desk.Table, desk.Task.Schema));
            var example = prompts.Write(desk.Table, desk.Task.Split.Train[0]);
            Assert.EndsWith("?###", example.Prompt, StringComparison.Ordinal);
            Assert.IsNotType<Answer.Illegible>(prompts.Read(example.Completion));
        }
    }

    [Fact]
    public void A_table_of_many_columns_is_written_by_a_loop()
    {
        Column[] columns =
        [
            .. Enumerable.Range(0, 300).Select(i => new Column($"a quite long name of a column {i}", ["1", "2"])),
            new("y", ["p", "q"]),
        ];
        var schema = new Schema(
            [.. columns.Select((c, i) => new ColumnSchema(c.Name, ColumnKind.Integer, i == 300 ? ColumnRole.Target : ColumnRole.Feature))],
            TaskKind.Classification
        );
        var table = new Table("wide", columns);
        var desk = Desks.Of((table, schema));
        Assert.StartsWith(
            "The a quite long name of a column 0 is 1. The a quite",
            desk.Fit(SentenceWriter.Draft(table, schema)).Prompt(table, 0),
            StringComparison.Ordinal
        );
    }
}
