using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>Runs whole grids over one or more splits of a table and reports every setting and the chosen one.</summary>
public sealed class ProtocolRun(IReadOnlyList<LearningTask> splits, Protocol protocol, int seed, TimeProvider time)
{
    const int Folds = 5;

    TaskKind Kind => splits[0].Kind;

    /// <summary>Leaks of the protocol: ways in which validation or test rows influence the reported score.</summary>
    public static IReadOnlyList<string> Leaks(Protocol protocol, TaskKind task, FeatureEncoding encoding)
    {
        List<string> leaks = [];
        var classes = task == TaskKind.Classification;
        if (encoding == FeatureEncoding.Paper && classes)
            leaks.Add("Numbers are standardised over all rows, test rows included.");
        if (protocol == Protocol.Paper && classes)
        {
            leaks.Add(
                "Settings are chosen by cross-validation over training and validation rows of the first split, so the validation scores that later select a split are not scores of unseen rows."
            );
            leaks.Add("The reported score is the test score of the split with the best validation score, not a mean over splits.");
        }
        if (protocol == Protocol.Paper && !classes)
            leaks.Add(
                "The published results on real data chose settings by test RAE and used the row number as a feature. This run does neither: settings are chosen by validation RAE."
            );
        return leaks;
    }

    public (IReadOnlyList<GridRow> Rows, GridChoice Choice) Run(
        Baseline baseline,
        BaselineOptions options,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var settings = options.Settings(baseline, Kind);
        var started = time.GetTimestamp();
        var shared =
            protocol == Protocol.Paper && splits[0].Target is Target.Classes ? ChooseByFolds(baseline, options, settings, cancel) : null;
        List<GridRow> rows = [];
        for (var s = 0; s < splits.Count; s++)
            rows.AddRange(RunSplit(baseline, options, settings, s, shared, progress, cancel));
        GridRow[] chosen = [.. rows.Where(r => r.Chosen && r.Test is not null)];
        var seconds = time.GetElapsedTime(started).TotalSeconds;
        if (chosen.Length == 0)
            return (
                rows,
                new(
                    baseline.Name,
                    baseline.Title,
                    "",
                    null,
                    null,
                    null,
                    seconds,
                    rows.FirstOrDefault(r => r.Failure is not null)?.Failure ?? "no setting gave a finite result"
                )
            );
        var labels = string.Join("; ", chosen.Select(r => r.Setting).Distinct());
        if (shared is not null)
        {
            var best = chosen.MaxBy(r => r.Valid ?? 0)!;
            return (rows, new(baseline.Name, baseline.Title, best.Setting, best.Valid, best.Test, null, seconds));
        }
        var mean = chosen.Average(r => r.Test!.Value);
        double? deviation = chosen.Length > 1 ? Math.Sqrt(chosen.Sum(r => Math.Pow(r.Test!.Value - mean, 2)) / (chosen.Length - 1)) : null;
        return (
            rows,
            new(
                baseline.Name,
                baseline.Title,
                labels,
                chosen.All(r => r.Valid is not null) ? chosen.Average(r => r.Valid!.Value) : null,
                mean,
                deviation,
                seconds
            )
        );
    }

    List<GridRow> RunSplit(
        Baseline baseline,
        BaselineOptions options,
        IReadOnlyList<Setting> settings,
        int s,
        Setting? shared,
        IProgress<LearningEvent>? progress,
        CancellationToken cancel
    )
    {
        var task = splits[s];
        var encoder = FeatureEncoder.Fit(task, options.Encoding);
        var coding = new TargetCoding(task, options.Encoding);
        TrainingSet Encoded(IReadOnlyList<int> rows) => new(encoder.Encode(task.Table, rows), coding.Encode(task, rows), coding.Classes);
        TrainingSet train = Encoded(task.Split.Train),
            valid = Encoded(task.Split.Valid),
            test = Encoded(task.Split.Test);
        var points = GridFit.Run(baseline, settings, train, valid, seed, time, progress, cancel);
        GridPoint? best = null;
        if (points.Any(p => p.Model is not null && double.IsFinite(p.Error)))
            best = shared is null ? GridFit.Best(points) : points.First(p => p.Setting.Label == shared.Label);
        var rows = new List<GridRow>();
        foreach (var point in points)
        {
            cancel.ThrowIfCancellationRequested();
            var started = time.GetTimestamp();
            var (v, rae) = Score(point.Model, valid, task.Split.Valid, task, coding, cancel);
            var (t, _) = Score(point.Model, test, task.Split.Test, task, coding, cancel);
            rows.Add(
                new(
                    s,
                    baseline.Name,
                    point.Setting.Label,
                    v,
                    t,
                    rae,
                    point.Seconds + time.GetElapsedTime(started).TotalSeconds,
                    ReferenceEquals(point, best),
                    point.Failure?.Message
                )
            );
            point.Model?.Dispose();
        }
        return rows;
    }

    /// <summary>Accuracy, or RMSE in the target's unit and RAE.</summary>
    static (double? Value, double? Rae) Score(
        Model? model,
        TrainingSet set,
        IReadOnlyList<int> rows,
        LearningTask task,
        TargetCoding coding,
        CancellationToken cancel
    )
    {
        if (model is null || rows.Count == 0)
            return (null, null);
        var measures = ScoreSheet.Measures(task, rows, coding.Decode(model.Predict(set.X, cancel)));
        var once = new double[rows.Count];
        Array.Fill(once, 1);
        double? Finite(double v) => double.IsFinite(v) ? v : null;
        return (
            Finite(measures[0].Measure(once)),
            measures.FirstOrDefault(m => m.Metric == Metrics.Rae)?.Measure is { } rae ? Finite(rae(once)) : null
        );
    }

    /// <summary>
    /// Five folds over training and validation rows of the first split. The authors' successive halving draws its rows from numpy and
    /// cannot be reproduced.
    /// </summary>
    Setting ChooseByFolds(Baseline baseline, BaselineOptions options, IReadOnlyList<Setting> settings, CancellationToken cancel)
    {
        if (settings.Count == 1)
            return settings[0];
        var task = splits[0];
        int[] rows = [.. task.Split.Train, .. task.Split.Valid];
        new Random(seed).Shuffle(rows);
        rows = [.. rows.OrderBy(r => task.Targets[r])];
        var errors = new double[settings.Count];
        for (var fold = 0; fold < Folds; fold++)
        {
            int[] held = [.. rows.Where((_, i) => i % Folds == fold)],
                rest = [.. rows.Where((_, i) => i % Folds != fold)];
            if (held.Length == 0 || rest.Length == 0)
                continue;
            var part = new LearningTask(task.Table, task.Schema, new Split(rest, held, task.Split.Test));
            var encoder = FeatureEncoder.Fit(part, options.Encoding);
            var coding = new TargetCoding(part, options.Encoding);
            TrainingSet Encoded(IReadOnlyList<int> r) => new(encoder.Encode(task.Table, r), coding.Encode(part, r), coding.Classes);
            var points = GridFit.Run(baseline, settings, Encoded(rest), Encoded(held), seed, time, null, cancel);
            for (var i = 0; i < points.Count; i++)
            {
                errors[i] += double.IsFinite(points[i].Error) ? points[i].Error : 1;
                points[i].Model?.Dispose();
            }
        }
        return settings[Array.IndexOf(errors, errors.Min())];
    }
}
