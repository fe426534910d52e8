using System.Text.Json;
using LiftLab.Engine.Perturbations.Training;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>Names, units and value labels of the schema in prompts, byte for byte.</summary>
public sealed class ColumnTextTests
{
    static readonly Table Table = SomeTable.Of(
        ("native", ["1", "2", "1", ""]),
        ("wife_age", ["24", "41.5", "30", "37"]),
        ("region", ["n", "s", "n", "s"]),
        ("rating", ["1", "2", "2", "1"])
    );

    static readonly Schema Plain = new(
        [
            new("native", ColumnKind.Integer),
            new("wife_age", ColumnKind.Number),
            new("region", ColumnKind.Category),
            new("rating", ColumnKind.Integer, ColumnRole.Target),
        ],
        TaskKind.Classification
    );

    static readonly Schema Worded = Plain with
    {
        Columns =
        [
            Plain.Columns[0] with
            {
                ReadableName = "the assistant",
                ValueLabels = new Dictionary<string, string> { ["1"] = "an English speaker", ["2"] = "no English speaker" },
            },
            Plain.Columns[1] with
            {
                ReadableName = "the wife's age",
                Unit = "years",
            },
            Plain.Columns[2] with
            {
                ValueLabels = new Dictionary<string, string> { ["n"] = "north" },
            },
            Plain.Columns[3] with
            {
                ReadableName = "score",
                ValueLabels = new Dictionary<string, string> { ["1"] = "low", ["2"] = "high" },
            },
        ],
    };

    static TablePrompts Fit(PromptTemplate template, Schema schema) => TablePrompts.Fit(template, Table, schema, [0, 1, 2, 3], ["1", "2"]);

    static string Written(string preset, Schema schema, int row) =>
        Fit(PromptPresets.Named(preset, schema.Task), schema).Prompt(Table, row);

    [Theory]
    [InlineData(
        "names",
        0,
        "When we have the assistant = an English speaker, the wife's age = 24.00, region = north, What's type of this score?###"
    )]
    [InlineData("names", 3, "When we have the assistant = unknown, the wife's age = 37.00, region = s, What's type of this score?###")]
    [InlineData(
        "units",
        1,
        "When we have the assistant = no English speaker, the wife's age = 41.50 years, region = s, What's type of this score?###"
    )]
    [InlineData(
        "context",
        0,
        "Given thatthe assistant is an English speaker, the wife's age is 24.0000, region is north, What is the category?###"
    )]
    [InlineData("paper", 0, "When we have x1=1, x2=24.00, x3=n, What is this type? ###")]
    public void Presets_use_them(string preset, int row, string expected) => Assert.Equal(expected, Written(preset, Worded, row));

    [Theory]
    [InlineData("names", "When we have native = 1, wife_age = 24.00, region = n, What's type of this rating?###")]
    [InlineData("context", "Given thatnative is 1, wife_age is 24.0000, region is n, What is the category?###")]
    public void Without_them_presets_are_the_papers(string preset, string expected) => Assert.Equal(expected, Written(preset, Plain, 0));

    [Fact]
    public void The_sentence_writer_uses_them()
    {
        Assert.Equal(
            "The assistant is an English speaker, the wife's age is 24 years, and the region is north. What is the score?###",
            Fit(SentenceWriter.Draft(Table, Worded), Worded).Prompt(Table, 0)
        );
    }

    [Fact]
    public void Answers_that_are_labels_are_read_back()
    {
        var prompts = Fit(PromptPresets.NamesClassification with { Classes = ClassWording.Label }, Worded);
        Assert.Equal(["low@@@", "high@@@"], prompts.Completions);
        for (var row = 0; row < Table.RowCount; row++)
            Assert.Equal(new Answer.Class(Table["rating"].Cells[row] == "1" ? 0 : 1), prompts.Read(prompts.Completion(Table, row)));
        Assert.Equal(["1@@@", "2@@@"], Fit(PromptPresets.NamesClassification, Worded).Completions); // the paper's form
    }

    [Fact]
    public void Labels_that_do_not_tell_classes_apart_are_not_used_as_answers()
    {
        var same = Worded with
        {
            Columns =
            [
                .. Worded.Columns.Take(3),
                Worded.Columns[3] with
                {
                    ValueLabels = new Dictionary<string, string> { ["1"] = "High", ["2"] = "high" },
                },
            ],
        };
        Assert.Equal(["1@@@", "2@@@"], Fit(PromptPresets.NamesClassification with { Classes = ClassWording.Label }, same).Completions);
    }

    [Fact]
    public void Units_are_a_preset_where_there_are_any()
    {
        Assert.Contains(PromptPresets.For(Table, Worded), p => p.Name == "units");
        Assert.DoesNotContain(PromptPresets.For(Table, Plain), p => p.Name == "units");
    }

    [Fact]
    public async Task A_file_gives_them_on_the_command_line()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-words");
        try
        {
            var (words, table) = (Path.Combine(folder.FullName, "words.json"), Path.Combine(folder.FullName, "t.csv"));
            await File.WriteAllTextAsync(
                table,
                "native,size,class\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{1 + i % 2},{i}.5,{"ab"[i % 2]}\n"))
            );
            await File.WriteAllTextAsync(
                words,
                """{"native": {"name": "speaker", "labels": {"1": "an English speaker"}}, "size": {"unit": "cm"}}"""
            );
            var (_, output, error) = await CommandLine.RunAsync("profile", table, "--words", words, "--json");
            Assert.Equal("", error);
            var columns = JsonDocument.Parse(output).RootElement.GetProperty("schema").GetProperty("columns");
            Assert.Equal("speaker", columns[0].GetProperty("readableName").GetString());
            Assert.Equal("an English speaker", columns[0].GetProperty("valueLabels").GetProperty("1").GetString());
            Assert.Equal("cm", columns[1].GetProperty("unit").GetString());
            await File.WriteAllTextAsync(words, """{"nativ": {}}""");
            (_, _, error) = await CommandLine.RunAsync("profile", table, "--words", words);
            Assert.Contains("names the column 'nativ'; the columns are 'native', 'size', 'class'", error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Equal_words_are_an_equal_schema()
    {
        var again = Worded.Columns[0] with { ValueLabels = new Dictionary<string, string>(Worded.Columns[0].ValueLabels!) };
        Assert.Equal(Worded.Columns[0], again);
        Assert.NotEqual(Worded.Columns[0], again with { ValueLabels = null });
        Assert.NotEqual(Worded.Columns[0], again with { ReadableName = "other" });
    }

    [Fact]
    public void Exchanged_names_take_them_along_and_new_names_replace_them()
    {
        var task = new LiftLab.Engine.Learning.LearningTask(Table, Worded, new([0, 1], [2], [3]));
        var exchanged = FeatureNames.Rename(task, new Dictionary<string, string> { ["native"] = "wife_age", ["wife_age"] = "native" });
        Assert.Equal(["the wife's age", "the assistant"], exchanged.Task.Schema.Columns.Take(2).Select(c => c.ReadableName));
        var renamed = FeatureNames.Rename(task, new Dictionary<string, string> { ["native"] = "x1" });
        Assert.Null(renamed.Task.Schema.Columns[0].ReadableName);
    }
}
