using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Tests.Engine.Tables.Profile;

public sealed class SchemaGuessTests
{
    static readonly string[] Twelve = [.. Enumerable.Range(0, 12).Select(i => $"{i}")];

    [Fact]
    public void Kinds_follow_the_cells()
    {
        var schema = SchemaGuess.Guess(
            SomeTable.Of(
                ("size", [.. Twelve.Select(i => $"{i}.5")]),
                ("count", [.. Twelve.Select(i => $"{7 * int.Parse(i, System.Globalization.CultureInfo.InvariantCulture) % 5}")]),
                ("colour", [.. Twelve.Select((_, i) => i % 2 == 0 ? "red" : "dark blue")]),
                ("remark", [.. Twelve.Select(i => $"this is remark number {i}")]),
                ("code", [.. Twelve.Select(i => $"AB-{i}")]),
                ("nothing", [.. Twelve.Select(_ => "")]),
                ("outcome", [.. Twelve.Select((_, i) => i % 3 == 0 ? "yes" : "no")])
            )
        );
        Assert.Equal(
            [
                ColumnKind.Number,
                ColumnKind.Integer,
                ColumnKind.Category,
                ColumnKind.Text,
                ColumnKind.Identifier,
                ColumnKind.Category,
                ColumnKind.Category,
            ],
            schema.Columns.Select(c => c.Kind)
        );
        Assert.Equal(
            [
                ColumnRole.Feature,
                ColumnRole.Feature,
                ColumnRole.Feature,
                ColumnRole.Feature,
                ColumnRole.Ignored,
                ColumnRole.Ignored,
                ColumnRole.Target,
            ],
            schema.Columns.Select(c => c.Role)
        );
        Assert.Equal(TaskKind.Classification, schema.Task);
    }

    [Theory]
    [InlineData("column 1", 0)]
    [InlineData("column 1", 1)]
    [InlineData("anything", 0)]
    [InlineData("Id", 1)]
    [InlineData("Unnamed: 0", 0)]
    public void A_first_column_that_counts_the_rows_is_an_identifier(string name, int from)
    {
        var schema = SchemaGuess.Guess(
            SomeTable.Of(
                (name, [.. Enumerable.Range(from, 12).Select(i => $"{i}")]),
                ("x", [.. Twelve.Select(i => $"{i}.5")]),
                ("y", [.. Twelve.Select(i => $"{i}.25")])
            )
        );
        Assert.Equal((ColumnKind.Identifier, ColumnRole.Ignored), (schema.Columns[0].Kind, schema.Columns[0].Role));
    }

    [Fact]
    public void Years_and_the_only_feature_are_no_identifiers()
    {
        var years = SchemaGuess.Guess(
            SomeTable.Of(
                ("year", [.. Twelve.Select((_, i) => $"{1990 + i}")]),
                ("x", [.. Twelve.Select(i => $"{i}.5")]),
                ("y", [.. Twelve.Select(i => $"{i}.25")])
            )
        );
        Assert.Equal(ColumnKind.Integer, years.Columns[0].Kind);
        var dose = SchemaGuess.Guess(
            SomeTable.Of(("dose", [.. Twelve.Select((_, i) => $"{i + 1}")]), ("effect", [.. Twelve.Select(i => $"{i}.25")]))
        );
        Assert.Equal((ColumnKind.Integer, ColumnRole.Feature), (dose.Columns[0].Kind, dose.Columns[0].Role));
        Assert.Equal("effect", dose.Target.Name);
    }

    [Theory]
    [InlineData("Class", "a", "Class")]
    [InlineData("species", "a", "species")]
    [InlineData("first", "a", "last")]
    public void The_target_is_the_column_named_so_else_the_last(string first, string second, string expected)
    {
        string[] cells = [.. Twelve.Select((_, i) => i % 2 == 0 ? "p" : "q")];
        Assert.Equal(expected, SchemaGuess.Guess(SomeTable.Of((first, cells), (second, cells), ("last", cells))).Target.Name);
    }

