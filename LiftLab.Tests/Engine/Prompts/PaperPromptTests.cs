using LiftLab.Engine.Prompts;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>The presets write what the paper's code wrote, byte for byte.</summary>
public sealed class PaperPromptTests
{
    static TablePrompts Prompts(PromptTemplate template, (Table Table, Schema Schema) data, params string[] labels) =>
        TablePrompts.Fit(template, data.Table, data.Schema, SmallTables.Rows(data.Table), labels);

    [Fact]
    public void Classification_without_names()
    {
        var prompts = Prompts(PromptPresets.PaperClassification, SmallTables.Flowers, [.. SmallTables.FlowerLabels]);
        Assert.Equal(
            new Example("When we have x1=0.95, x2=0.27, What is this type? ###", "0@@@"),
            prompts.Write(SmallTables.Flowers.Table, 0)
        );
        Assert.Equal(
            new Example("When we have x1=-0.52, x2=0.97, What is this type? ###", "2@@@"),
            prompts.Write(SmallTables.Flowers.Table, 1)
        );
        Assert.Equal("When we have x1=7.12, x2=unknown, What is this type? ###", prompts.Prompt(SmallTables.Flowers.Table, 3));
    }

    [Fact]
    public void Regression_without_names()
    {
        var data = SmallTables.Of(
            TaskKind.Regression,
            ("x", ColumnKind.Number, ["-5.835034065221267"]),
            ("y", ColumnKind.Number, ["-5.25153065869914"])
        );
        Assert.Equal(
            new Example("When we have x1=-5.8350, what should be the y value?###", "-5.252@@@"),
            Prompts(PromptPresets.PaperRegression, data).Write(data.Table, 0)
        );
    }

    [Fact]
    public void Integer_regression_writes_integers_cut_toward_zero()
    {
        var data = SmallTables.Of(
            TaskKind.Regression,
            ("x", ColumnKind.Integer, ["-6", "-296.98"]),
            ("y", ColumnKind.Integer, ["-5", "3"])
        );
        var prompts = Prompts(PromptPresets.PaperRegression, data);
        Assert.Equal(new Example("When we have x1=-6, what should be the y value?###", "-5@@@"), prompts.Write(data.Table, 0));
        Assert.Equal("When we have x1=-296, what should be the y value?###", prompts.Prompt(data.Table, 1));
    }

    [Fact]
    public void Integers_beside_words_stay_integers_and_alone_become_decimals()
    {
        var mixed = SmallTables.Of(
            TaskKind.Classification,
            ("age", ColumnKind.Integer, ["5"]),
            ("colour", ColumnKind.Category, ["red"]),
            ("y", ColumnKind.Integer, ["1"])
        );
        Assert.Equal(
            "When we have x1=5, x2=red, What is this type? ###",
            Prompts(PromptPresets.PaperClassification, mixed, "1").Prompt(mixed.Table, 0)
        );
        var numbers = SmallTables.Of(TaskKind.Classification, ("age", ColumnKind.Integer, ["5"]), ("y", ColumnKind.Integer, ["1"]));
        Assert.Equal(
            new Example("When we have x1=5.00, What is this type? ###", "1@@@"),
            Prompts(PromptPresets.PaperClassification, numbers, "1").Write(numbers.Table, 0)
        );
    }

    [Fact]
    public void The_context_form_keeps_its_missing_blank()
    {
        var prompts = Prompts(PromptPresets.Context, SmallTables.Flowers, [.. SmallTables.FlowerLabels]);
        Assert.Equal(
            "Given thatsepal length is 0.9500, sepal width is 0.2700, What is the category?###",
            prompts.Prompt(SmallTables.Flowers.Table, 0)
        );
    }

