namespace LiftLab.Engine.Learning.Scores;

/// <summary>
/// The classification metrics of fixed predictions. Unreadable answers count as wrong; metrics of probabilities use the rows that
/// have probabilities.
/// </summary>
public sealed class ClassificationMeasures
{
    const int Unread = -1;
    const double LeastProbability = 2.220446049250313e-16; // lower clip of scikit-learn's log_loss

    readonly int classes;
    readonly int[] truth,
        answers;
    readonly IReadOnlyList<double>?[] probabilities;
    readonly bool hasProbabilities,
        fromText;

    public ClassificationMeasures(int classes, int[] truth, IReadOnlyList<Prediction> predictions)
    {
        (this.classes, this.truth) = (classes, truth);
        answers = [.. predictions.Select(p => p is Prediction.Answered a ? (int)a.Value : Unread)];
        probabilities = [.. predictions.Select(p => (p as Prediction.Answered)?.Probabilities)];
        hasProbabilities =
            probabilities.Any(p => p is not null)
            && predictions.All(p => p is Prediction.Unreadable or Prediction.Answered { Probabilities: not null });
        fromText = predictions.Any(p => p is Prediction.Unreadable or Prediction.Answered { Text: not null });
    }

    public IReadOnlyList<Measured> All()
    {
        var read = answers.Count(a => a != Unread);
        List<Measured> all =
        [
            new(Metrics.Accuracy, Accuracy) { Closed = () => Share(Right(), truth.Length) },
            new(Metrics.BalancedAccuracy, BalancedAccuracy) { Closed = () => Ends(Proportions.MeanOf(Recalls())) },
            new(Metrics.MacroF1, MacroF1) { IfFlat = Right() is 0 || Right() == truth.Length ? () => Share(Right(), truth.Length) : null },
        ];
        if (hasProbabilities)
        {
            var logs = PerRow(i => -Math.Log(Math.Clamp(probabilities[i]![truth[i]] / probabilities[i]!.Sum(), LeastProbability, 1)));
            var squares = PerRow(Square);
            all.AddRange([
                new(Metrics.Auc, AreaUnderCurves()) { IfFlat = AreaInterval },
                new(Metrics.LogLoss, w => Mean(logs, w)),
                new(Metrics.Brier, w => Mean(squares, w)),
                new(Metrics.Ece, CalibrationError()),
            ]);
        }
        if (fromText)
            all.AddRange([
                new(Metrics.AccuracyOfReadable, AccuracyOfReadable) { Closed = () => Share(Right(), read) },
                new(Metrics.Readable, Readable) { Closed = () => Share(read, truth.Length) },
            ]);
        return all;
    }

    int Right() => truth.Where((t, i) => answers[i] == t).Count();

    /// <summary>Correct rows and all rows of each class.</summary>
    IEnumerable<(int Right, int Rows)> Recalls() =>
        Enumerable.Range(0, classes).Select(k => (truth.Where((t, i) => t == k && answers[i] == k).Count(), truth.Count(t => t == k)));

    static Interval Share(int right, int rows) => Ends(Proportions.Wilson((double)right / rows, rows));

    static Interval Ends((double Low, double High) ends) => new(ends.Low, ends.High);

    /// <summary>The mean of the curves' intervals: as wide as if all curves erred together.</summary>
    Interval AreaInterval()
    {
        int[] rows = [.. Enumerable.Range(0, truth.Length).Where(i => probabilities[i] is not null)];
        double[] once = [.. truth.Select(_ => 1.0)];
        var ends = Positives()
            .Select(k => (Area: Area(k, [.. rows.OrderBy(i => probabilities[i]![k])], once), Count: rows.Count(i => truth[i] == k)))
            .Where(c => double.IsFinite(c.Area))
            .Select(c => Proportions.Area(c.Area, c.Count, rows.Length - c.Count))
            .ToArray();
        return new(ends.Average(e => e.Low), ends.Average(e => e.High));
    }

    /// <summary>The classes that are the positive one of a ROC curve.</summary>
    int[] Positives() => classes == 2 ? [1] : [.. Enumerable.Range(0, classes)];

