using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

public sealed class PromptCheckTests
{
    static IReadOnlyList<Problem> Check(
        PromptTemplate template,
        (Table Table, Schema Schema) data,
        Func<string, int>? count = null,
        int context = int.MaxValue
    ) =>
        PromptCheck.Of(
            TablePrompts.Fit(template, data.Table, data.Schema, SmallTables.Rows(data.Table), ["0", "1"]),
            data.Table,
            SmallTables.Rows(data.Table),
            count,
            context
        );

    static readonly (Table Table, Schema Schema) Plain = SmallTables.Of(
        TaskKind.Classification,
        ("x", ColumnKind.Number, ["0.001", "0.002", "0.003", "1"]),
        ("y", ColumnKind.Integer, ["0", "1", "0", "1"])
    );

    [Fact]
    public void A_sound_table_has_no_problems() => Assert.Empty(Check(PromptPresets.LiftMini, Plain));

    [Fact]
    public void Numbers_that_become_one_text_are_named() =>
        Assert.Equal(
            ("values-collapse", "x"),
            Assert.Single(Check(PromptPresets.PaperClassification, Plain)) is var p ? (p.Code, p.Column) : default
        );

    [Fact]
    public void A_separator_in_a_cell_is_found_with_its_row()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("note", ColumnKind.Text, ["fine", "a ### b"]),
            ("y", ColumnKind.Integer, ["0", "1"])
        );
        var problem = Assert.Single(Check(PromptPresets.LiftMiniWords, data));
        Assert.Equal(("separator-in-cell", 2, "note", Severity.Error), (problem.Code, problem.Row, problem.Column, problem.Severity));
    }

    [Fact]
    public void A_feature_that_is_the_target_is_found()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("copy", ColumnKind.Category, ["0", "1", "0"]),
            ("y", ColumnKind.Category, ["0", "1", "0"])
        );
        Assert.Equal("target-in-prompt", Assert.Single(Check(PromptPresets.LiftMiniWords, data)).Code);
    }

    [Fact]
    public void A_prompt_over_the_context_names_its_row()
    {
        var data = SmallTables.Of(
            TaskKind.Classification,
            ("note", ColumnKind.Text, ["short", new string('a', 90)]),
            ("y", ColumnKind.Integer, ["0", "1"])
        );
        var problem = Assert.Single(Check(PromptPresets.LiftMiniWords, data, text => text.Length, 100));
        Assert.Equal(("prompt-over-context", 2), (problem.Code, problem.Row));
    }

    [Theory]
    [InlineData("{% for f in features %}{{ f.value }} {% endfor %}", "prompt-without-end")]
    [InlineData("What is this?###", "prompts-all-equal")]
    [InlineData("{{ nothing }}###", "template-unusable")]
    public void A_template_that_cannot_work_is_told_so(string text, string code) =>
        Assert.Contains(Check(PromptPresets.LiftMini with { Text = text }, Plain), p => p.Code == code && p.Severity == Severity.Error);
}
