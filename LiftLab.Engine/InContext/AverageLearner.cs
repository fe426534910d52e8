using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Averages the answers of fine-tuned LIFT and in-context prediction: probabilities with equal weights, numbers with the weights of least
/// squared error on the validation rows (decision record 022).
/// </summary>
/// <param name="main">The folder of the run's fitted LIFT, which is opened and referred to by path; null to fit a separate one.</param>
public sealed class AverageLearner(ILearner tuned, ILearner inContext, string? main = null) : ILearner
{
    const string KeptName = "average.kept";

    public const string LearnerName = "average";

    public string Name => LearnerName;

    public async Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    )
    {
        var first = main is null ? await tuned.FitAsync(task, seed, progress, cancel) : await tuned.OpenAsync(main, cancel);
        IPredictor? second = null;
        try
        {
            second = await inContext.FitAsync(task, seed, progress, cancel);
            return new AveragePredictor(first, second, task.Target, await PartAsync(first, second, task, cancel), main);
        }
        catch
        {
            first.Dispose();
            second?.Dispose();
            throw;
        }
    }

    public async Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default)
    {
        var from = KeptReader.Open(Path.Combine(folder, KeptName), LearnerName);
        var elsewhere = from.Text("tuned");
        var place = Path.GetFullPath(Path.Combine(folder, elsewhere.Length == 0 ? LiftSettings.LearnerName : elsewhere));
        var first = await tuned.OpenAsync(place, cancel);
        try
        {
            var second = await inContext.OpenAsync(Path.Combine(folder, InContextSettings.LearnerName), cancel);
            return new AveragePredictor(
                first,
                second,
                Target.Open(from.Under("target")),
                from.Number("part"),
                elsewhere.Length == 0 ? null : place
            );
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>The weight (0 to 1) of fine-tuned LIFT in the average.</summary>
    static async Task<double> PartAsync(IPredictor tuned, IPredictor inContext, LearningTask task, CancellationToken cancel)
    {
        int[] rows = [.. task.Split.Valid.Take(task.Target.RowsForPart)];
        var first = await tuned.PredictAsync(task.Table, rows, cancel);
        var second = await inContext.PredictAsync(task.Table, rows, cancel);
        return task.Target.BestPart(first, second, [.. rows.Select(r => task.Targets[r])]);
    }

    /// <param name="part">Weight (0 to 1) of fine-tuned LIFT.</param>
    /// <param name="main">The folder that holds fine-tuned LIFT; null if this predictor fitted it.</param>
    sealed class AveragePredictor(IPredictor tuned, IPredictor inContext, Target target, double part, string? main) : IPredictor
    {
        public JsonObject Settings { get; } =
            new()
            {
                [LiftSettings.LearnerName] = tuned.Settings.DeepClone(),
                [InContextSettings.LearnerName] = inContext.Settings.DeepClone(),
                ["chosen"] = new JsonObject { ["part"] = part },
            };

        public Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default) =>
            PredictPartAsync(table, rows, 0, cancel);

        public async Task<IReadOnlyList<Prediction>> PredictPartAsync(
            Table table,
            IReadOnlyList<int> rows,
            int before,
            CancellationToken cancel = default
        )
        {
            var first = await tuned.PredictPartAsync(table, rows, before, cancel);
            var second = await inContext.PredictAsync(table, rows, cancel);
            return [.. first.Zip(second, (a, b) => target.Combine([a, b], [part, 1 - part]))];
        }

        /// <summary>
        /// Writes the weight, in-context prediction in a sub-folder, and fine-tuned LIFT: as a relative path if the run keeps it, else in a
        /// sub-folder.
        /// </summary>
        public async Task KeepAsync(string folder, CancellationToken cancel = default)
        {
            await inContext.KeepAsync(Path.Combine(folder, InContextSettings.LearnerName), cancel);
            if (main is null)
                await tuned.KeepAsync(Path.Combine(folder, LiftSettings.LearnerName), cancel);
            var into = new KeptWriter();
            into.Put("part", part);
            target.Keep(into.Under("target"));
            into.Put("tuned", main is null ? "" : Path.GetRelativePath(folder, main));
            into.Save(Path.Combine(folder, KeptName), LearnerName);
        }

        public void Dispose()
        {
            tuned.Dispose();
            inContext.Dispose();
        }
    }
}
