using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>One setting fitted on the training rows, and its error on the rows by which settings are chosen.</summary>
/// <param name="Error">Lower is better: error rate, or mean absolute error (same order as the paper's RAE). NaN if the fit failed.</param>
public sealed record GridPoint(Setting Setting, Model? Model, double Error, double Seconds, LearningFailedException? Failure);

/// <summary>Fits every setting of a grid, in parallel.</summary>
public static class GridFit
{
    /// <param name="valid">Rows by which settings are chosen; class -1 marks a class that is not in the training rows.</param>
    /// <param name="processors">Number of settings fitted in parallel; null for the number of processors.</param>
    /// <returns>One point per setting, in grid order.</returns>
    /// <exception cref="OperationCanceledException">Also thrown from inside fits.</exception>
    public static IReadOnlyList<GridPoint> Run(
        Baseline baseline,
        IReadOnlyList<Setting> settings,
        TrainingSet train,
        TrainingSet valid,
        int seed,
        TimeProvider time,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel,
        int? processors = null
    )
    {
        var points = new GridPoint[settings.Count];
        var done = 0;
        progress?.Report(new PhaseEntered("fit", $"{settings.Count} settings", 0));
        Parallel.For(
            0,
            settings.Count,
            new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = processors ?? Environment.ProcessorCount },
            i =>
            {
                var started = time.GetTimestamp();
                try
                {
                    var model = Fit(baseline, train, settings[i], seed, cancel);
                    var error = valid.Y.Length == 0 ? 0 : Error(model.Predict(valid.X, cancel), valid);
                    points[i] = new(settings[i], model, error, time.GetElapsedTime(started).TotalSeconds, null);
                }
                catch (LearningFailedException e)
                {
                    points[i] = new(settings[i], null, double.NaN, time.GetElapsedTime(started).TotalSeconds, e);
                }
                var n = Interlocked.Increment(ref done);
                progress?.Report(
                    new PhaseEntered("fit", $"{n} of {settings.Count} settings ({settings[i].Label})", (double)n / settings.Count)
                );
            }
        );
        return points;
    }

    /// <summary>The point of least error; ties go to the first in the grid.</summary>
    /// <exception cref="LearningFailedException">Every setting failed; gives the reason of the first.</exception>
    public static GridPoint Best(IReadOnlyList<GridPoint> points) =>
        points.Where(p => p.Model is not null && double.IsFinite(p.Error)).MinBy(p => p.Error)
        ?? throw points.Select(p => p.Failure).FirstOrDefault(f => f is not null)
            ?? new LearningFailedException(
                "not-finite",
                "Every setting predicted values that are not numbers",
                "Scale the features, or remove extreme values."
            );

    /// <summary>
    /// Fits one setting with its own seed, so that one lucky seed does not favour the whole grid. With a single training class, the model
    /// is constant.
    /// </summary>
    public static Model Fit(Baseline baseline, TrainingSet train, Setting setting, int seed, CancellationToken cancel) =>
        train.Classes == 1
            ? ConstantModel.Fit(train, setting, seed, cancel)
            : baseline.Fit(train, setting, SeedStream.From(seed).At(setting.Label).Seed, cancel);

    static double Error(Estimates estimates, TrainingSet valid)
    {
        var sum = 0.0;
        for (var i = 0; i < valid.Y.Length; i++)
            sum +=
                valid.IsRegression ? Math.Abs(estimates.Values[i] - valid.Y[i])
                : estimates.Values[i] == valid.Y[i] ? 0
                : 1;
        return sum / valid.Y.Length;
    }
}
