using System.Globalization;
using LiftLab.Engine.Learning.Scores;

namespace LiftLab.Engine.Learning.Evidence;

/// <summary>What limits a comparison on the test rows: too few of them, a target without spread, uneven classes.</summary>
public static class TestLimits
{
    /// <summary>Sentences for people; empty for enough rows of even classes or of numbers that differ.</summary>
    /// <param name="rows">The test rows.</param>
    /// <param name="learners">Their answers for these rows.</param>
    public static IReadOnlyList<string> Of(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Contender> learners)
    {
        var notes = new List<string>();
        if (rows.Count is > 0 and < Interval.FewestRows)
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{VerdictWords.Rows(rows.Count, "test ")} {(rows.Count == 1 ? "allows" : "allow")} no verdict: no p-value is below {VerdictWords.Least(rows.Count):0.####}. At least {Interval.FewestRows} test rows are needed."
                )
            );
        if (task.Labels.Count == 0 && rows.Count > 0 && rows.All(r => task.Targets[r] == task.Targets[rows[0]]))
            notes.Add(
                $"{Metrics.Rae.Title} and {Metrics.R2.Title} are not defined: "
                    + (rows.Count == 1 ? "one test row has no spread." : "all test rows have the same target.")
            );
        return [.. notes, .. ClassBalance.Notes(task, rows, learners)];
    }
}
