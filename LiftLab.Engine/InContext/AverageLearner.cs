using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Fine-tuned LIFT and in-context prediction, their answers averaged: probabilities in equal parts, numbers in the parts with the least
/// squared error on the validation rows (decision record 022).
/// </summary>
public sealed class AverageLearner(ILearner tuned, ILearner inContext) : ILearner
{
    public const string LearnerName = "average";

    public string Name => LearnerName;

    public async Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    )
    {
        var first = await tuned.FitAsync(task, seed, progress, cancel);
        IPredictor? second = null;
        try
        {
            second = await inContext.FitAsync(task, seed, progress, cancel);
            return new AveragePredictor(first, second, task.Target, await PartAsync(first, second, task, cancel));
        }
        catch
        {
            first.Dispose();
            second?.Dispose();
            throw;
        }
    }

    /// <summary>The part (0 to 1) of fine-tuned LIFT in the average.</summary>
    static async Task<double> PartAsync(IPredictor tuned, IPredictor inContext, LearningTask task, CancellationToken cancel)
    {
        int[] rows = [.. task.Split.Valid.Take(task.Target.RowsForPart)];
        var first = await tuned.PredictAsync(task.Table, rows, cancel);
        var second = await inContext.PredictAsync(task.Table, rows, cancel);
        return task.Target.BestPart(first, second, [.. rows.Select(r => task.Targets[r])]);
    }

    /// <param name="part">Weight (0 to 1) of fine-tuned LIFT.</param>
    sealed class AveragePredictor(IPredictor tuned, IPredictor inContext, Target target, double part) : IPredictor
    {
        public JsonObject Settings { get; } =
            new()
            {
                [LiftSettings.LearnerName] = tuned.Settings.DeepClone(),
                [InContextSettings.LearnerName] = inContext.Settings.DeepClone(),
                ["chosen"] = new JsonObject { ["part"] = part },
            };

        public async Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default)
        {
            var first = await tuned.PredictAsync(table, rows, cancel);
            var second = await inContext.PredictAsync(table, rows, cancel);
            return [.. first.Zip(second, (a, b) => target.Combine([a, b], [part, 1 - part]))];
        }

        public void Dispose()
        {
            tuned.Dispose();
            inContext.Dispose();
        }
    }
}
