namespace LiftLab.Engine.Learning.Scores;

/// <summary>
/// Precision, recall and F1 of one class as the positive class. An unreadable answer counts for no class. NaN where a denominator is zero.
/// </summary>
public sealed record ClassReport(string Label, double Precision, double Recall, double F1, int Support)
{
    public static IReadOnlyList<ClassReport> Of(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions) =>
        [
            .. task.Labels.Select(
                (label, k) =>
                {
                    int said = 0,
                        actual = 0,
                        right = 0;
                    for (var i = 0; i < rows.Count; i++)
                    {
                        var answered = predictions[i] is Prediction.Answered a && (int)a.Value == k;
                        var positive = (int)task.Targets[rows[i]] == k;
                        said += answered ? 1 : 0;
                        actual += positive ? 1 : 0;
                        right += answered && positive ? 1 : 0;
                    }
                    return new ClassReport(label, (double)right / said, (double)right / actual, 2.0 * right / (said + actual), actual);
                }
            ),
        ];
}
