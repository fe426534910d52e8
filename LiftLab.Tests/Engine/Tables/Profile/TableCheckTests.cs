using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Profile;

namespace LiftLab.Tests.Engine.Tables.Profile;

public sealed class TableCheckTests
{
    static readonly string[] Numbers = [.. Enumerable.Range(0, 60).Select(i => $"{i}.5")];
    static readonly string[] Classes = [.. Enumerable.Range(0, 60).Select(i => i % 2 == 0 ? "a" : "b")];

    [Fact]
    public void A_good_table_has_no_problems() =>
        Assert.Empty(Check(SomeTable.Of(("x", Numbers), ("class", Classes)), "class", TaskKind.Classification));

    [Fact]
    public void A_constant_column_is_a_warning() =>
        Expect(("constant-column", Severity.Warning, "c"), SomeTable.Of(("x", Numbers), ("c", Same("7")), ("class", Classes)), "class");

    [Fact]
    public void An_empty_column_is_a_warning()
    {
        var table = SomeTable.Of(("x", Numbers), ("e", Same("")), ("class", Classes));
        var schema = table.Schema("class", TaskKind.Classification);
        schema = schema with { Columns = [.. schema.Columns.Select(c => c.Name == "e" ? c with { Role = ColumnRole.Feature } : c)] };
        Assert.Contains(TableCheck.Problems(table, schema), p => p is { Code: "empty-column", Severity: Severity.Warning, Column: "e" });
    }

