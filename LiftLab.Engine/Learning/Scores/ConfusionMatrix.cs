namespace LiftLab.Engine.Learning.Scores;

/// <summary>Number of rows by true class and answered class.</summary>
/// <param name="Counts">Shape (labels, labels): [truth][answer].</param>
/// <param name="Unreadable">Number of unreadable answers of each true class. Shape (labels).</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<int>> Counts, IReadOnlyList<int> Unreadable)
{
    public static ConfusionMatrix Of(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions)
    {
        int[][] counts = [.. task.Labels.Select(_ => new int[task.Labels.Count])];
        var unreadable = new int[task.Labels.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var truth = (int)task.Targets[rows[i]];
            if (predictions[i] is Prediction.Answered a)
                counts[truth][(int)a.Value]++;
            else
                unreadable[truth]++;
        }
        return new(task.Labels, counts, unreadable);
    }
}
