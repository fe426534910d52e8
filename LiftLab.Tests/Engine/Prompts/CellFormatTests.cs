using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class CellFormatTests
{
    [Theory]
    [InlineData(CellForm.Decimals, 2, 5.126, "5.13")]
    [InlineData(CellForm.Decimals, 0, 5.5, "6")]
    [InlineData(CellForm.Significant, 2, 1234567, "1200000")]
    [InlineData(CellForm.Significant, 3, 0.0012345, "0.00123")]
    [InlineData(CellForm.Significant, 3, -5, "-5.00")]
    [InlineData(CellForm.Significant, 1, 0, "0")]
    [InlineData(CellForm.Significant, 2, 9.99, "10")]
    [InlineData(CellForm.Significant, 3, 1.5e-20, "1.50e-20")]
    [InlineData(CellForm.Integer, 0, -5.9, "-5")]
    [InlineData(CellForm.Spaced, 2, -12.3, "-1 2 . 3 0")]
    [InlineData(CellForm.Spaced, 0, 7, "7")]
    [InlineData(CellForm.Scientific, 2, 5.1, "5.10e+00")]
    [InlineData(CellForm.Scientific, 1, -0.00012, "-1.2e-04")]
    [InlineData(CellForm.Scientific, 0, 1e120, "1e+120")]
    public void A_number_is_written_in_each_form(CellForm form, int places, double value, string text) =>
        Assert.Equal(text, new CellFormat(form, places).Write(value));

    static TablePrompts Prompts(PromptTemplate template) =>
        TablePrompts.Fit(template, SmallTables.Flowers.Table, SmallTables.Flowers.Schema, [0, 1, 2, 3], SmallTables.FlowerLabels);

    [Fact]
    public void A_format_changes_its_column_alone()
    {
        var template = PromptPresets
            .PaperClassification.With("sepal width", new(CellForm.Scaled))
            .With("sepal length", new(CellForm.Integer));
        Assert.Matches(@"^When we have x1=0, x2=<\d\d>, What is this type\? ###$", Prompts(template).Prompt(SmallTables.Flowers.Table, 0));
        Assert.Equal("When we have x1=7, x2=unknown, What is this type? ###", Prompts(template).Prompt(SmallTables.Flowers.Table, 3));
        var scaled = PromptPresets.LiftMini.With("sepal length", new(CellForm.AsWritten));
        Assert.Matches(@"^0\.95<2:\d\d>###$", Prompts(scaled).Prompt(SmallTables.Flowers.Table, 0));
        Assert.Equal(PromptPresets.LiftMini, scaled.With("sepal length", null));
        Assert.NotEqual(PromptPresets.LiftMini, scaled);
    }

    [Fact]
    public void Formats_survive_a_file_and_bad_ones_are_refused()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "own.json");
        File.WriteAllText(
            file,
            """{"name":"own","text":"{{ row['sepal length'] }}###","numbers":{"style":"decimal"},"formats":{"sepal length":{"form":"spaced","places":1}},"version":3}"""
        );
        var read = PromptFile.Read(file, TaskKind.Classification);
        Assert.Equal(new CellFormat(CellForm.Spaced, 1), read.Formats!["sepal length"]);
        Assert.Equal(3, read.Version);
        Assert.Throws<ArgumentOutOfRangeException>(() => Prompts(PromptPresets.LiftMini.With("a", new(CellForm.Decimals, 16))));
        Assert.Throws<ArgumentOutOfRangeException>(() => Prompts(PromptPresets.LiftMini.With("a", new(CellForm.Significant, 0))));
    }
}
