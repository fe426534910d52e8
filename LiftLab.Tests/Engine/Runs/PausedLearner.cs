using System.Globalization;
using LiftLab.Engine.Learning;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>
/// A learner that waits before each fit, so that a small study takes long enough to be killed often. Its answers are those of the learner.
/// </summary>
class PausedLearner(ILearner inner, TimeSpan pause) : ILearner
{
    /// <summary>An environment variable of the worker: seconds before each fit.</summary>
    public const string Variable = "LIFTLAB_TEST_PAUSE";

    public string Name => inner.Name;

    protected TimeSpan Pause => pause;

    public static LearnerEntry Wrap(LearnerEntry entry)
    {
        if (
            !double.TryParse(
                Environment.GetEnvironmentVariable(Variable),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var seconds
            )
        )
            return entry;
        var pause = TimeSpan.FromSeconds(seconds);
        return entry with
        {
            Create = (spec, task, context) =>
                entry.Create(spec, task, context) switch
                {
                    IManyLearner many => new PausedManyLearner(many, pause),
                    var one => new PausedLearner(one, pause),
                },
        };
    }

    public async Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        await Task.Delay(pause, cancel);
        return await inner.FitAsync(task, seed, progress, cancel);
    }

    public Task<IPredictor> OpenAsync(string folder, CancellationToken cancel) => inner.OpenAsync(folder, cancel);
}

sealed class PausedManyLearner(IManyLearner inner, TimeSpan pause) : PausedLearner(inner, pause), IManyLearner
{
    public async Task<IReadOnlyList<FitOutcome>> FitManyAsync(IReadOnlyList<FitRequest> fits, CancellationToken cancel)
    {
        await Task.Delay(Pause, cancel);
        return await inner.FitManyAsync(fits, cancel);
    }
}
