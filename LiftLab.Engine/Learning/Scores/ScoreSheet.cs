namespace LiftLab.Engine.Learning.Scores;

/// <summary>All scores of one learner on one set of rows, each with its 95 % bootstrap interval.</summary>
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

    /// <summary>Only the headline metric: accuracy or RMSE. Needs at least one row.</summary>
    public static Score Headline(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions, int seed) =>
        Of(task, rows, predictions, [Measures(task, rows, predictions)[0]], seed)[0];

    static List<Score> Of(
        LearningTask task,
        IReadOnlyList<int> rows,
        IReadOnlyList<Prediction> predictions,
        IReadOnlyList<(Metric Metric, Measure Measure)> measures,
        int seed
    )
    {
        var unreadable = predictions.Count(p => p is Prediction.Unreadable);
        double[] once = new double[rows.Count];
        Array.Fill(once, 1);
        (Metric Metric, Measure Measure, double Value)[] defined =
        [
            .. measures.Select(m => (m.Metric, m.Measure, Value: m.Measure(once))).Where(m => double.IsFinite(m.Value)),
        ];
        var strata = task.Target.Strata(rows.Select(r => task.Targets[r]));
        var intervals = Bootstrap.Intervals([.. defined.Select(d => d.Measure)], strata, seed);
        var scores = new List<Score>();
        for (var i = 0; i < defined.Length; i++)
        {
            var (low, high) = intervals[i];
            // All correct or all wrong: every resample is equal and the bootstrap interval has no width, so Wilson's interval is used.
            if (low == high && defined[i].Metric.Unit == "%" && defined[i].Value is 0 or 1)
                (low, high) = Wilson(defined[i].Value, rows.Count);
            scores.Add(new(defined[i].Metric.Name, defined[i].Value, Finite(low), Finite(high), rows.Count, unreadable));
        }
        return scores;
    }

    /// <summary>Every metric of the task as a function of the row weights.</summary>
    public static IReadOnlyList<(Metric Metric, Measure Measure)> Measures(
        LearningTask task,
        IReadOnlyList<int> rows,
        IReadOnlyList<Prediction> predictions
    ) => task.Target.Measures([.. rows.Select(r => task.Targets[r])], predictions);

    static double? Finite(double value) => double.IsFinite(value) ? value : null;

    /// <summary>Wilson's 95 % score interval of a share of n rows.</summary>
    public static (double Low, double High) Wilson(double share, int n)
    {
        const double z = 1.959963984540054;
        var centre = (share + z * z / (2 * n)) / (1 + z * z / n);
        var half = z / (1 + z * z / n) * Math.Sqrt(share * (1 - share) / n + z * z / (4.0 * n * n));
        // Exact at 0 and 1: rounding errors could exclude the share from its interval.
        return (share == 0 ? 0 : centre - half, share == 1 ? 1 : centre + half);
    }
}
