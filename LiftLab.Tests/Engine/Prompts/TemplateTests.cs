using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Prompts.Templates;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>What a template may use, what it gives, and where faults are said to stand.</summary>
public sealed class TemplateTests
{
    static readonly (Table Table, Schema Schema) Data = SmallTables.Of(
        TaskKind.Classification,
        ("age", ColumnKind.Integer, ["40", "9", ""]),
        ("home town", ColumnKind.Category, ["  Kyoto ", "oslo", "2.0"]),
        ("y", ColumnKind.Category, ["a", "b", "a"])
    );

    static string Prompt(string text, int row = 0) =>
        TablePrompts
            .Fit(new("own", text, new(NumberStyle.AsWritten)), Data.Table, Data.Schema, SmallTables.Rows(Data.Table), ["a", "b"])
            .Prompt(Data.Table, row);

    static TemplateFaultException Fault(string text) => Assert.Throws<TemplateFaultException>(() => Prompt(text));

    [Theory]
    [InlineData("{{ features }}###", 1, 4)]
    [InlineData("a\n{{ nothing }}###", 2, 4)]
    [InlineData("a\nb {{ features[0].nam }}###", 2, 18)]
    [InlineData("{% for f in features %}\n{{ f.value }}{{ f.secret }}{% endfor %}", 2, 19)]
    [InlineData("{% for f in columns %}{{ f.value }}{% endfor %}", 1, 13)]
    [InlineData("{{ row['town'] }}###", 1, 9)]
    [InlineData("{% if row['age'] == 1 %}{{ row['town'] }}{% endif %}", 1, 33)]
    [InlineData("{{ row.age | decimals: 2 | shout }}", 1, 28)]
    [InlineData("{{ row.age | decimals: 99 }}", 1, 14)]
    [InlineData("{{ row.age | decimals }}", 1, 14)]
    [InlineData("{{ row.age.size }}", 1, 12)]
    [InlineData("\n\n  {{ features[7].value }}", 3, 6)]
    [InlineData("{% for f in features %}{{ forloop.secret }}{% endfor %}", 1, 35)]
    [InlineData("{{ f.value }}{% for f in features %}{% endfor %}", 1, 4)]
    public void A_name_that_does_not_exist_is_an_error_with_line_and_column(string text, int line, int column)
    {
        var fault = Fault(text);
        Assert.Equal((line, column), (fault.Line, fault.Column));
        Assert.StartsWith($"line {line}, column {column} of the template: ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assign a = 'x'")]
    [InlineData("capture a")]
    [InlineData("increment a")]
    [InlineData("decrement a")]
    [InlineData("cycle 'a', 'b'")]
    [InlineData("include 'other'")]
    [InlineData("render 'other'")]
    [InlineData("liquid assign a = 1")]
    [InlineData("echo 'a'")]
    [InlineData("ifchanged")]
    [InlineData("tablerow f in features")]
    [InlineData("macro a()")]
    [InlineData("from 'other' import a")]
    [InlineData("layout 'other'")]
    public void Tags_that_assign_or_include_are_refused_by_name(string tag)
    {
        var name = tag.Split(' ')[0];
        var fault = Fault($"a\n {{% {tag} %}}###");
        Assert.Contains($"there is no tag '{name}' here", fault.Message, StringComparison.Ordinal);
        Assert.Equal((2, 2), (fault.Line, fault.Column));
        fault = Fault($"{{% for f in features %}}\n{{% {tag} %}}{{% endfor %}}###");
        Assert.Contains($"there is no tag '{name}' here", fault.Message, StringComparison.Ordinal);
        Assert.Equal((2, 1), (fault.Line, fault.Column));
    }

    [Theory]
    [InlineData("{% for i in (1..1000000000) %}x{% endfor %}")]
    [InlineData("{% for i in (1..features.size) %}x{% endfor %}")]
    [InlineData("{{ (1..1000000000) }}")]
    [InlineData("{% if (1..1000000000) == 1 %}x{% endif %}")]
    [InlineData("{{ 'x' | append: (1..1000000000) }}")]
    [InlineData("{% for f in features limit: (1..1000000000) %}x{% endfor %}")]
    [InlineData("{% case (1..1000000000) %}{% when 1 %}x{% endcase %}")]
    public void Ranges_are_refused_before_anything_is_rendered(string text) => Assert.True(Fault(text).Line == 1);

    [Theory]
    [InlineData("{% for f in features %}x", 1, 25)]
    [InlineData("{{ row.age", 1, 11)]
    [InlineData("{% if %}x{% endif %}", 1, 6)]
    [InlineData("{{ }}", 1, 3)]
    [InlineData("{% endfor %}", 1, 1)]
    [InlineData("a {% else %}", 1, 3)]
    [InlineData("{{ (row.age) }}", 1, 13)]
    [InlineData("{{ target() }}", 1, 11)]
    public void What_cannot_be_parsed_is_an_error_with_line_and_column(string text, int line, int column)
    {
        var fault = Fault(text);
        Assert.Equal((line, column), (fault.Line, fault.Column));
    }

