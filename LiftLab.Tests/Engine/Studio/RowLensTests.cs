using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tokens;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.Studio;

public sealed class RowLensTests
{
    [Fact]
    public async Task A_coded_row_says_what_each_code_means()
    {
        var desk = await Desks.BundledAsync("iris");
        var lens = desk.Lens(desk.Fit(PromptPresets.LiftMini), 0);
        Assert.True(lens.IsCoded);
        Assert.Equal(desk.Task.Schema.Features.Count + 1, lens.Cells.Count);
        var first = lens.Cells[0];
        Assert.Matches(@"^sepal length, level \d+ of 100: \d\.\d\d–\d\.\d\d cm$", first.Meaning!);
        Assert.Equal(1, first.Tokens);
        Assert.Equal("species: setosa", lens.Cells[^1].Meaning);
        Assert.True(lens.Cells[^1].IsTarget);
    }

    [Fact]
    public async Task Parts_and_tokens_cover_the_whole_text_and_agree_with_training()
    {
        foreach (var name in new[] { "iris", "penguins", "sacramento" })
        {
            var desk = await Desks.BundledAsync(name);
            foreach (var template in PromptPresets.For(desk.Table, desk.Task.Schema).Select(p => p.Template))
            foreach (var row in new[] { 0, 7 })
            {
                var prompts = desk.Fit(template);
                var lens = desk.Lens(prompts, row);
                var example = prompts.Write(desk.Table, row);
                Assert.Equal(example.Prompt + template.Joint + example.Completion, lens.Text);
                Assert.Equal(lens.Text, string.Concat(lens.Parts.Select(p => p.Text)));
                var (asked, answer) = desk.Tokenizer!.EncodeTogether(example.Prompt, template.Joint + example.Completion);
                Assert.Equal([.. asked, .. answer], lens.Tokens!.Select(t => t.Id));
                Assert.Equal(answer.Length, lens.Tokens!.Count(t => t.Trained));
                Assert.All(lens.Tokens!.TakeLast(answer.Length), t => Assert.True(t.Trained));
                Assert.Equal(lens.Tokens!.Count, lens.TemplateTokens + lens.Cells.Sum(c => c.Tokens));
            }
        }
    }

    [Fact]
    public void Each_cell_s_text_is_marked_with_its_column()
    {
        var desk = Desks.Of(SmallTables.Flowers);
        var lens = desk.Lens(desk.Fit(PromptPresets.PaperClassification), 0);
        Assert.Equal(["0.95", "0.27", "0"], lens.Parts.Where(p => p.Cell is not null).Select(p => p.Text));
        Assert.Equal([0, 1, 2], lens.Parts.Where(p => p.Cell is not null).Select(p => p.Cell!.Value));
        Assert.Equal([4, 4, 1], lens.Cells.Select(c => c.Tokens)); // one token per byte
        Assert.Equal(["␣", "0", "@@@"], lens.Tokens!.Where(t => t.Trained).Select(t => t.Look));
        Assert.False(lens.Parts[0].Trained);
        Assert.True(lens.Parts[^1].Trained);
    }

    [Fact]
    public void Missing_cells_unwritten_columns_and_rows_without_an_answer_are_said()
    {
        var desk = Desks.Of(
            SmallTables.Of(
                TaskKind.Classification,
                ("a", ColumnKind.Number, ["1", "", "3"]),
                ("b", ColumnKind.Category, ["x", "y", "x"]),
                ("y", ColumnKind.Category, ["p", "q", "p"])
            )
        );
        var own = new PromptTemplate("own", "A is {{ row['a'] }} and {{ row['a'] }}.###", new(NumberStyle.AsWritten));
        var lens = desk.Lens(desk.Fit(own), 1);
        Assert.Equal("a: missing, written as 'unknown'", lens.Cells[0].Meaning);
        Assert.False(lens.Cells[1].Written);
        Assert.Equal(2, lens.Parts.Count(p => p.Cell == 0));
        var asked = RowLens.Of(desk.Fit(own), desk.Table, 0, double.NaN, desk.Tokenizer);
        Assert.EndsWith("###", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Tokens!, t => t.Trained);
    }

