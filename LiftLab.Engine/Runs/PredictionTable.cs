using System.Globalization;
using System.Text;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Runs;

/// <summary>Writes predictions as new columns of a user's table.</summary>
public static class PredictionTable
{
    /// <summary>The test rows with the answers of the learner and each baseline.</summary>
    internal static void Write(Stream stream, LearningTask task, LearnerOutcome main, IReadOnlyList<LearnerOutcome> others)
    {
        var rows = task.Split.Test;
        var target = task.Schema.Target.Name;
        var answers = main.Answers.Select(a => a.ToPrediction()).ToArray();
        List<Column> columns =
        [
            new(Free(task.Table, "row"), [.. rows.Select(r => (r + 1).ToString(CultureInfo.InvariantCulture))]),
            .. task.Table.Take(rows).Columns,
            .. Columns(task.Table, target, task.Target, answers),
        ];
        foreach (var other in others.Where(o => o.Answers.Count == rows.Count))
            columns.Add(
                new(
                    Free(task.Table, $"{target}_{other.Result.Learner}"),
                    [.. other.Answers.Select(a => Value(task.Target, a.ToPrediction()))]
                )
            );
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        TableWriter.WriteCsv(new("predictions", columns), writer);
    }

    /// <summary>
    /// <c>TARGET_predicted</c>, <c>_probability</c> (or <c>_deviation</c>), <c>_readable</c> and <c>_text</c>, one cell per prediction.
    /// </summary>
    public static IReadOnlyList<Column> Columns(Table table, string name, Target target, IReadOnlyList<Prediction> answers) =>
        [
            new(Free(table, name + "_predicted"), [.. answers.Select(a => Value(target, a))]),
            new(
                Free(table, $"{name}_{target.Certainty}"),
                [.. answers.Select(a => target.CertaintyOf(a)?.ToString("R", CultureInfo.InvariantCulture) ?? "")]
            ),
            new(Free(table, name + "_readable"), [.. answers.Select(a => a is Prediction.Answered ? "true" : "false")]),
            new(
                Free(table, name + "_text"),
                [
                    .. answers.Select(a =>
                        a switch
                        {
                            Prediction.Answered p => p.Text ?? "",
                            Prediction.Unreadable u => u.Text,
                            _ => "",
                        }
                    ),
                ]
            ),
        ];

    /// <summary>Empty if the answer is unreadable.</summary>
    static string Value(Target target, Prediction answer) => answer is Prediction.Answered a ? target.Write(a.Value) : "";

    /// <summary>A column name that the table does not have.</summary>
    static string Free(Table table, string name)
    {
        while (table.Has(name))
            name += "_";
        return name;
    }
}
