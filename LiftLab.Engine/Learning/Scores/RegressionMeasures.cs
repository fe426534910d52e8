namespace LiftLab.Engine.Learning.Scores;

/// <summary>
/// The regression metrics of fixed predictions over the readable answers; the share of readable answers is a metric itself.
/// </summary>
public sealed class RegressionMeasures
{
    readonly double[] truth,
        answers; // NaN: unreadable
    readonly bool fromText;

    public RegressionMeasures(double[] truth, IReadOnlyList<Prediction> predictions)
    {
        this.truth = truth;
        answers = [.. predictions.Select(p => p is Prediction.Answered a ? a.Value : double.NaN)];
        fromText = predictions.Any(p => p is Prediction.Unreadable or Prediction.Answered { Text: not null });
    }

    public IReadOnlyList<(Metric, Measure)> All()
    {
        List<(Metric, Measure)> all =
        [
            (Metrics.Rmse, Rmse),
            (Metrics.Rae, w => Rae(w, double.PositiveInfinity)),
            (Metrics.RaeFiltered, w => Rae(w, Metrics.OutlierThreshold)),
            (Metrics.Mae, Mae),
            (Metrics.R2, R2),
        ];
        if (fromText)
            all.Add((Metrics.Readable, Readable));
        return all;
    }

    double Rmse(ReadOnlySpan<double> w)
    {
        var (sum, all) = Sum(w, double.PositiveInfinity, static (t, a) => (t - a) * (t - a));
        return Math.Sqrt(sum / all);
    }

    double Mae(ReadOnlySpan<double> w)
    {
        var (sum, all) = Sum(w, double.PositiveInfinity, static (t, a) => Math.Abs(t - a));
        return sum / all;
    }

    /// <summary>
    /// Relative absolute error Σ|ŷ−y| / Σ|ȳ−y| (specification of the paper, section 7); 1 for predicting the mean of the targets. Filtered
    /// rows are left out of the mean and the denominator too.
    /// </summary>
    double Rae(ReadOnlySpan<double> w, double threshold)
    {
        var limit = double.IsInfinity(threshold) ? threshold : threshold * Rmse(w);
        var (errors, _) = Sum(w, limit, static (t, a) => Math.Abs(t - a));
        var (total, all) = Sum(w, limit, static (t, _) => t);
        double mean = total / all,
            spread = 0;
        for (var i = 0; i < truth.Length; i++)
            if (Math.Abs(answers[i] - truth[i]) <= limit)
                spread += w[i] * Math.Abs(truth[i] - mean);
        return errors / spread;
    }

    double R2(ReadOnlySpan<double> w)
    {
        var (squares, all) = Sum(w, double.PositiveInfinity, static (t, a) => (t - a) * (t - a));
        var mean = Sum(w, double.PositiveInfinity, static (t, _) => t).Sum / all;
        var spread = 0.0;
        for (var i = 0; i < truth.Length; i++)
            if (!double.IsNaN(answers[i]))
                spread += w[i] * (truth[i] - mean) * (truth[i] - mean);
        return 1 - squares / spread;
    }

    double Readable(ReadOnlySpan<double> w)
    {
        double read = 0,
            all = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            all += w[i];
            if (!double.IsNaN(answers[i]))
                read += w[i];
        }
        return read / all;
    }

    (double Sum, double Weight) Sum(ReadOnlySpan<double> w, double limit, Func<double, double, double> term)
    {
        double sum = 0,
            all = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            if (!(Math.Abs(answers[i] - truth[i]) <= limit))
                continue; // also unreadable: NaN
            sum += w[i] * term(truth[i], answers[i]);
            all += w[i];
        }
        return (sum, all);
    }
}
