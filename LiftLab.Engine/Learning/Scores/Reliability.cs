namespace LiftLab.Engine.Learning.Scores;

/// <summary>A bin of a reliability diagram.</summary>
/// <param name="Low">Confidence from (exclusive, but for the first bin) ...</param>
/// <param name="High">... to (inclusive).</param>
/// <param name="Count">Rows whose top label's probability falls here.</param>
/// <param name="Confidence">Their mean probability; NaN where empty.</param>
/// <param name="Accuracy">Share of them that is right; NaN where empty.</param>
public sealed record ReliabilityBin(double Low, double High, int Count, double Confidence, double Accuracy);

/// <summary>How far probabilities can be believed: 15 bins of equal width over the top label's probability (Guo et al. 2017).</summary>
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
            var top = p.Max();
            var bin = Bin(top);
            counts[bin]++;
            sums[bin] += top;
            if (p[(int)task.Targets[rows[i]]] == top)
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