    [Theory]
    [InlineData("{{ features.Length }}")]
    [InlineData("{{ features[0].writer }}")]
    [InlineData("{{ features[0].GetType }}")]
    [InlineData("{{ row.Keys }}")]
    [InlineData("{{ target.Length }}")]
    [InlineData("{{ features[0].value.Feature }}")]
    [InlineData("{{ Features[0].value }}")]
    public void Nothing_of_the_program_can_be_reached(string text) => Fault(text);

    [Fact]
    public void Nesting_is_bounded_so_that_no_template_overflows_the_stack()
    {
        Fault(string.Concat(Enumerable.Repeat("{% if true %}", 700)));
        Fault("{{ " + string.Concat(Enumerable.Repeat("row[", 2000)));
        Fault("{{ " + new string('(', 9000));
        Fault("{{ " + string.Concat(Enumerable.Repeat("(row[", 1900)));
    }

    [Fact]
    public void Output_and_steps_are_bounded()
    {
        const string Loop = "{% for a in features %}";
        string Nested(int depth, string body) =>
            string.Concat(Enumerable.Repeat(Loop, depth)) + body + string.Concat(Enumerable.Repeat("{% endfor %}", depth));
        Assert.Contains("longer than", Fault(Nested(16, new string('x', 100))).Message, StringComparison.Ordinal);
        Assert.Contains("steps", Fault(Nested(30, "")).Message, StringComparison.Ordinal);
        var growing = string.Concat(Enumerable.Repeat("| replace: 'o', 'ooooooooooooooooooooooooo' ", 100));
        Assert.Contains("the result of a filter has more than", Fault("{{ 'o' " + growing + "}}").Message, StringComparison.Ordinal);
        Assert.Contains("at most", Fault(new string('x', 10_001)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for f in features offset: -5 %}x{% endfor %}")]
    [InlineData("{% for f in features limit: 99999999999999999999 %}x{% endfor %}")]
    [InlineData("{{ 'a' | slice: 99999999999999999999 }}")]
    public void Numbers_out_of_range_are_faults_of_the_template(string text) => Fault(text);

    [Theory]
    [InlineData("{% if row.age > 9 %}old{% else %}young{% endif %}", "old", "young", "young")]
    [InlineData("{% if row.age >= '9' %}known{% else %}unknown{% endif %}", "known", "known", "unknown")]
    [InlineData("{% unless features[0].missing %}{{ row.age }}{% endunless %}", "40", "9", "")]
    [InlineData("{% if features[1].cell == 2 %}two{% endif %}", "", "", "two")]
    [InlineData("{% if '2' == features[1].cell %}two{% endif %}", "", "", "two")]
    [InlineData("{% case features[1].cell %}{% when '2' %}two{% when 'oslo', 'rome' %}far{% else %}?{% endcase %}", "?", "far", "two")]
    [InlineData("{% if row['home town'] contains 'o' and row.age != 9 %}o{% endif %}", "o", "", "")]
    [InlineData(
        "{% for f in features %}{{ forloop.index }}{{ f.name }}{% unless forloop.last %}, {% endunless %}{% endfor %}",
        "1age, 2home town",
        "1age, 2home town",
        "1age, 2home town"
    )]
    [InlineData("{% for f in features reversed %}{{ f }};{% endfor %}", "  Kyoto ;40;", "oslo;9;", "2.0;unknown;")]
    [InlineData("{% for f in features limit: 1 %}{{ f.cell | default: '-' }}{% endfor %}", "40", "9", "-")]
    [InlineData("{{ row['home town'] | strip | upcase | append: '!' }}", "KYOTO!", "OSLO!", "2.0!")]
    [InlineData("{{ row.age | decimals: 1 }} {{ 3.5 | integer }}", "40.0 3", "9.0 3", "unknown 3")]
    [InlineData("a {%- comment %} {{ nothing }} {% endcomment -%} b", "ab", "ab", "ab")]
    [InlineData("{% raw %}{{ nothing }}{% endraw %}", "{{ nothing }}", "{{ nothing }}", "{{ nothing }}")]
    [InlineData("{{ features.size }}{{ target }}", "2y", "2y", "2y")]
    public void What_templates_may_use(string text, params string[] rows) =>
        Assert.Equal(rows, SmallTables.Rows(Data.Table).Select(r => Prompt(text, r)));

    [Fact]
    public void A_decimal_comma_culture_changes_nothing()
    {
        const string Text = "{{ row.age | decimals: 2 }} {% if row.age > 8.5 %}{{ 1.5 }}{% endif %} {{ 'I' | downcase }}";
        var before = Thread.CurrentThread.CurrentCulture;
        try
        {
            Thread.CurrentThread.CurrentCulture = new("tr-TR");
            Assert.Equal("40.00 1.5 i", Prompt(Text));
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    [Fact]
    public void Many_threads_write_what_one_writes()
    {
        var prompts = TablePrompts.Fit(PromptPresets.PaperClassification, Data.Table, Data.Schema, [0, 1], ["a", "b"]);
        string[] alone = [.. SmallTables.Rows(Data.Table).Select(r => prompts.Prompt(Data.Table, r))];
        Parallel.For(0, 3000, i => Assert.Equal(alone[i % 3], prompts.Prompt(Data.Table, i % 3)));
    }
}
