namespace LiftLab.Engine.Experiments;

/// <summary>What is known of one cell of a study.</summary>
/// <param name="Value">Accuracy, or 1 - RAE; null where the cell is not answered, NaN where no number could be read.</param>
/// <param name="Code">Stable code of the failure; null without one.</param>
/// <param name="Reason">Why it failed; null where it did not.</param>
/// <param name="Changes">Why it was computed anew ("recipe.epochs 16 → 24"); empty otherwise.</param>
public sealed record CellStatus(Cell Cell, CellState State, double? Value, string? Code, string? Reason, IReadOnlyList<string> Changes)
{
    /// <summary>All cells of a study in the order of its plan.</summary>
    public static IReadOnlyList<CellStatus> Of(OpenStudy study, StudyStory story) =>
        [
            .. study.Cells.All.Select(c =>
            {
                var changes = story.Changes.GetValueOrDefault(c.Key.Hash) ?? [];
                if (study.Answers[c.Cell.Place] is { } scores)
                    return new(c.Cell, CellState.Answered, scores.Value, null, null, changes);
                if (story.Failed.TryGetValue(c.Key.Hash, out var failed))
                    return new(c.Cell, CellState.Failed, null, failed.Code, failed.Reason, changes);
                return story.Answered.Contains(c.Key.Hash)
                    ? new(
                        c.Cell,
                        CellState.Failed,
                        null,
                        "answers-unreadable",
                        $"The file of its answers cannot be read: answers/{c.Key.Hash[..2]}/{c.Key.Hash}.json",
                        changes
                    )
                    : new CellStatus(c.Cell, CellState.Open, null, null, null, changes);
            }),
        ];
}

public enum CellState
{
    /// <summary>Not answered yet.</summary>
    Open,
    Answered,
    Failed,
}