    [Fact]
    public void Missing_cells_are_a_warning_with_the_first_row()
    {
        var problem = Expect(
            ("missing-cells", Severity.Warning, "x"),
            SomeTable.Of(("x", [.. Numbers.Select((n, i) => i is 4 or 9 ? "" : n)]), ("class", Classes)),
            "class"
        );
        Assert.Equal(5, problem.Row);
        Assert.StartsWith("2 of 60", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_among_numbers_are_a_warning_with_their_row()
    {
        var problem = Expect(
            ("not-a-number", Severity.Warning, "x"),
            SomeTable.Of(("x", [.. Numbers.Select((n, i) => i == 10 ? "ten" : n)]), ("class", Classes)),
            "class"
        );
        Assert.Equal(11, problem.Row);
        Assert.Contains("'ten'", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_with_one_row_is_an_error_that_names_it()
    {
        var problem = Expect(
            ("class-too-small", Severity.Error, "class"),
            SomeTable.Of(("x", Numbers), ("class", [.. Classes[..59], "rare"])),
            "class"
        );
        Assert.Contains("'rare'", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Hundreds_of_small_classes_are_one_error()
    {
        string[] labels = [.. Numbers.Select((_, i) => $"c{i}")];
        var problem = Assert.Single(
            Check(SomeTable.Of(("x", Numbers), ("name", labels)), "name", TaskKind.Classification),
            p => p.Code == "class-too-small"
        );
        Assert.StartsWith("60 of 60 classes", problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0} kg", "kg")]
    [InlineData("${0}", "$")]
    [InlineData("-{0}%", "%")]
    public void Numbers_with_a_unit_are_found(string format, string unit)
    {
        string[] cells = [.. Numbers.Select((_, i) => string.Format(System.Globalization.CultureInfo.InvariantCulture, format, i % 9))];
        var problem = Expect(
            ("numbers-with-unit", Severity.Warning, "x"),
            SomeTable.Of(("x", cells), ("n", Numbers), ("class", Classes)),
            "class"
        );
        Assert.Contains($"'{unit}'", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_with_digits_are_no_numbers_with_a_unit()
    {
        string[] cells = [.. Numbers.Select((_, i) => i % 2 == 0 ? "A1" : "B2")];
        Assert.DoesNotContain(
            Check(SomeTable.Of(("x", cells), ("n", Numbers), ("class", Classes)), "class", TaskKind.Classification),
            p => p.Code == "numbers-with-unit"
        );
    }

    [Fact]
    public void A_single_class_is_an_error() =>
        Expect(("one-class", Severity.Error, "class"), SomeTable.Of(("x", Numbers), ("class", Same("a"))), "class");

    [Fact]
    public void Missing_targets_are_a_warning_and_no_target_at_all_an_error()
    {
        Expect(
            ("target-missing", Severity.Warning, "class"),
            SomeTable.Of(("x", Numbers), ("class", [.. Classes[..50], .. Same("")[..10]])),
            "class"
        );
        Expect(("no-target", Severity.Error, "class"), SomeTable.Of(("x", Numbers), ("class", Same(""))), "class");
        var table = SomeTable.Of(("x", Numbers));
        Assert.Contains(
            TableCheck.Problems(table, new Schema([new("x", ColumnKind.Number)], TaskKind.Regression)),
            p => p is { Code: "no-target", Severity: Severity.Error }
        );
    }

    [Fact]
    public void A_regression_target_of_words_is_an_error_and_one_word_a_warning()
    {
        var words = SomeTable.Of(("x", Numbers), ("y", Classes));
        var problem = Assert.Single(Check(words, "y", TaskKind.Regression), p => p.Code == "target-not-numeric");
        Assert.Equal((Severity.Error, 1), (problem.Severity, problem.Row));
        var one = SomeTable.Of(("x", Numbers), ("y", [.. Numbers.Select((n, i) => i == 3 ? "?!" : n)]));
        Assert.Equal(Severity.Warning, Assert.Single(Check(one, "y", TaskKind.Regression), p => p.Code == "target-not-numeric").Severity);
    }

    [Fact]
    public void A_constant_number_as_target_is_an_error() =>
        Assert.Contains(
            Check(SomeTable.Of(("x", Numbers), ("y", Same("4"))), "y", TaskKind.Regression),
            p => p is { Code: "one-value", Severity: Severity.Error }
        );

    [Fact]
    public void Measurements_as_classes_are_a_warning() =>
        Assert.Contains(
            Check(SomeTable.Of(("x", Numbers), ("y", Numbers)), "y", TaskKind.Classification),
            p => p is { Code: "many-classes", Severity: Severity.Warning }
        );

    [Fact]
    public void Repeated_rows_are_a_warning_with_the_first_repetition()
    {
        var problem = Expect(
            ("duplicate-rows", Severity.Warning, null),
            SomeTable.Of(("x", [.. Numbers[..59], Numbers[1]]), ("class", [.. Classes])),
            "class"
        );
        Assert.Equal(60, problem.Row);
    }

    [Fact]
    public void Only_a_target_and_too_few_rows_are_errors()
    {
        Assert.Contains(
            Check(SomeTable.Of(("class", Classes)), "class", TaskKind.Classification),
            p => p is { Code: "no-features", Severity: Severity.Error }
        );
        Assert.Contains(
            Check(SomeTable.Of(("x", ["1", "2", "3"]), ("y", ["1.5", "2", "3"])), "y", TaskKind.Regression),
            p => p is { Code: "too-few-rows", Severity: Severity.Error }
        );
    }

    [Fact]
    public void An_identifier_as_feature_and_an_unknown_column_are_found()
    {
        var table = SomeTable.Of(("id", [.. Numbers.Select((_, i) => $"{i}")]), ("class", Classes));
        var schema = new Schema(
            [new("id", ColumnKind.Identifier), new("gone", ColumnKind.Number), new("class", ColumnKind.Category, ColumnRole.Target)],
            TaskKind.Classification
        );
        var problems = TableCheck.Problems(table, schema);
        Assert.Contains(problems, p => p is { Code: "identifier-feature", Severity: Severity.Warning });
        Assert.Contains(problems, p => p is { Code: "no-such-column", Severity: Severity.Error, Column: "gone" });
        Assert.Equal(problems.OrderByDescending(p => p.Severity), problems);
    }

    static IReadOnlyList<Problem> Check(Table table, string target, TaskKind task) =>
        TableCheck.Problems(table, table.Schema(target, task));

    static Problem Expect((string Code, Severity Severity, string? Column) expected, Table table, string target)
    {
        var problem = Assert.Single(Check(table, target, TaskKind.Classification), p => p.Code == expected.Code);
        Assert.Equal((expected.Severity, expected.Column), (problem.Severity, problem.Column));
        Assert.NotEqual("", problem.WhatToDo);
        return problem;
    }

    static string[] Same(string cell) => [.. Enumerable.Repeat(cell, 60)];
}