    [Fact]
    public void Invisible_characters_and_parts_of_characters_are_shown()
    {
        Assert.Equal("a␣b↵⇥⍽‹U+200B›é😀", VisibleText.Of("a b\n\t\u00a0\u200bé😀"));
        var desk = Desks.Of(
            SmallTables.Of(TaskKind.Classification, ("a", ColumnKind.Category, ["é", "b"]), ("y", ColumnKind.Category, ["p", "q"]))
        );
        var lens = desk.Lens(desk.Fit(new("own", "{{ row['a'] }}###", new(NumberStyle.AsWritten))), 0);
        Assert.Equal(["‹C3›", "‹A9›", "###"], lens.Tokens!.Take(3).Select(t => t.Look));
        Assert.Equal([0, 0], lens.Tokens!.Take(2).Select(t => t.Cell!.Value));
    }

    [Fact]
    public void Value_labels_codes_of_categories_and_levels_of_answers_have_words()
    {
        var (table, schema) = SmallTables.Of(
            TaskKind.Regression,
            ("native", ColumnKind.Category, ["1", "2", "1", "9"]),
            ("price", ColumnKind.Number, ["1", "2", "3", "4"]),
            ("y", ColumnKind.Number, ["10", "20", "30", "40"])
        );
        schema = schema with
        {
            Columns =
            [
                schema.Columns[0] with
                {
                    ValueLabels = new Dictionary<string, string> { ["1"] = "an English speaker" },
                },
                schema.Columns[1] with
                {
                    Unit = "$",
                },
                schema.Columns[2],
            ],
        };
        var desk = new PromptDesk(new(table, schema, new([0, 1, 2], [], [3])), new ByteTokenizer(64), 1024);
        var prompts = desk.Fit(PromptPresets.LiftMini);
        var cells = desk.Lens(prompts, 0).Cells;
        Assert.Equal("native, code A: 1 (an English speaker)", cells[0].Meaning);
        Assert.Matches(@"^price, level \d+ of 100: \$\d\.\d\d–\$\d\.\d\d$", cells[1].Meaning!);
        Assert.Matches(@"^y: 9\.99\d*–10\.0\d*$|^y: 10\.0\d*–10\.0\d*$", cells[2].Meaning!);
        Assert.Equal("native: '9', one of the texts without a code of their own", desk.Lens(prompts, 3).Cells[0].Meaning);
    }

    [Fact]
    public async Task Lengths_name_the_rows_that_do_not_fit()
    {
        var desk = await Desks.BundledAsync("penguins", context: 90);
        var prompts = desk.Fit(PromptPresets.NamesClassification);
        var sheet = LengthSheet.Of(desk, prompts);
        Assert.Equal(desk.Table.RowCount, sheet.Rows.Count);
        Assert.Equal(sheet.Lengths.Count, sheet.Bars(24).Sum(b => b.Count));
        Assert.True(sheet.Bars(24).Count <= 24);
        Assert.Equal(sheet.Lengths.Count(l => l > 90), sheet.Over.Count);
        Assert.Equal(sheet.Longest, desk.Count(prompts, sheet.LongestRow));
        Assert.Empty(
            (await Desks.BundledAsync("penguins", context: null)).Try(PromptPresets.LiftMini, 0) is { Prompts: { } p }
                ? LengthSheet.Of(await Desks.BundledAsync("penguins", context: null), p).Over
                : [1]
        );
    }

    [Fact]
    public async Task A_change_of_the_text_alone_reuses_what_was_fitted_and_writes_the_same()
    {
        var desk = await Desks.BundledAsync("iris");
        desk.Fit(PromptPresets.LiftMini);
        var changed = PromptPresets.LiftMini with { Text = "x" + PromptPresets.LiftMini.Text };
        var fresh = await Desks.BundledAsync("iris");
        Assert.Equal(fresh.Lens(fresh.Fit(changed), 3).Text, desk.Lens(desk.Fit(changed), 3).Text);
        var other = changed.With(desk.Task.Schema.Features[0].Name, new(CellForm.Decimals, 3));
        Assert.Equal(fresh.Lens(fresh.Fit(other), 3).Text, desk.Lens(desk.Fit(other), 3).Text);
        Assert.NotNull(desk.Try(changed with { Text = "{{ nothing }}###" }, 0).Fault);
    }
}
