using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using MiniExcelLibs;

namespace LiftLab.Web.Pages.Report;

/// <summary>
/// A run's results as tables: the sheets of a workbook, or one CSV. Numbers are stored as numbers, shares as values from 0 to 1.
/// </summary>
static class ResultsWorkbook
{
    public static Task WriteAsync(Stream output, RunFindings found, CancellationToken cancel)
    {
        var sheets = new Dictionary<string, object> { ["scores"] = TableWriter.SheetRows(Scores(found)) };
        if (found.Verdict is { Comparisons.Count: > 0 } verdict)
            sheets["comparisons"] = TableWriter.SheetRows(Comparisons(verdict));
        if (found.Run.Task.Target is Target.Classes)
        {
            sheets["classes"] = TableWriter.SheetRows(Classes(found));
            sheets["confusion"] = TableWriter.SheetRows(Confusion(found));
        }
        sheets["chosen"] = TableWriter.SheetRows(Chosen(found));
        sheets["rows"] = TableWriter.SheetRows(Rows(found));
        return output.SaveAsAsync(sheets, cancellationToken: cancel);
    }

    /// <summary>One row for each learner and metric.</summary>
    public static Table Scores(RunFindings found) =>
        Sheet(
            "scores",
            [
                "learner",
                "title",
                "metric",
                "value",
                "low_95",
                "high_95",
                "rows",
                "unreadable",
                "fit_seconds",
                "predict_seconds",
                "failure",
                "no_interval",
            ],
            found.Outcomes.SelectMany(o =>
                o.Result.Failure is not null
                    ?
                    [
                        [
                            o.Result.Learner,
                            o.Result.Title,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            o.Result.FitSeconds,
                            o.Result.PredictSeconds,
                            o.Result.Failure,
                            null,
                        ],
                    ]
                    : o.Result.Scores.Select(s =>
                        (object?[])
                            [
                                o.Result.Learner,
                                o.Result.Title,
                                s.Metric,
                                s.Value,
                                s.Low,
                                s.High,
                                s.Count,
                                s.Unreadable,
                                o.Result.FitSeconds,
                                o.Result.PredictSeconds,
                                null,
                                s.NoInterval,
                            ]
                    )
            )
        );

    static Table Comparisons(Verdict verdict) =>
        Sheet(
            "comparisons",
            [
                "first",
                "second",
                "metric",
                "first_value",
                "second_value",
                "difference",
                "low_95",
                "high_95",
                "test",
                "p",
                "p_holm",
                "only_first_right",
                "only_second_right",
                "rows_needed",
                "rows",
                "finding",
                "words",
            ],
            verdict.Comparisons.Select(c =>
                (object?[])
                    [
                        c.First,
                        c.Second,
                        c.Metric,
                        c.FirstScore.Value,
                        c.SecondScore.Value,
                        c.Difference,
                        c.Low,
                        c.High,
                        c.Test,
                        c.PValue,
                        c.AdjustedPValue,
                        c.OnlyFirstRight,
                        c.OnlySecondRight,
                        c.RowsNeeded,
                        c.Rows,
                        c.Finding switch
                        {
                            Finding.Better => "better",
                            Finding.Worse => "worse",
                            Finding.CannotBeTested => "cannot be tested",
                            _ => "no evidence",
                        },
                        c.Words,
                    ]
            )
        );

    static Table Classes(RunFindings found) =>
        Sheet(
            "classes",
            ["learner", "class", "precision", "recall", "f1", "rows"],
            found.Answered.SelectMany(o =>
                found.Classes(o).Select(c => (object?[])[o.Result.Learner, c.Label, c.Precision, c.Recall, c.F1, c.Support])
            )
        );

    static Table Confusion(RunFindings found) =>
        Sheet(
            "confusion",
            ["learner", "truth", "answer", "rows"],
            found.Answered.SelectMany(o =>
            {
                var matrix = ConfusionMatrix.Of(
                    found.Run.Task,
                    [.. o.Answers.Select(a => a.Row)],
                    [.. o.Answers.Select(a => a.ToPrediction())]
                );
                return matrix.Labels.SelectMany(
                    (truth, t) =>
                        matrix
                            .Labels.Select((answer, a) => (object?[])[o.Result.Learner, truth, answer, matrix.Counts[t][a]])
                            .Append([o.Result.Learner, truth, "(unreadable)", matrix.Unreadable[t]])
                );
            })
        );

    static Table Chosen(RunFindings found) =>
        Sheet(
            "chosen",
            ["learner", "setting", "validation_error", "seconds", "chosen"],
            found.Outcomes.SelectMany(o =>
            {
                var choice = LearnerChoice.Of(o.Result);
                return choice.Tried.Count > 0
                    ? choice.Tried.Select(t =>
                        (object?[])[o.Result.Learner, t.Setting, t.Error, t.Seconds, t.Setting == choice.Setting ? "yes" : ""]
                    )
                    : (object?[][])
                        [
                            [o.Result.Learner, choice.Setting ?? "", null, o.Result.FitSeconds, "yes"],
                        ];
            })
        );

    static Table Rows(RunFindings found)
    {
        var task = found.Run.Task;
        var answers = found.Answered.Select(o => (o.Result.Learner, ByRow: o.Answers.ToDictionary(a => a.Row))).ToArray();
        string[] names = ["row", "truth", .. answers.SelectMany(a => new[] { a.Learner, a.Learner + "_" + task.Target.Certainty })];
        return Sheet(
            "rows",
            names,
            task.Split.Test.Order()
                .Select(row =>
                    (object?[])
                        [
                            row + 1,
                            task.Table[task.Schema.Target.Name].Cells[row],
                            .. answers.SelectMany(a =>
                                a.ByRow.GetValueOrDefault(row) is { Value: { } value } given
                                    ? new object?[]
                                    {
                                        task.Labels.Count > 0 ? task.Labels[(int)value] : value,
                                        task.Target.CertaintyOf(given.ToPrediction()),
                                    }
                                    : [null, null]
                            ),
                        ]
                )
        );
    }

    /// <summary>A table of values with headings.</summary>
    public static Table Sheet(string name, string[] headings, IEnumerable<object?[]> rows)
    {
        object?[][] all = [.. rows];
        return new(name, [.. headings.Select((heading, c) => new Column(heading, [.. all.Select(r => Text(r[c]))]))]);
    }

    static string Text(object? value) =>
        value switch
        {
            null => "",
            double d => double.IsFinite(d) ? d.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "",
            IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
}
