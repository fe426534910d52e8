using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;

namespace LiftLab.Engine.Runs.Asking;

/// <summary>The steps of a run's table on a table for prediction: those that keep every row, since every row is answered.</summary>
static class AskedSteps
{
    /// <summary>Code of the note that rows of a kind that the run's table lacks are answered.</summary>
    public const string RowsAnswered = "rows-answered";

    /// <param name="steps">With what they found in the run's table written out; null for none.</param>
    public static SteppedTable On(Table table, IReadOnlyList<TableStep>? steps) =>
        SteppedTable.Of(table, [.. (steps ?? []).Where(s => s.KeepsRows)]);

    /// <summary>What the steps changed, and which were not done.</summary>
    public static IEnumerable<Problem> Problems(SteppedTable stepped, IReadOnlyList<TableStep> steps)
    {
        foreach (var outcome in stepped.Outcomes)
            if (outcome.Counts.Cells > 0)
                yield return new(
                    Severity.Note,
                    "changed-alike",
                    $"as in the run's table: {outcome.Step.Words}: {outcome.Counts.Words}",
                    "Nothing is to be done if this is meant; the file keeps its cells."
                );
            else if (outcome.Failure is { Code: not StepFailedException.NoColumn } failure)
                yield return new(
                    Severity.Warning,
                    "not-changed-alike",
                    $"the run's table was changed by a step that does not apply here ({outcome.Step.Words}): {failure.What}",
                    "Compare the column with that of the run's table."
                );
        foreach (var step in steps.Where(s => !s.KeepsRows))
            yield return new(
                Severity.Note,
                RowsAnswered,
                $"the run's table lacks rows ({step.Words}); here every row is answered",
                "Nothing is to be done if this is meant."
            );
    }
}
