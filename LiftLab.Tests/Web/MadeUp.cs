using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Web;

/// <summary>Events and results as a run would write them.</summary>
static class MadeUp
{
    public static readonly BoundaryGrid Grid = new(
        "length",
        "width",
        [1, 2, 3],
        [10, 20],
        [0, 0, 1, 0, null, 1],
        [.9, .6, .8, 1, null, .5]
    );

    public static RunEvent Event(long sequence, LearningEvent body, string source = "lift", int attempt = 1) =>
        new(sequence, attempt, DateTimeOffset.UnixEpoch.AddSeconds(sequence), source, body);

    public static TrainingStep Step(int step, double loss = 1) => new(step, 100, step / 10.0, loss, 1e-3, 5000, 100 - step);

    /// <summary>Steps 1 to n, one event each.</summary>
    public static RunEvent[] Steps(int n, long first = 1) =>
        [.. Enumerable.Range(1, n).Select(i => Event(first + i - 1, Step(i, 2.0 / i)))];

    public static LearnerResult Result(string learner, string title, double accuracy, double? low = null, double? high = null) =>
        new(learner, title, null, [new("accuracy", accuracy, low, high, 30, 0)], 1, .1);
}
