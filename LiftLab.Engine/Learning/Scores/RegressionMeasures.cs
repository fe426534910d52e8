namespace LiftLab.Engine.Learning.Scores;

/// <summary>
/// The regression metrics of fixed predictions over the readable answers; the share of readable answers is a metric itself.
/// </summary>
public sealed class RegressionMeasures
{
    /// <summary>Least spread of a resample's targets, as a part of the spread of all rows, that defines RAE and R².</summary>
    const double LeastSpread = 0.01;

    readonly double[] truth,
        answers; // NaN: unreadable
    readonly bool fromText;
    readonly Dictionary<double, double> spreads = []; // mean absolute deviation of the targets, by threshold
    double? variance;

    public RegressionMeasures(double[] truth, IReadOnlyList<Prediction> predictions)
    {
        this.truth = truth;
        answers = [.. predictions.Select(p => p is Prediction.Answered a ? a.Value : double.NaN)];
        fromText = predictions.Any(p => p is Prediction.Unreadable or Prediction.Answered { Text: not null });
    }

    public IReadOnlyList<Measured> All()
    {
        List<Measured> all =
        [
            new(Metrics.Rmse, Rmse),
            new(Metrics.Rae, w => Rae(w, double.PositiveInfinity)),
            new(Metrics.RaeFiltered, w => Rae(w, Metrics.OutlierThreshold)),
            new(Metrics.Mae, Mae),
            new(Metrics.R2, R2),
        ];
        if (fromText)
            all.Add(new(Metrics.Readable, Readable) { Closed = ReadableInterval });
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
    /// rows are left out of the mean and the denominator too. NaN where the targets have no spread.
    /// </summary>
    double Rae(ReadOnlySpan<double> w, double threshold)
    {
        if (!spreads.TryGetValue(threshold, out var whole))
            spreads[threshold] = whole = Spread(Once(), Limit(Once(), threshold), static d => Math.Abs(d)) / Counted(threshold);
        var limit = Limit(w, threshold);
        var (errors, all) = Sum(w, limit, static (t, a) => Math.Abs(t - a));
        var spread = Spread(w, limit, static d => Math.Abs(d));
        return HasSpread(spread / all, whole) ? errors / spread : double.NaN;
    }

    double Limit(ReadOnlySpan<double> w, double threshold) => double.IsInfinity(threshold) ? threshold : threshold * Rmse(w);

    double R2(ReadOnlySpan<double> w)
    {
        var whole = variance ??= Spread(Once(), double.PositiveInfinity, static d => d * d) / Counted(double.PositiveInfinity);
        var (squares, all) = Sum(w, double.PositiveInfinity, static (t, a) => (t - a) * (t - a));
        var spread = Spread(w, double.PositiveInfinity, static d => d * d);
        return HasSpread(spread / all, whole) ? 1 - squares / spread : double.NaN;
    }

    /// <summary>
    /// A resample whose targets have less than a hundredth of the spread of all rows (one row alone, or near equals) defines no ratio: the
    /// quotient would be unbounded.
    /// </summary>
    static bool HasSpread(double spread, double whole) => spread > 0 && spread >= LeastSpread * whole;

    /// <summary>Number of rows that a threshold leaves.</summary>
    double Counted(double threshold) => Sum(Once(), Limit(Once(), threshold), static (_, _) => 0).Weight;

    /// <summary>
    /// Σ of the targets' deviations from their mean over the rows with an error of at most the limit; 0 for equal targets.
    /// </summary>
    double Spread(ReadOnlySpan<double> w, double limit, Func<double, double> size)
    {
        double sum = 0,
            all = 0,
            least = double.PositiveInfinity,
            most = double.NegativeInfinity;
        for (var i = 0; i < truth.Length; i++)
        {
            if (w[i] == 0 || !(Math.Abs(answers[i] - truth[i]) <= limit))
                continue;
            (sum, all) = (sum + w[i] * truth[i], all + w[i]);
            (least, most) = (Math.Min(least, truth[i]), Math.Max(most, truth[i]));
        }
        if (!(most > least))
            return 0; // the difference from the mean would be its rounding error
        double mean = sum / all,
            spread = 0;
        for (var i = 0; i < truth.Length; i++)
            if (w[i] > 0 && Math.Abs(answers[i] - truth[i]) <= limit)
                spread += w[i] * size(truth[i] - mean);
        return spread;
    }

    double[] Once() => [.. truth.Select(_ => 1.0)];

    Interval ReadableInterval()
    {
        var (low, high) = Proportions.Wilson((double)answers.Count(a => !double.IsNaN(a)) / answers.Length, answers.Length);
        return new(low, high);
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
