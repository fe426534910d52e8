using System.Text.Json;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class TablePromptsTests
{
    static readonly (Table Table, Schema Schema) Flowers = SmallTables.Flowers;

    static TablePrompts Fit(PromptTemplate template) =>
        TablePrompts.Fit(template, Flowers.Table, Flowers.Schema, [0, 1, 2], SmallTables.FlowerLabels);

    [Fact]
    public void Scaled_numbers_are_levels_of_the_training_rows_and_far_ones_are_clipped()
    {
        var prompts = Fit(PromptPresets.LiftMiniLevels);
        // 0.95, -0.52, 0.63: mean 0.3533, deviation 0.6311; z of 0.95 is 0.9453, level round((0.9453 + 2.5) / 5 * 99) = 68.
        Assert.StartsWith("<68>", prompts.Prompt(Flowers.Table, 0), StringComparison.Ordinal);
        Assert.Equal("<99>?###", prompts.Prompt(Flowers.Table, 3));
    }

    /// <summary>The same levels, each with the number of its column; columns beyond the 64th count again from 1.</summary>
    [Fact]
    public void A_token_says_its_column_too()
    {
        Assert.StartsWith("<1:68>", Fit(PromptPresets.LiftMini).Prompt(Flowers.Table, 0), StringComparison.Ordinal);
        Assert.Equal("<1:99>?###", Fit(PromptPresets.LiftMini).Prompt(Flowers.Table, 3));
        Assert.Equal("<64:05>", NumberFormat.Level(64, 5));
        Assert.Equal("<1:05>", NumberFormat.Level(65, 5));
    }

    [Fact]
    public void A_constant_column_is_written_as_the_middle_level()
    {
        var scale = ColumnScale.Fit([4, 4, 4], 2.5);
        Assert.Equal(50, scale.Level(4));
        Assert.Equal(99, scale.Level(1e9));
    }

    [Fact]
    public void Columns_keep_their_number_when_they_change_places() =>
        Assert.Equal(
            "When we have x2=unknown, x1=<99>, What is this type? ###",
            Fit(PromptPresets.PaperScaled).WithOrder([1, 0]).Prompt(Flowers.Table, 3)
        );

    [Fact]
    public void Value_labels_are_the_wording_of_codes()
    {
        var data = SmallTables.Of(TaskKind.Classification, ("speaker", ColumnKind.Category, ["1"]), ("y", ColumnKind.Category, ["a"]));
        var schema = data.Schema with
        {
            Columns =
            [
                data.Schema.Columns[0] with
                {
                    ValueLabels = new Dictionary<string, string> { ["1"] = "an English speaker" },
                },
                data.Schema.Columns[1],
            ],
        };
        Assert.Equal(
            "When we have speaker = an English speaker, What's type of this y?###",
            TablePrompts.Fit(PromptPresets.NamesClassification, data.Table, schema, [0], ["a"]).Prompt(data.Table, 0)
        );
    }

    [Fact]
    public void A_fitted_template_survives_its_json()
    {
        var prompts = Fit(PromptPresets.LiftMini);
        var json = JsonSerializer.Serialize(prompts.State, RunJson.Pretty);
        var again = new TablePrompts(JsonSerializer.Deserialize<PromptState>(json, RunJson.Pretty)!);
        Assert.Equal(
            SmallTables.Rows(Flowers.Table).Select(r => prompts.Write(Flowers.Table, r)),
            SmallTables.Rows(Flowers.Table).Select(r => again.Write(Flowers.Table, r))
        );
    }

    [Theory]
    [InlineData("{{ target_value }}###")]
    [InlineData("{{ row['species'] }}###")]
    [InlineData("{{ features[0].value | shout }}###")]
    [InlineData("{% for f in features %}###")]
    [InlineData("{% assign a = 'x' %}###")]
    [InlineData("{% include 'other' %}###")]
    [InlineData("{% for i in (1..1000000000) %}x{% endfor %}###")]
    [InlineData("{% for f in features %}{{ f.secret }}{% endfor %}###")]
    public void A_template_that_reaches_beyond_the_features_is_refused(string text) =>
        Assert.Throws<TemplateFaultException>(() => Fit(PromptPresets.LiftMini with { Text = text }).Prompt(Flowers.Table, 0));

    [Fact]
    public void Every_preset_reads_back_what_it_wrote()
    {
        var random = new Random(5);
        string[] Draw(Func<double> next) =>
            [.. Enumerable.Range(0, 200).Select(_ => next().ToString("R", System.Globalization.CultureInfo.InvariantCulture))];
        var numbers = SmallTables.Of(
            TaskKind.Regression,
            ("M", ColumnKind.Category, [.. Enumerable.Range(0, 200).Select(i => i % 3 == 0 ? "A" : "B")]),
            ("x", ColumnKind.Number, Draw(() => random.NextDouble() * 20 - 10)),
            ("y", ColumnKind.Number, Draw(() => random.NextDouble() * 1000 - 20))
        );
        foreach (var template in (PromptTemplate[])[PromptPresets.PaperRegression, PromptPresets.NamesRegression, PromptPresets.LiftMini])
        {
            var prompts = TablePrompts.Fit(template, numbers.Table, numbers.Schema, SmallTables.Rows(numbers.Table), []);
            var precision = prompts.State.Target?.Precision ?? 0.0005;
            foreach (var row in SmallTables.Rows(numbers.Table))
            {
                var answer = Assert.IsType<Answer.Number>(prompts.Read(prompts.Write(numbers.Table, row).Completion));
                Assert.InRange(answer.Value - numbers.Table["y"].Numbers[row], -precision * 1.0001, precision * 1.0001);
            }
        }
        foreach (
            var template in PromptPresets.For(TaskKind.Classification).Where(t => t.Text.Contains("for f in", StringComparison.Ordinal))
        )
        {
            var prompts = Fit(template);
            foreach (var row in SmallTables.Rows(Flowers.Table))
            {
                var answer = Assert.IsType<Answer.Class>(prompts.Read(prompts.Write(Flowers.Table, row).Completion));
                Assert.Equal(Flowers.Table["species"].Cells[row], SmallTables.FlowerLabels[answer.Index]);
            }
        }
    }

    [Theory]
    [InlineData(1, 5.0)]
    [InlineData(2, 0.05)]
    [InlineData(3, 0.0005)]
    public void More_levels_make_a_finer_answer(int levels, double precision)
    {
        var scale = new TargetScale(0, 1000, levels);
        Assert.Equal(precision, scale.Precision, 9);
        foreach (var y in (double[])[0, 1, 123.456789, 500, 999.99])
            Assert.InRange(scale.Value(scale.LevelsOf(y)) - y, -precision * 1.0001, precision * 1.0001);
        Assert.Equal(Enumerable.Repeat(0, levels), scale.LevelsOf(-50));
        Assert.Equal(Enumerable.Repeat(99, levels), scale.LevelsOf(5000));
    }
}