    [Fact]
    public void A_y_behind_an_x_is_a_place_unless_it_is_the_last_column()
    {
        string Target(params string[] names) =>
            SchemaGuess.Guess(new("t", [.. names.Select(n => new Column(n, ["0.5", "0.25", "0.75"]))])).Target.Name;
        Assert.Equal("arm", Target("x", "y", "arm"));
        Assert.Equal("y", Target("x", "y"));
        Assert.Equal("y", Target("age", "y", "arm"));
    }

    [Fact]
    public void An_identifier_at_the_end_is_not_the_target()
    {
        var schema = SchemaGuess.Guess(
            SomeTable.Of(
                ("x", Twelve),
                ("kind", [.. Twelve.Select((_, i) => i % 2 == 0 ? "p" : "q")]),
                ("uuid", [.. Twelve.Select(i => $"f{i}e")])
            )
        );
        Assert.Equal("kind", schema.Target.Name);
    }

    [Theory]
    [InlineData("0 1 2", "grade", TaskKind.Classification)]
    [InlineData("1 2 3", "grade", TaskKind.Classification)]
    [InlineData("2 4", "grade", TaskKind.Classification)]
    [InlineData("-1 1", "grade", TaskKind.Classification)]
    [InlineData("0 1 5 6", "grade", TaskKind.Regression)]
    [InlineData("1 2 3 5 6 7", "Type", TaskKind.Classification)]
    [InlineData("1 2 3 5 6 7", "grade", TaskKind.Regression)]
    [InlineData("1 2 3 9 40", "type", TaskKind.Classification)]
    [InlineData("1 2 3 9 40", "width", TaskKind.Regression)]
    [InlineData("10 20 30", "class", TaskKind.Classification)]
    [InlineData("100 200 300 400", "risk_group", TaskKind.Classification)]
    [InlineData("-1 0 3 7", "label", TaskKind.Classification)]
    [InlineData("10 20 30", "dose", TaskKind.Regression)]
    [InlineData("1.5 2.5 3.5", "class", TaskKind.Regression)]
    [InlineData("3 4 5 6", "grade", TaskKind.Regression)]
    [InlineData("1.5 2.5 3.5", "grade", TaskKind.Regression)]
    [InlineData("low high", "grade", TaskKind.Classification)]
    public void Codes_and_words_are_classes_and_measurements_are_numbers(string values, string name, TaskKind expected)
    {
        string[] cells = [.. Enumerable.Repeat(values.Split(' '), 8).SelectMany(v => v)];
        Assert.Equal(expected, SchemaGuess.Guess(SomeTable.Of(("x", [.. cells.Select((_, i) => $"{i}.5")]), (name, cells))).Task);
    }

    [Fact]
    public void Many_codes_are_classes_only_under_such_a_name()
    {
        string[] codes = [.. Enumerable.Range(0, 400).Select(i => $"{i % 100 + 1}")];
        Assert.Equal(TaskKind.Classification, SchemaGuess.TaskOf(new Column("class", codes)));
        Assert.Equal(TaskKind.Regression, SchemaGuess.TaskOf(new Column("age", codes)));
    }

    [Fact]
    public void A_few_words_in_a_column_of_numbers_do_not_make_it_a_category()
    {
        string[] cells = [.. Enumerable.Range(0, 99).Select(i => $"{i * i}"), "broken"];
        Assert.Equal(
            ColumnKind.Integer,
            SchemaGuess.Guess(SomeTable.Of(("x", cells), ("y", [.. cells.Select((_, i) => $"{i}.5")]))).Columns[0].Kind
        );
    }

    [Fact]
    public void A_table_of_nothing_has_no_target()
    {
        var schema = SchemaGuess.Guess(SomeTable.Of(("a", ["", ""]), ("b", ["", ""])));
        Assert.All(schema.Columns, c => Assert.Equal(ColumnRole.Ignored, c.Role));
    }
}
