using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>
/// The encoding of targets for an algorithm: classes that occur in the training rows, numbered without gaps; numbers, optionally
/// standardised.
/// </summary>
public sealed class TargetCoding
{
    readonly int classesOfTask; // 0 for numbers
    readonly int[] labels; // dense class -> class of the task
    readonly double mean,
        scale = 1;

    public TargetCoding(LearningTask task, FeatureEncoding encoding)
    {
        classesOfTask = task.Labels.Count;
        if (HasClasses(task))
        {
            labels = [.. task.Split.Train.Select(r => (int)task.Targets[r]).Distinct().Order()];
            return;
        }
        labels = [];
        if (encoding != FeatureEncoding.Standard)
            return;
        mean = task.Split.Train.Average(r => task.Targets[r]);
        var deviation = Math.Sqrt(task.Split.Train.Average(r => Math.Pow(task.Targets[r] - mean, 2)));
        scale = deviation > 0 ? deviation : 1;
    }

    /// <summary>Whether feature scales are fitted on the test rows too, as in the paper's code for classification.</summary>
    public static bool Leaks(LearningTask task, FeatureEncoding encoding) => encoding == FeatureEncoding.Paper && HasClasses(task);

    static bool HasClasses(LearningTask task) => task.Target is Target.Classes;

    TargetCoding(KeptReader from) =>
        (classesOfTask, labels, mean, scale) = (
            from.Whole("classes"),
            from.Array<int>("labels"),
            from.Number("mean"),
            from.Number("scale")
        );

    internal void Keep(KeptWriter into)
    {
        into.Put("classes", classesOfTask);
        into.Put("labels", labels);
        into.Put("mean", mean);
        into.Put("scale", scale);
    }

    internal static TargetCoding Open(KeptReader from) => new(from);

    bool IsRegression => classesOfTask == 0;

    /// <summary>Number of classes that occur in the training rows; 0 for regression.</summary>
    public int Classes => labels.Length;

    /// <summary>Rows whose class does not occur in training get -1.</summary>
    public double[] Encode(LearningTask task, IReadOnlyList<int> rows) =>
        IsRegression
            ? [.. rows.Select(r => (task.Targets[r] - mean) / scale)]
            : [.. rows.Select(r => (double)Array.IndexOf(labels, (int)task.Targets[r]))];

    /// <summary>Estimates that are NaN or infinite are unreadable answers.</summary>
    public IReadOnlyList<Prediction> Decode(Estimates estimates)
    {
        var answers = new Prediction[estimates.Values.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            if (IsRegression)
            {
                answers[i] = Prediction.Number(mean + scale * estimates.Values[i], estimates.Deviations is { } d ? scale * d[i] : null);
                continue;
            }
            if (!double.IsFinite(estimates.Values[i]) || estimates.Probabilities is { } shares && HasNaN(shares[i]))
            {
                answers[i] = new Prediction.Unreadable("NaN");
                continue;
            }
            double[]? probabilities = null;
            if (estimates.Probabilities is { } p)
            {
                probabilities = new double[classesOfTask];
                for (var k = 0; k < labels.Length; k++)
                    probabilities[labels[k]] = p[i][k];
            }
            answers[i] = new Prediction.Answered(labels[(int)estimates.Values[i]], probabilities);
        }
        return answers;
    }

    static bool HasNaN(ReadOnlySpan<double> shares)
    {
        foreach (var share in shares)
            if (double.IsNaN(share))
                return true;
        return false;
    }
}
