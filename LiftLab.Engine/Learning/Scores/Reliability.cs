namespace LiftLab.Engine.Learning.Scores;

/// <summary>A bin of a reliability diagram.</summary>
/// <param name="Low">Lower bound of the confidence, 0 to 1; exclusive except in the first bin.</param>
/// <param name="High">Upper bound of the confidence, inclusive.</param>
/// <param name="Count">Number of rows whose predicted class has a probability in this bin.</param>
/// <param name="Confidence">Mean probability of the predicted class; NaN for an empty bin.</param>
/// <param name="Accuracy">Share of correct answers, 0 to 1; NaN for an empty bin.</param>
public sealed record ReliabilityBin(double Low, double High, int Count, double Confidence, double Accuracy);

/// <summary>Reliability diagram: 15 bins of equal width over the probability of the predicted class (Guo et al. 2017).</summary>
public static class Reliability
{
    public const int Bins = 15;

    public static IReadOnlyList<ReliabilityBin> Of(LearningTask task, IReadOnlyList<int> rows, IReadOnlyList<Prediction> predictions)
    {
        double[] sums = new double[Bins],
            rights = new double[Bins];
        var counts = new int[Bins];
        for (var i = 0; i < rows.Count; i++)
        {
            if (predictions[i] is not Prediction.Answered { Probabilities: { } p })
                continue;
            var answered = (int)((Prediction.Answered)predictions[i]).Value;
            var bin = Bin(p[answered]);
            counts[bin]++;
            sums[bin] += p[answered];
            if (answered == (int)task.Targets[rows[i]])
                rights[bin]++;
        }
        return
        [
            .. Enumerable
                .Range(0, Bins)
                .Select(b => new ReliabilityBin((double)b / Bins, (b + 1.0) / Bins, counts[b], sums[b] / counts[b], rights[b] / counts[b])),
        ];
    }

    public static int Bin(double confidence) => Math.Clamp((int)Math.Ceiling(confidence * Bins) - 1, 0, Bins - 1);
}
