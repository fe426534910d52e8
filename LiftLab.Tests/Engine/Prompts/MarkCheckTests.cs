using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Answers;
using LiftLab.Engine.Prompts.Checks;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Prompts;

/// <summary>Marks inside cells matter where they reach a prompt or an answer.</summary>
public sealed class MarkCheckTests
{
    static (Table Table, Schema Schema) Data(string note = "a###b", string label = "yes", string name = "note") =>
        SmallTables.Of(
            TaskKind.Classification,
            ("t", ColumnKind.Number, ["1.5", "2.5", "3.5", "4.5"]),
            (name, ColumnKind.Category, [note, "plain", note, "c@@@"]),
            ("kind", ColumnKind.Category, [label, "no", label, "no"])
        );

    static IReadOnlyList<Problem> Check(PromptTemplate template, (Table Table, Schema Schema) data) =>
        PromptCheck.Of(
            TablePrompts.Fit(template, data.Table, data.Schema, SmallTables.Rows(data.Table), ["no", data.Table["kind"].Cells[0]]),
            data.Table,
            SmallTables.Rows(data.Table)
        );

    [Fact]
    public void A_mark_in_a_cell_that_is_written_as_a_code_is_no_problem()
    {
        Assert.Empty(Check(PromptPresets.LiftMini, Data()));
        Assert.Empty(Check(PromptPresets.Coded, Data(label: "###")));
    }

    [Fact]
    public void One_problem_per_column_has_count_and_first_row()
    {
        var problem = Assert.Single(Check(PromptPresets.NamesClassification, Data()));
        Assert.Equal((MarkCheck.Code, Severity.Error, 1, "note"), (problem.Code, problem.Severity, problem.Row, problem.Column));
        Assert.StartsWith("3 cells hold '###' or '@@@'", problem.What, StringComparison.Ordinal);
        Assert.Contains("--space-marks", problem.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_matters_where_it_is_written_as_a_label()
    {
        var data = Data("plain too", "A@@@B");
        var labels = PromptPresets.NamesClassification with { Classes = ClassWording.Label };
        Assert.Equal(["note", "kind"], Check(labels, data).Select(p => p.Column));
        Assert.Equal(["note"], Check(PromptPresets.NamesClassification, data).Select(p => p.Column));
    }

    [Fact]
    public void A_column_s_name_matters_where_it_is_written()
    {
        var data = Data("plain too", name: "a###b");
        Assert.Contains(Check(PromptPresets.NamesClassification, data), p => p.Column == "a###b" && p.What.Contains("name"));
        Assert.Empty(Check(PromptPresets.LiftMini, data));
    }

    [Fact]
    public void Spaced_marks_end_no_prompt_and_read_back()
    {
        var data = Data(label: "A@@@B");
        var template = PromptPresets.NamesClassification with { Classes = ClassWording.Label, SpacedMarks = true };
        Assert.Empty(Check(template, data));
        var prompts = TablePrompts.Fit(template, data.Table, data.Schema, [0, 1, 2, 3], ["A@@@B", "no"]);
        var example = prompts.Write(data.Table, 0);
        Assert.Contains("note = a# # #b", example.Prompt, StringComparison.Ordinal);
        Assert.Equal("A@ @ @B@@@", example.Completion);
        Assert.Equal(new Answer.Class(0), prompts.Read(example.Prompt + " " + example.Completion, example.Prompt));
    }

    [Fact]
    public async Task The_table_of_separators_can_be_learned_with_the_default_template_and_names_the_columns_of_another()
    {
        var opened = await OpenedTable.OpenAsync(CaseFile.At("separators.csv"));
        var schema = opened.Schema.WithTarget("kind", TaskKind.Classification);
        int[] rows = [.. Enumerable.Range(0, opened.Table.RowCount)];
        IReadOnlyList<Problem> Of(PromptTemplate template) =>
            PromptCheck.Of(TablePrompts.Fit(template, opened.Table, schema, rows, ["###", "A@@@B"]), opened.Table, rows);
        Assert.DoesNotContain(Of(PromptPresets.LiftMini), p => p.Severity == Severity.Error);
        var problem = Assert.Single(Of(PromptPresets.NamesClassification), p => p.Severity == Severity.Error);
        Assert.Equal(("note", 1), (problem.Column, problem.Row));
    }
}
