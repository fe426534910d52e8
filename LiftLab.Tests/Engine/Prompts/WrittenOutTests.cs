using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>The built-in model's template writes texts out; what becomes a code is said.</summary>
public sealed class WrittenOutTests
{
    static string[] Many(int count, Func<int, string> cell) => [.. Enumerable.Range(0, count).Select(cell)];

    static (Table Table, Schema Schema) Reviews(Func<int, string> review, ColumnKind kind = ColumnKind.Text) =>
        SmallTables.Of(
            TaskKind.Classification,
            ("stars", ColumnKind.Integer, Many(60, i => $"{i % 5 + 1}")),
            ("review", kind, Many(60, review)),
            ("shop", ColumnKind.Category, Many(60, i => i % 2 == 0 ? "north" : "south")),
            ("good", ColumnKind.Category, Many(60, i => i % 2 == 0 ? "no" : "yes"))
        );

    static TablePrompts Fit((Table Table, Schema Schema) data, PromptTemplate? template = null) =>
        TablePrompts.Fit(template ?? PromptPresets.LiftMini, data.Table, data.Schema, SmallTables.Rows(data.Table), ["no", "yes"]);

    static IReadOnlyList<Problem> Check((Table Table, Schema Schema) data, PromptTemplate template) =>
        PromptCheck.Of(Fit(data, template), data.Table, SmallTables.Rows(data.Table));

    [Fact]
    public async Task A_column_of_text_reaches_the_default_prompt()
    {
        var opened = await OpenedTable.OpenAsync(CaseFile.At("freetext-bool.csv"));
        var schema = opened.Schema.WithTarget("recommend", TaskKind.Classification);
        var task = new LearningTask(opened.Table, schema, SplitMaker.Make(opened.Table, schema, 0));
        var prompts = TablePrompts.Fit(PromptPresets.LiftMini, opened.Table, schema, task.Split.Train, task.Labels);
        Assert.All(
            Enumerable.Range(0, opened.Table.RowCount),
            row => Assert.Contains(opened.Table["review"].Cells[row] + ";", prompts.Prompt(opened.Table, row), StringComparison.Ordinal)
        );
        Assert.Empty(PromptCheck.Of(prompts, opened.Table, task.Split.Train));
    }

    [Theory]
    [InlineData("a long text of several words number {0}")]
    [InlineData("numéro {0} à l'étage, très bien")]
    [InlineData("商品 {0} 很好，我很喜欢，会再买")]
    [InlineData("line one of {0}\nline two of it")]
    [InlineData("he said \"{0}\"; she said no")]
    public void Texts_follow_the_tokens_whole(string form)
    {
        var data = Reviews(i => form.Replace("{0}", $"{i}", StringComparison.Ordinal));
        var prompt = Fit(data).Prompt(data.Table, 7);
        Assert.Matches(@"^<1:\d\d>[A-Z]", prompt);
        Assert.EndsWith(data.Table["review"].Cells[7] + ";###", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public void A_category_that_hardly_repeats_is_written_out_too()
    {
        var data = Reviews(i => $"item {i % 45}", ColumnKind.Category);
        Assert.Contains("item 7;", Fit(data).Prompt(data.Table, 7), StringComparison.Ordinal);
        var few = Reviews(i => $"item {i % 9}", ColumnKind.Category);
        Assert.DoesNotContain("item", Fit(few).Prompt(few.Table, 7), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_can_be_written_out_by_choice()
    {
        var data = Reviews(i => $"item {i % 9}", ColumnKind.Category);
        var prompts = Fit(data, PromptPresets.LiftMini with { WriteOut = ["shop"] });
        Assert.EndsWith("south;###", prompts.Prompt(data.Table, 7), StringComparison.Ordinal);
        Assert.True(prompts.State.Features.Single(f => f.Name == "shop").WrittenOut);
    }

    [Fact]
    public void A_missing_text_is_written_as_missing()
    {
        var data = Reviews(i => i == 3 ? "" : $"a long text of several words number {i}");
        Assert.EndsWith("?;###", Fit(data).Prompt(data.Table, 3), StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_long_text_keeps_its_beginning_and_its_end_and_that_is_said()
    {
        var data = Reviews(i => i < 4 ? $"begin {new string('x', 2000)} the end {i}" : $"a text of several words number {i}");
        var prompt = Fit(data).Prompt(data.Table, 2);
        Assert.Matches("begin x+…x+ the end 2;###$", prompt);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(prompt), 300, 420);
        var problem = Assert.Single(Check(data, PromptPresets.LiftMini));
        Assert.Equal(("text-cut", Severity.Warning, 1, "review"), (problem.Code, problem.Severity, problem.Row, problem.Column));
        Assert.StartsWith("4 of 60 texts", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_that_writes_a_text_as_a_code_is_said_with_the_way_out()
    {
        var data = Reviews(i => $"a long text of several words number {i}");
        var problem = Assert.Single(Check(data, PromptPresets.Coded));
        Assert.Equal((CodeCheck.Code, Severity.Warning, "review"), (problem.Code, problem.Severity, problem.Column));
        Assert.Equal("8 of 60 texts are written as '*'; their words do not reach the prompt", problem.What);
        Assert.Contains("--write-out 'review'", problem.WhatToDo, StringComparison.Ordinal);
        Assert.Empty(Check(data, PromptPresets.NamesClassification));
        Assert.Empty(Check(data, PromptPresets.Coded with { WriteOut = ["review"] }));
    }

    [Fact]
    public async Task Bundled_tables_have_no_column_written_out_and_no_warning_about_codes()
    {
        foreach (var bundled in BundledTables.All)
        {
            var (table, schema) = await bundled.ReadAsync();
            var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
            var prompts = TablePrompts.Fit(PromptPresets.LiftMini, table, schema, task.Split.Train, task.Labels);
            Assert.DoesNotContain(prompts.State.Features, f => f.WrittenOut);
            Assert.Empty(PromptCheck.Of(prompts, table, task.Split.Train));
            var before = TablePrompts.Fit(
                PromptPresets.LiftMini with
                {
                    Text = "{% for f in features %}{{ f.token }}{% endfor %}###",
                    TextBytes = 0,
                },
                table,
                schema,
                task.Split.Train,
                task.Labels
            );
            Assert.All(task.Split.Test, row => Assert.Equal(before.Prompt(table, row), prompts.Prompt(table, row)));
        }
    }

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("0123456789abcdef", 11, "0123…cdef")]
    [InlineData("ääääääääää", 11, "ää…ää")]
    [InlineData("😀😀😀😀😀😀", 11, "😀…😀")]
    public void A_cut_text_has_at_most_so_many_bytes(string text, int bytes, string cut)
    {
        Assert.Equal(cut, TextCut.Of(text, bytes));
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(TextCut.Of(text, bytes)) <= bytes);
    }
}
