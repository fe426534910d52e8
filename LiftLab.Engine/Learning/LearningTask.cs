using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Learning;

/// <summary>
/// The input of a learner: table, schema and split. A learner fits on <c>Split.Train</c>, may choose settings on <c>Split.Valid</c>, and
/// must not use the targets of <c>Split.Test</c>.
/// </summary>
public sealed class LearningTask
{
    /// <exception cref="BadDataException">A row of the split has no target, or a regression target is not a number.</exception>
    public LearningTask(Table table, Schema schema, Split split)
    {
        (Table, Schema, Split) = (table, schema, split);
        var target = table[schema.Target.Name];
        int[] rows = [.. split.Train, .. split.Valid, .. split.Test];
        var bad = new List<Problem>();
        Target = Target.Of(schema, target, rows);
        Targets = Target.Values(target);
        foreach (var row in rows)
            if (double.IsNaN(Targets[row]))
                bad.Add(
                    new(
                        Severity.Error,
                        "target-unusable",
                        target.IsMissing(row) ? "the target is missing" : $"the target '{target.Cells[row]}' is not a number",
                        "Remove the row, fill in the value, or choose another target.",
                        row + 1,
                        target.Name
                    )
                );
        if (bad.Count > 0)
            throw new BadDataException(bad);
    }

    /// <summary>Number of wordings that a prompt can have beside its template's own.</summary>
    public const int OtherWordings = 5;

    public Table Table { get; }
    public Schema Schema { get; }
    public Split Split { get; }
    public TaskKind Kind => Schema.Task;

    /// <summary>
    /// The wording in which learners that write prompts write them: 0 for their template as it is, up to <see cref="OtherWordings"/> for
    /// another one. Other learners answer as before.
    /// </summary>
    public int Wording { get; init; }

    /// <summary>The target. Its classes are those that occur in the rows of the split.</summary>
    public Target Target { get; }

    /// <summary>Class labels in class order; empty for regression.</summary>
    public IReadOnlyList<string> Labels => Target.Labels;

    /// <summary>Index of the class in <see cref="Labels"/>, or the number; NaN where the row has no target. Shape (table rows).</summary>
    public IReadOnlyList<double> Targets { get; }
}
