using System.Diagnostics;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>No template keeps a machine busy: each row ends soon, with a text or with the reason.</summary>
public sealed class TemplateBoundTests
{
    const string Loop = "{% for a in features %}",
        End = "{% endfor %}";

    static string Nested(int depth, string body) =>
        string.Concat(Enumerable.Repeat(Loop, depth)) + body + string.Concat(Enumerable.Repeat(End, depth));

    static TablePrompts Prompts(int columns, string text)
    {
        Column[] cells = [.. Enumerable.Range(0, columns).Select(i => new Column($"c{i}", ["1", "2", "3"])), new("y", ["a", "b", "a"])];
        var schema = new Schema(
            [.. cells[..^1].Select(c => new ColumnSchema(c.Name, ColumnKind.Integer)), new("y", ColumnKind.Category, ColumnRole.Target)],
            TaskKind.Classification
        );
        return TablePrompts.Fit(
            new("own", text, new NumberFormat(NumberStyle.AsWritten)),
            new Table("t", cells),
            schema,
            [0, 1, 2],
            ["a", "b"]
        );
    }

    static string Row(int columns, string text) => Prompts(columns, text).Prompt([.. Enumerable.Repeat("1", columns)]);

    public static TheoryData<int, string> Endless =>
        new()
        {
            { 10, Nested(12, "") },
            { 2000, Nested(2, "") },
            { 2000, Nested(3, "{% comment %}nothing{% endcomment %}") },
            { 100, Nested(8, "{% if row.c0 == '2' %}x{% endif %}") },
            { 100, Nested(5, "{% break %}") },
            { 200, Nested(3, "{% continue %}") },
            { 50, Nested(4, "{{ '' }}") },
            {
                500,
                Loop
                    + "{{ 'o' | replace: 'o', '"
                    + new string('o', 300)
                    + "' | replace: 'o', '"
                    + new string('o', 300)
                    + "' | slice: 0 }}"
                    + End
            },
            {
                500,
                Nested(
                    1,
                    "{{ a.name | append: '"
                        + new string('x', 4000)
                        + "' | append: '"
                        + new string('y', 4000)
                        + "' | remove: 'x' | remove: 'y' }}"
                )
            },
            { 1000, Nested(2, "{% if a.name contains '" + new string('z', 2000) + "' %}{% endif %}") },
        };

    [Theory]
    [MemberData(nameof(Endless))]
    public void A_row_ends_soon_with_the_reason(int columns, string text)
    {
        var watch = Stopwatch.StartNew();
        var fault = Record.Exception(() => Row(columns, text));
        Assert.True(fault is null or TemplateFaultException, fault?.ToString());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void Loops_without_a_body_and_texts_that_grow_are_faults()
    {
        Assert.Contains("steps", Assert.Throws<TemplateFaultException>(() => Row(2000, Nested(2, ""))).Message, StringComparison.Ordinal);
        var growing =
            Loop
            + "{{ 'o' | replace: 'o', '"
            + new string('o', 900)
            + "' | replace: 'o', '"
            + new string('p', 100)
            + "' | slice: 0 }}"
            + End;
        Assert.Contains("too much work", Assert.Throws<TemplateFaultException>(() => Row(500, growing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wide_table_is_written_with_every_preset()
    {
        foreach (var preset in PromptPresets.For(TaskKind.Classification))
            Assert.EndsWith("###", Row(2000, preset.Text), StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_ends_when_the_person_who_wanted_it_is_gone()
    {
        var prompts = Prompts(3, "{{ row.c0 }}###");
        using var gone = new CancellationTokenSource();
        prompts.Cancel = gone.Token;
        Assert.Equal("1###", prompts.Prompt(["1", "2", "3"]));
        gone.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => prompts.Prompt(["1", "2", "3"]));
    }

    [Theory]
    [InlineData("joint")]
    [InlineData("missing")]
    [InlineData("name")]
    public void Every_text_of_a_template_has_a_limit(string part)
    {
        var longText = new string('x', PromptTemplate.LongestPart + 1);
        var template = new PromptTemplate(part == "name" ? longText : "own", "{{ row.c0 }}###", new NumberFormat(NumberStyle.AsWritten))
        {
            Joint = part == "joint" ? longText : "",
            Missing = part == "missing" ? longText : "?",
        };
        var schema = new Schema([new("c0", ColumnKind.Integer), new("y", ColumnKind.Category, ColumnRole.Target)], TaskKind.Classification);
        var table = new Table("t", [new("c0", ["1", "2"]), new("y", ["a", "b"])]);
        Assert.Contains(
            "at most",
            Assert.Throws<FormatException>(() => TablePrompts.Fit(template, table, schema, [0, 1], ["a", "b"])).Message,
            StringComparison.Ordinal
        );
    }
}
