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

    [Theory]
    [InlineData("Weight [kg]", "Weight", "kg")]
    [InlineData("BMI (kg/m²)", "BMI", "kg/m²")]
    [InlineData("Leukocytes (10^9/L)", "Leukocytes", "10^9/L")]
    [InlineData("pressure_(mm Hg)", "pressure", "mm Hg")]
    [InlineData("Time (minutes)", "Time", "minutes")]
    [InlineData("Price (€)", "Price", "€")]
    [InlineData("Speed (m/s)", "Speed", "m/s")]
    [InlineData("Flux (W m^-2)", "Flux", "W m^-2")]
    [InlineData("creatinine (µmol/L)", "creatinine", "µmol/L")]
    [InlineData("Gender (1=f, 2=m)", "Gender (1=f, 2=m)", null)]
    [InlineData("Sex (M/F)", "Sex (M/F)", null)]
    [InlineData("Pain (0-10)", "Pain (0-10)", null)]
    [InlineData("Smoker (yes/no)", "Smoker (yes/no)", null)]
    [InlineData("HbA1c (baseline)", "HbA1c (baseline)", null)]
    [InlineData("Visit (1)", "Visit (1)", null)]
    [InlineData("Symptom(s)", "Symptom(s)", null)]
    [InlineData("Score (log10)", "Score (log10)", null)]
    public void Only_a_unit_is_taken_out_of_the_name(string column, string name, string? unit) =>
        Assert.Equal(new ColumnWords(name, unit), ColumnWords.Of(column, null));

    [Theory]
    [InlineData("Gender (1=f, 2=m)", "1 2", "Gender", "1 f 2 m")]
    [InlineData("sex (male=1, female=0)", "0 1", "sex", "1 male 0 female")]
    [InlineData("smoker [0: no; 1: yes]", "1 0", "smoker", "0 no 1 yes")]
    [InlineData("stage: 1=early 2=late", "1 2", "stage", "1 early 2 late")]
    [InlineData("group_(A = drug / B = placebo)", "A B", "group", "A drug B placebo")]
    [InlineData("Gender (1=f, 2=m)", "1 2 9", null, null)]
    [InlineData("Gender (1=f, 2=f)", "1 2", null, null)]
    [InlineData("ratio (a:b)", "1 2", null, null)]
    [InlineData("x = y", "1 2", null, null)]
    [InlineData("plain", "1 2", null, null)]
    public void Labels_in_a_name_are_found(string column, string values, string? name, string? labels)
    {
        var found = NamedLabels.Of(column, values.Split(' '));
        Assert.Equal(name, found?.Name);
        Assert.Equal(labels, found is null ? null : string.Join(' ', found.Labels.Select(l => $"{l.Key} {l.Value}")));
    }
}
