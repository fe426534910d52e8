using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.Studio;

/// <summary>Each finding names what is wrong, and its fix removes it.</summary>
public sealed class PromptReviewTests
{
    static PromptFinding? Find(PromptDesk desk, PromptTemplate template, string code) =>
        PromptReview.Of(desk, template).FirstOrDefault(f => f.Problem.Code == code);

    static PromptFinding MustFind(PromptDesk desk, PromptTemplate template, string code) =>
        Find(desk, template, code)
        ?? throw new Xunit.Sdk.XunitException(
            $"no {code}: {string.Join(", ", PromptReview.Of(desk, template).Select(f => f.Problem.Code))}"
        );

    static void IsFixed(PromptDesk desk, PromptFinding finding)
    {
        Assert.NotNull(finding.Fix.Template);
        Assert.Null(Find(desk, finding.Fix.Template, finding.Problem.Code));
    }

    static PromptDesk Numbers(string[] x, string[] y, params int[] test) =>
        Desks.Of(SmallTables.Of(TaskKind.Classification, ("x", ColumnKind.Number, x), ("y", ColumnKind.Category, y)), test: test);

    [Fact]
    public void A_column_that_the_format_makes_constant_gets_more_digits()
    {
        var desk = Numbers(["0.0011", "0.0012", "0.0013", "0.0019"], ["a", "b", "a", "b"]);
        var found = MustFind(desk, PromptPresets.PaperClassification, FormatCheck.Constant);
        Assert.Contains("all 4 different numbers become the text '0.00'", found.Problem.What, StringComparison.Ordinal);
        Assert.Equal(new CellFormat(CellForm.Decimals, 4), found.Fix.Template!.Formats!["x"]);
        IsFixed(desk, found);
    }

    [Fact]
    public void Numbers_that_collapse_get_more_digits_and_tiny_ones_significant_digits()
    {
        var desk = Numbers(["1e-12", "2e-12", "3e-12", "5"], ["a", "b", "a", "b"]);
        var found = MustFind(desk, PromptPresets.PaperClassification, FormatCheck.Collapse);
        Assert.Equal(CellForm.Significant, found.Fix.Template!.Formats!["x"].Form);
        IsFixed(desk, found);
        Assert.Null(Find(desk, PromptPresets.LiftMini, FormatCheck.Collapse));
    }

    [Fact]
    public void Rows_that_contradict_by_rounding_state_the_ceiling_and_are_told_apart()
    {
        var desk = Numbers(["1.001", "1.002", "1.003", "9"], ["a", "b", "a", "b"]);
        var found = MustFind(desk, PromptPresets.PaperClassification, RepeatCheck.Contradiction);
        Assert.Contains("3 of 4 rows", found.Problem.What, StringComparison.Ordinal);
        Assert.Contains("rows 1 and 2", found.Problem.What, StringComparison.Ordinal);
        Assert.Contains("75.0 %", found.Problem.What, StringComparison.Ordinal);
        IsFixed(desk, found);
    }

    [Fact]
    public void Equal_rows_with_different_numbers_state_the_smallest_error()
    {
        var desk = Desks.Of(
            SmallTables.Of(
                TaskKind.Regression,
                ("x", ColumnKind.Number, ["1", "1", "2", "3"]),
                ("y", ColumnKind.Number, ["10", "14", "5", "6"])
            )
        );
        var found = MustFind(desk, PromptPresets.PaperRegression, RepeatCheck.Contradiction);
        Assert.Contains("root mean squared error below 1.41", found.Problem.What, StringComparison.Ordinal);
        Assert.Equal("Look at the table", found.Fix.Words);
        Assert.Null(found.Fix.Template);
    }

    [Fact]
    public void A_test_row_with_a_training_row_s_prompt_is_named()
    {
        var desk = Numbers(["1.001", "2", "1.002", "3"], ["a", "b", "a", "b"], 2);
        var found = MustFind(desk, PromptPresets.PaperClassification, RepeatCheck.AcrossSplit);
        Assert.Contains("first row 3 as row 1", found.Problem.What, StringComparison.Ordinal);
        IsFixed(desk, found);
    }

    [Fact]
    public void A_label_in_the_prompt_is_found_where_it_names_the_row_s_own_class()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("note", ColumnKind.Text, ["this wine is good", "a poor one", "good again", "very poor", "good", "poor"]),
            ("size", ColumnKind.Number, ["1", "2", "3", "4", "5", "6"]),
            ("y", ColumnKind.Category, ["good", "poor", "good", "poor", "good", "poor"])
        );
        var desk = Desks.Of(data);
        var found = MustFind(desk, PromptPresets.NamesClassification, LabelCheck.Code);
        Assert.Equal("note", found.Problem.Column);
        Assert.Equal(ColumnRole.Ignored, found.Fix.Table!.Role);
        // Labels that stand there by chance are no finding.
        var chance = Desks.Of(
            SmallTables.Of(
                TaskKind.Classification,
                ("note", ColumnKind.Text, ["good", "good", "good", "good"]),
                ("y", ColumnKind.Category, ["good", "poor", "good", "poor"])
            )
        );
        Assert.Null(Find(chance, PromptPresets.NamesClassification, LabelCheck.Code));
    }

    [Fact]
    public void Answers_that_begin_alike_are_written_as_numbers()
    {
        var desk = Numbers(["1", "2", "3"], ["versicolor", "virginica", "setosa"]);
        var found = MustFind(desk, PromptPresets.PaperClassification with { Classes = ClassWording.Label }, AnswerCheck.Code);
        Assert.Contains("'versicolor', 'virginica'", found.Problem.What, StringComparison.Ordinal);
        IsFixed(desk, found);
        Assert.Null(Find(desk, PromptPresets.PaperClassification, AnswerCheck.Code));
    }

    [Fact]
    public void A_prompt_over_the_context_gets_a_preset_that_fits()
    {
        var desk = Desks.Of(
            SmallTables.Of(
                TaskKind.Classification,
                ("a column with quite a long name", ColumnKind.Number, ["1", "2"]),
                ("y", ColumnKind.Category, ["a", "b"])
            ),
            context: 40
        );
        var found = MustFind(desk, PromptPresets.NamesClassification, "prompt-over-context");
        Assert.Equal("Use the preset “lift-mini”", found.Fix.Words);
        IsFixed(desk, found);
    }

    [Theory]
    [InlineData("{% for f in features %}{{ f.value }},{% endfor %}", "prompt-without-end")]
    [InlineData("always the same###", "prompts-all-equal")]
    [InlineData("{{ nothing }}###", "template-unusable")]
    public void What_the_text_lacks_is_added(string text, string code)
    {
        var desk = Numbers(["1", "2", "3"], ["a", "b", "a"]);
        IsFixed(desk, MustFind(desk, PromptPresets.PaperClassification with { Name = "own", Text = text }, code));
    }

    [Fact]
    public void Marks_in_cells_are_written_with_spaces()
    {
        var desk = Desks.Of(
            SmallTables.Of(TaskKind.Classification, ("note", ColumnKind.Category, ["a###b", "c"]), ("y", ColumnKind.Category, ["p", "q"]))
        );
        IsFixed(desk, MustFind(desk, PromptPresets.NamesClassification, MarkCheck.Code));
    }

    [Fact]
    public async Task A_clean_table_has_no_warning()
    {
        foreach (var name in new[] { "wine", "breast-cancer" })
        {
            var desk = await Desks.BundledAsync(name);
            Assert.DoesNotContain(PromptReview.Of(desk, PromptPresets.LiftMini), f => f.Problem.Severity > Severity.Note);
        }
    }
}