    [Fact]
    public void The_vehicle_form_has_blanks_around_the_equals_sign()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("COMPACTNESS", ColumnKind.Integer, ["95"]),
            ("PR.AXIS_ASPECT_RATIO", ColumnKind.Integer, ["72"]),
            ("Class", ColumnKind.Category, ["van"])
        );
        Assert.Equal(
            "When we have compactness = 95.00, pr.axis aspect ratio = 72.00, What's type of this vehicle?###",
            Prompts(PromptPresets.Named("vehicle", TaskKind.Classification), data, "van").Prompt(data.Table, 0)
        );
    }

    [Fact]
    public void The_teaching_assistant_form_reads_its_codes()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("native", ColumnKind.Category, ["1", "2"]),
            ("instructor", ColumnKind.Category, ["23", "5"]),
            ("course", ColumnKind.Category, ["3", "11"]),
            ("semester", ColumnKind.Category, ["1", "2"]),
            ("size", ColumnKind.Integer, ["19", "30"]),
            ("class", ColumnKind.Integer, ["3", "1"])
        );
        var prompts = Prompts(PromptPresets.Named("tae", TaskKind.Classification), data, "1", "2", "3");
        Assert.Equal(
            "Knowing a Teaching Assistant who's an English speaker, who teaches the course 3 with instructor 23 during the summer session, with 19 students, what is the rating for this Teaching Assistant?###",
            prompts.Prompt(data.Table, 0)
        );
        Assert.Equal(
            "Knowing a Teaching Assistant who's a non-English speaker, who teaches the course 11 with instructor 5 during the regular session, with 30 students, what is the rating for this Teaching Assistant?###",
            prompts.Prompt(data.Table, 1)
        );
    }

    [Fact]
    public void The_real_regression_forms_name_their_columns()
    {
        var servo = SmallTables.Of(
            TaskKind.Regression,
            ("M", ColumnKind.Category, ["E"]),
            ("S", ColumnKind.Category, ["D"]),
            ("P", ColumnKind.Integer, ["5"]),
            ("V", ColumnKind.Integer, ["4"]),
            ("C", ColumnKind.Number, ["0.28125095"])
        );
        Assert.Equal(
            new Example(
                "Given a servomechanism, with motor E and screw D, whose voltage gain is 4 and power gain is 5, what is its rise time?###",
                "0.2813@@@"
            ),
            Prompts(PromptPresets.Named("servo", TaskKind.Regression), servo).Write(servo.Table, 0)
        );
        var insurance = SmallTables.Of(
            TaskKind.Regression,
            ("age", ColumnKind.Integer, ["19"]),
            ("sex", ColumnKind.Category, ["female"]),
            ("bmi", ColumnKind.Number, ["27.9"]),
            ("children", ColumnKind.Integer, ["0"]),
            ("smoker", ColumnKind.Category, ["yes"]),
            ("region", ColumnKind.Category, ["southwest"]),
            ("charges", ColumnKind.Number, ["16884.924"])
        );
        Assert.Equal(
            new Example(
                "A 19-year-old female, who has 0 children, lives in the southwest in the U.S. She smokes, and has body mass index 27.9000. How much does this person pay for medical insurance?###",
                "16884.9240@@@"
            ),
            Prompts(PromptPresets.Named("insurance", TaskKind.Regression), insurance).Write(insurance.Table, 0)
        );
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 10)]
    public void The_published_grid_prompts_are_reproduced(int dimensions, int resolution)
    {
        string[] axis =
        [
            .. Enumerable
                .Range(0, resolution)
                .Select(i => (-20 + i * (40.0 / (resolution - 1))).ToString("R", System.Globalization.CultureInfo.InvariantCulture)),
        ];
        var data =
            dimensions == 1
                ? SmallTables.Of(TaskKind.Regression, ("a", ColumnKind.Number, axis), ("y", ColumnKind.Number, axis))
                : SmallTables.Of(
                    TaskKind.Regression,
                    ("a", ColumnKind.Number, [.. axis.SelectMany(x => Enumerable.Repeat(x, resolution))]),
                    ("b", ColumnKind.Number, [.. axis.SelectMany(_ => axis)]),
                    ("y", ColumnKind.Number, [.. axis.SelectMany(_ => axis)])
                );
        var prompts = Prompts(PromptPresets.PaperRegression, data);
        var expected = File.ReadAllLines(GoldenFile.At("synthetic", $"linear_p{dimensions}_grid_prompts.txt"));
        Assert.Equal(expected, SmallTables.Rows(data.Table).Select(r => prompts.Prompt(data.Table, r)));
    }
}
