using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Answering;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.InContext;

/// <summary>The training rows' answers, and their codes in contexts.</summary>
abstract class ContextTargets
{
    /// <summary>Length of an answer: a probability for each class, or the mean and the mean square of a number.</summary>
    public abstract int Width { get; }

    /// <summary>Each training row's answer as one of a few classes, for the relevance of features.</summary>
    public abstract (int[] Classes, int Count) AsClasses();

    /// <param name="steps">Maximum number of steps for the numbers in a context, 2 to 10.</param>
    public static ContextTargets Of(LearningTask task, int steps)
    {
        if (task.Target is Target.Classes { Labels.Count: var count })
            return new ClassTargets([.. task.Split.Train.Select(r => (int)task.Targets[r])], count);
        var origin = task.Split.Train.Average(r => task.Targets[r]);
        return new NumberTargets([.. task.Split.Train.Select(r => task.Targets[r] - origin)], steps, origin);
    }

    /// <summary>Fits the calibration on answers to rows that are in no context.</summary>
    /// <param name="answers">Shape (rows)(<see cref="Width"/>).</param>
    /// <param name="truth">Class indices, or numbers in the target's unit. Shape (rows).</param>
    /// <returns>The fitted values, for the learner's settings.</returns>
    public abstract JsonObject Calibrate(double[][] answers, double[] truth);

    /// <summary>The calibrated answer.</summary>
    /// <param name="answer">Shape (<see cref="Width"/>).</param>
    public abstract Prediction Predicted(double[] answer, AnswerSheet sheet);

    /// <summary>Writes everything from which <see cref="Open"/> restores the same targets, including the calibration.</summary>
    public abstract void Keep(KeptWriter into);

    public static ContextTargets Open(KeptReader from) => from.Has("classes") ? ClassTargets.Of(from) : NumberTargets.Of(from);

    /// <summary>
    /// The codes of one draw: codes that contexts share are drawn by this call, the others when the returned function is called.
    /// </summary>
    public abstract Func<int[], bool, ContextCodes> Draw(Random random);
}
