using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.Baselines.Encoding;

/// <summary>
/// What an algorithm sees of the targets: of the classes only those that occur in training, without gaps; of numbers perhaps
/// their standardised form.
/// </summary>
public sealed class TargetCoding
{
    readonly LearningTask task;
    readonly int[] labels; // dense class -> class of the task
    readonly double mean,
        scale = 1;

    public TargetCoding(LearningTask task, FeatureEncoding encoding)
    {
        this.task = task;
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

    /// <summary>Whether features are scaled over the test rows too, as the paper's code does for classes.</summary>
    public static bool Leaks(LearningTask task, FeatureEncoding encoding) => encoding == FeatureEncoding.Paper && HasClasses(task);

    static bool HasClasses(LearningTask task) => task.Target is Target.Classes;

    /// <summary>Classes that occur in training; 0 for regression.</summary>
    public int Classes => labels.Length;

    /// <summary>Rows whose class does not occur in training get -1.</summary>
    public double[] Encode(IReadOnlyList<int> rows) =>
        HasClasses(task)
            ? [.. rows.Select(r => (double)Array.IndexOf(labels, (int)task.Targets[r]))]
            : [.. rows.Select(r => (task.Targets[r] - mean) / scale)];

    public IReadOnlyList<Prediction> Decode(Estimates estimates)
    {
        var answers = new Prediction[estimates.Values.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            if (!HasClasses(task))
            {
                answers[i] = new Prediction.Answered(
                    mean + scale * estimates.Values[i],
                    null,
                    estimates.Deviations is { } d ? scale * d[i] : null
                );
                continue;
            }
            double[]? probabilities = null;
            if (estimates.Probabilities is { } p)
            {
                probabilities = new double[task.Labels.Count];
                for (var k = 0; k < labels.Length; k++)
                    probabilities[labels[k]] = p[i][k];
            }
            answers[i] = new Prediction.Answered(labels[(int)estimates.Values[i]], probabilities);
        }
        return answers;
    }
}
