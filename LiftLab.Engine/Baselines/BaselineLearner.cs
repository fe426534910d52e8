using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Baselines;

/// <summary>
/// A classical model: encodes the features, fits each setting of its grid on the training rows, and selects the best on the validation
/// rows.
/// </summary>
public sealed class BaselineLearner(Baseline baseline, BaselineOptions options, TimeProvider time, Func<int>? processors = null) : ILearner
{
    /// <summary>Share of the training rows that is held out to choose a setting if the split has no validation rows.</summary>
    const double HeldOut = 0.2;

    public string Name => baseline.Name;

    public Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    ) => Task.Run<IPredictor>(() => Fit(task, seed, progress, cancel), cancel);

    public Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default) =>
        Task.Run<IPredictor>(() => BaselinePredictor.Open(baseline, folder), cancel);

    BaselinePredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        if (!baseline.Learns(task.Kind))
            throw new LearningFailedException(
                "wrong-task",
                $"{baseline.Title} does not learn {task.Target.Plural}",
                "Choose one of " + string.Join(", ", BaselineList.For(task.Kind).Select(b => b.Name)) + "."
            );
        if (task.Split.Train.Count == 0)
            throw new LearningFailedException("no-rows", "There are no training rows", "Give the split training rows.");
        var settings = options.Settings(baseline, task.Kind);
        var encoder = FeatureEncoder.Fit(task, options.Encoding);
        var coding = new TargetCoding(task, options.Encoding);
        TrainingSet Encoded(IReadOnlyList<int> rows) => new(encoder.Encode(task.Table, rows), coding.Encode(task, rows), coding.Classes);
        TrainingSet all = Encoded(task.Split.Train),
            valid = Encoded(task.Split.Valid),
            train = all;
        var chosenBy = "validation rows";
        if (valid.Y.Length == 0 && settings.Count > 1 && all.Y.Length >= 10)
        {
            (train, valid) = Hold(all, seed);
            chosenBy = "a fifth of the training rows, held out during selection";
        }
        var points = GridFit.Run(baseline, settings, train, valid, seed, time, progress, cancel, processors?.Invoke());
        var best = GridFit.Best(points);
        var model = ReferenceEquals(train, all) ? best.Model! : GridFit.Fit(baseline, all, best.Setting, seed, cancel);
        var calibration = Known(valid.Y.Length > 0 ? valid : all);
        if (calibration.Y.Length > 0)
            model.Calibrate(calibration);
        return new BaselinePredictor(
            baseline,
            model,
            encoder,
            coding,
            Residual(model, calibration, cancel),
            Report(points, best, chosenBy, encoder)
        );
    }

    JsonObject Report(IReadOnlyList<GridPoint> points, GridPoint best, string chosenBy, FeatureEncoder encoder)
    {
        var report = best.Setting.ToJson();
        var tried = new JsonArray();
        foreach (var p in points)
        {
            var row = new JsonObject { ["setting"] = p.Setting.Label, ["seconds"] = p.Seconds };
            if (p.Failure is null)
                row["error"] = p.Error;
            else
                row["failure"] = p.Failure.Message;
            tried.Add(row);
        }
        report["setting"] = best.Setting.Label;
        report["encoding"] = options.Encoding.ToString().ToLowerInvariant();
        if (points.Count > 1)
        {
            report["chosenBy"] = chosenBy;
            report["grid"] = tried;
        }
        if (encoder.LeftOut.Count > 0)
            report["leftOut"] = new JsonObject(encoder.LeftOut.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        return report;
    }

    /// <summary>Every fifth row of a seeded order, stratified by class.</summary>
    static (TrainingSet Train, TrainingSet Held) Hold(TrainingSet all, int seed)
    {
        int[] order = [.. Enumerable.Range(0, all.Y.Length)];
        new Random(seed).Shuffle(order);
        if (!all.IsRegression)
            order = [.. order.OrderBy(r => all.Y[r])];
        var every = (int)(1 / HeldOut);
        return (all.Take([.. order.Where((_, i) => i % every != 0)]), all.Take([.. order.Where((_, i) => i % every == 0)]));
    }

    static TrainingSet Known(TrainingSet rows) =>
        rows.IsRegression || rows.Y.All(y => y >= 0) ? rows : rows.Take([.. Enumerable.Range(0, rows.Y.Length).Where(r => rows.Y[r] >= 0)]);

    /// <summary>Regression: root mean squared error on the held-out rows, used as the deviation of models without one.</summary>
    static double? Residual(Model model, TrainingSet held, CancellationToken cancel)
    {
        if (!held.IsRegression || held.Y.Length == 0)
            return null;
        var values = model.Predict(held.X, cancel).Values;
        return Math.Sqrt(values.Zip(held.Y, (v, y) => (v - y) * (v - y)).Average());
    }
}
