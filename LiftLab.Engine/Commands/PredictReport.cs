using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Commands;

/// <summary>What <c>predict</c> reports beside the answers.</summary>
static class PredictReport
{
    /// <summary>Cells whose marks end the prompt too early.</summary>
    public static IEnumerable<Problem> Marks(TablePrompts prompts, Table table) =>
        MarkCheck
            .Of(prompts, table, [.. Enumerable.Range(0, table.RowCount)])
            .Where(p => p.Column != prompts.State.TargetName)
            .Select(p => p with { Severity = Severity.Warning, WhatToDo = "Replace the mark in the table." });

    public static IEnumerable<Problem> Unreadable(IReadOnlyList<Prediction> answers)
    {
        var unreadable = answers
            .Select((answer, row) => (Text: (answer as Prediction.Unreadable)?.Text, Row: row))
            .Where(a => a.Text is not null)
            .ToArray();
        foreach (var same in unreadable.GroupBy(a => a.Text!.StartsWith("too long:", StringComparison.Ordinal)))
        {
            var (count, first) = (same.Count(), same.First());
            var which =
                count == 1 ? "the answer is" : string.Create(CultureInfo.InvariantCulture, $"{count} answers, this is the first, are");
            yield return same.Key
                ? new(
                    Severity.Warning,
                    "too-long",
                    $"{which} unreadable: {first.Text}",
                    "Shorten the texts of these rows, or use a model with a longer context.",
                    first.Row + 1
                )
                : new(
                    Severity.Warning,
                    "unreadable-answers",
                    $"{which} unreadable: the model wrote '{Short(first.Text!)}'",
                    "The predicted cell is empty; the column that ends in _text has what the model wrote.",
                    first.Row + 1
                );
        }
    }

    /// <summary>Cells that are written with an apostrophe before them.</summary>
    public static IEnumerable<Problem> Defused(Table table)
    {
        foreach (var column in table.Columns)
        {
            int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(r => TableWriter.Defused(column.Cells[r]) != column.Cells[r])];
            if (rows.Length > 0)
                yield return new(
                    Severity.Warning,
                    "apostrophe-added",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{rows.Length} {(rows.Length == 1 ? "cell begins" : "cells begin")} like a formula ('{Short(column.Cells[rows[0]])}') and {(rows.Length == 1 ? "is" : "are")} written with an apostrophe in front, so that spreadsheet programs do not run {(rows.Length == 1 ? "it" : "them")}"
                    ),
                    "Remove the apostrophe before another program compares the cells; --json writes them unchanged.",
                    rows[0] + 1,
                    column.Name
                );
        }
    }

    /// <summary><c>run, learner, target, rows, unreadable, problems, answers</c>.</summary>
    public static JsonObject Document(
        string run,
        string learner,
        LearningTask task,
        IReadOnlyList<Prediction> answers,
        IReadOnlyList<Problem> problems
    ) =>
        new()
        {
            ["run"] = run,
            ["learner"] = learner,
            ["target"] = task.Schema.Target.Name,
            ["rows"] = answers.Count,
            ["unreadable"] = answers.Count(a => a is Prediction.Unreadable),
            ["problems"] = JsonSerializer.SerializeToNode(problems, RunJson.Line),
            ["answers"] = new JsonArray([.. answers.Select((a, row) => Answer(a, row, task.Target))]),
        };

    static JsonObject Answer(Prediction answer, int row, Target target)
    {
        var answered = answer as Prediction.Answered;
        return new()
        {
            ["row"] = row + 1,
            ["predicted"] = answered is null ? null : target.Write(answered.Value),
            [target.Certainty] = target.CertaintyOf(answer),
            ["readable"] = answered is not null,
            ["text"] = answered is null ? (answer as Prediction.Unreadable)?.Text : answered.Text,
        };
    }

    static string Short(string text) => text.Length <= 60 ? text : text[..59] + "…";
}