    double Accuracy(ReadOnlySpan<double> w)
    {
        double right = 0,
            all = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            all += w[i];
            if (answers[i] == truth[i])
                right += w[i];
        }
        return right / all;
    }

    double AccuracyOfReadable(ReadOnlySpan<double> w)
    {
        double right = 0,
            read = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            if (answers[i] == Unread)
                continue;
            read += w[i];
            if (answers[i] == truth[i])
                right += w[i];
        }
        return right / read;
    }

    double Readable(ReadOnlySpan<double> w)
    {
        double read = 0,
            all = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            all += w[i];
            if (answers[i] != Unread)
                read += w[i];
        }
        return read / all;
    }

    /// <summary>Mean recall over the classes that occur.</summary>
    double BalancedAccuracy(ReadOnlySpan<double> w)
    {
        Tally(w, out var right, out var actual, out _);
        double sum = 0,
            present = 0;
        for (var k = 0; k < classes; k++)
        {
            if (actual[k] == 0)
                continue;
            sum += right[k] / actual[k];
            present++;
        }
        return sum / present;
    }

    /// <summary>Mean F1 over the classes that occur in the truth or in the answers.</summary>
    double MacroF1(ReadOnlySpan<double> w)
    {
        Tally(w, out var right, out var actual, out var said);
        double sum = 0,
            present = 0;
        for (var k = 0; k < classes; k++)
        {
            if (actual[k] + said[k] == 0)
                continue;
            sum += 2 * right[k] / (actual[k] + said[k]);
            present++;
        }
        return sum / present;
    }

    void Tally(ReadOnlySpan<double> w, out double[] right, out double[] actual, out double[] said)
    {
        (right, actual, said) = (new double[classes], new double[classes], new double[classes]);
        for (var i = 0; i < truth.Length; i++)
        {
            actual[truth[i]] += w[i];
            if (answers[i] == Unread)
                continue;
            said[answers[i]] += w[i];
            if (answers[i] == truth[i])
                right[truth[i]] += w[i];
        }
    }

    /// <summary>
    /// Brier score of a row. Two classes: squared error of the second class's probability. More: summed over classes (Brier's own form).
    /// </summary>
    double Square(int i)
    {
        var p = probabilities[i]!;
        if (classes == 2)
            return Math.Pow(p[1] - truth[i], 2);
        var sum = 0.0;
        for (var k = 0; k < classes; k++)
            sum += Math.Pow(p[k] - (k == truth[i] ? 1 : 0), 2);
        return sum;
    }

    /// <summary>
    /// Area under the ROC curve. Two classes: the second is the positive class; more: mean of the one-against-rest areas of the classes
    /// that occur. Ties count half.
    /// </summary>
    Measure AreaUnderCurves()
    {
        int[] rows = [.. Enumerable.Range(0, truth.Length).Where(i => probabilities[i] is not null)];
        var positives = Positives();
        int[][] orders = [.. positives.Select(k => rows.OrderBy(i => probabilities[i]![k]).ToArray())];
        return w =>
        {
            double sum = 0,
                curves = 0;
            for (var c = 0; c < positives.Length; c++)
            {
                var area = Area(positives[c], orders[c], w);
                if (double.IsNaN(area))
                    continue;
                sum += area;
                curves++;
            }
            return sum / curves;
        };
    }

    double Area(int positive, int[] order, ReadOnlySpan<double> w)
    {
        double below = 0,
            positives = 0,
            pairs = 0;
        for (var i = 0; i < order.Length; )
        {
            double tiedPositive = 0,
                tiedNegative = 0;
            var score = probabilities[order[i]]![positive];
            for (; i < order.Length && probabilities[order[i]]![positive] == score; i++)
                if (truth[order[i]] == positive)
                    tiedPositive += w[order[i]];
                else
                    tiedNegative += w[order[i]];
            pairs += tiedPositive * (below + 0.5 * tiedNegative);
            below += tiedNegative;
            positives += tiedPositive;
        }
        return positives == 0 || below == 0 ? double.NaN : pairs / (positives * below);
    }

    /// <summary>
    /// Expected calibration error over the bins of <see cref="Reliability"/>: the answer that was given and its own probability count, also
    /// where another class has the same probability.
    /// </summary>
    Measure CalibrationError()
    {
        var bins = new int[truth.Length];
        var confidence = new double[truth.Length];
        for (var i = 0; i < truth.Length; i++)
        {
            if (probabilities[i] is not { } p)
            {
                bins[i] = -1;
                continue;
            }
            confidence[i] = p[answers[i]];
            bins[i] = Reliability.Bin(confidence[i]);
        }
        return w =>
        {
            Span<double> gap = stackalloc double[Reliability.Bins];
            var all = 0.0;
            for (var i = 0; i < bins.Length; i++)
            {
                if (bins[i] < 0)
                    continue;
                all += w[i];
                gap[bins[i]] += w[i] * ((answers[i] == truth[i] ? 1 : 0) - confidence[i]);
            }
            var sum = 0.0;
            foreach (var g in gap)
                sum += Math.Abs(g);
            return sum / all;
        };
    }

    double[] PerRow(Func<int, double> value) =>
        [.. Enumerable.Range(0, truth.Length).Select(i => probabilities[i] is null ? double.NaN : value(i))];

    static double Mean(double[] values, ReadOnlySpan<double> w)
    {
        double sum = 0,
            all = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]))
                continue;
            sum += w[i] * values[i];
            all += w[i];
        }
        return sum / all;
    }
}
