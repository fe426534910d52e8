namespace LiftLab.Engine.Learning.Scores;

/// <summary>All scores of one learner on one set of rows, each with its 95 % interval or the reason why it has none.</summary>
public static class ScoreSheet
{
    /// <param name="predictions">One per row of <paramref name="rows"/>, in their order.</param>
    /// <param name="seed">Seed of the bootstrap. The same seed draws the same rows for every learner.</param>
    /// <returns>The headline metric first: accuracy or RMSE. Metrics that are undefined for these predictions (no probabilities, one class)
    /// are left out.</returns>
    public static IReadOnlyList<Score> Of(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions, int seed)
    {
        if (rows.Count != predictions.Count)
            throw new ArgumentException($"{predictions.Count} predictions for {rows.Count} rows", nameof(predictions));
        return rows.Count == 0 ? [] : Of(task, rows, predictions, Measures(task, rows, predictions), seed);
    }

    /// <summary>
    /// Only the headline metric: accuracy or RMSE. Its value is NaN where the predictions do not define it, because no number is readable.
    /// Needs at least one row.
    /// </summary>
    public static Score Headline(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions, int seed)
    {
        var headline = Measures(task, rows, predictions)[0];
        return Of(task, rows, predictions, [headline], seed) is [var score]
            ? score
            : new(headline.Metric.Name, double.NaN, null, null, rows.Count, Unreadable(predictions), "no answer is readable");
    }

    static List<Score> Of(
        LearningTask task,
        IReadOnlyList<int> rows,
        IReadOnlyList<Prediction> predictions,
        IReadOnlyList<Measured> measures,
        int seed
    )
    {
        var unreadable = Unreadable(predictions);
        double[] once = new double[rows.Count];
        Array.Fill(once, 1);
        (Measured Measured, double Value)[] defined =
        [
            .. measures.Select(m => (Measured: m, Value: m.Measure(once))).Where(m => double.IsFinite(m.Value)),
        ];
        var strata = task.Target.Strata(rows.Select(r => task.Targets[r]));
        var intervals = ScoreIntervals.Of([.. defined.Select(d => d.Measured)], strata, rows.Count - unreadable, seed);
        return
        [
            .. defined.Select(
                (d, i) =>
                    new Score(
                        d.Measured.Metric.Name,
                        d.Value,
                        intervals[i].Low,
                        intervals[i].High,
                        rows.Count,
                        unreadable,
                        intervals[i].Why
                    )
            ),
        ];
    }

    static int Unreadable(IReadOnlyList<Prediction> predictions) => predictions.Count(p => p is Prediction.Unreadable);

    /// <summary>Every metric of the task as a function of the row weights.</summary>
    public static IReadOnlyList<Measured> Measures(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions) =>
        task.Target.Measures([.. rows.Select(r => task.Targets[r])], predictions);
}
