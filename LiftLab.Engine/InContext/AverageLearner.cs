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

    /// <summary>Validation rows that the parts are chosen on at most, the first ones; with fewer than the least, parts are equal.</summary>
    const int MostRows = 200,
        LeastRows = 20;

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
            return new AveragePredictor(
                first,
                second,
                task.Kind == TaskKind.Regression ? await PartAsync(first, second, task, cancel) : 0.5
            );
        }
        catch
        {
            first.Dispose();
            second?.Dispose();
            throw;
        }
    }

    /// <summary>The share w of fine-tuned LIFT with the least squared error of w a + (1 - w) b, 0 to 1.</summary>
    static async Task<double> PartAsync(IPredictor tuned, IPredictor inContext, LearningTask task, CancellationToken cancel)
    {
        int[] rows = [.. task.Split.Valid.Take(MostRows)];
        var (first, second) = (await tuned.PredictAsync(task.Table, rows, cancel), await inContext.PredictAsync(task.Table, rows, cancel));
        var pairs = rows.Select((r, i) => (A: first[i] as Prediction.Answered, B: second[i] as Prediction.Answered, Truth: task.Targets[r]))
            .Where(p => p.A is not null && p.B is not null)
            .ToArray();
        var square = pairs.Sum(p => (p.A!.Value - p.B!.Value) * (p.A.Value - p.B.Value));
        return pairs.Length < LeastRows || !(square > 0)
            ? 0.5
            : Math.Clamp(pairs.Sum(p => (p.Truth - p.B!.Value) * (p.A!.Value - p.B.Value)) / square, 0, 1);
    }

    /// <param name="part">Of fine-tuned LIFT's numbers.</param>
    sealed class AveragePredictor(IPredictor tuned, IPredictor inContext, double part) : IPredictor
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
            return [.. first.Zip(second, Mean)];
        }

        /// <summary>
        /// Where fine-tuned LIFT gives no probabilities (its answer was drawn as text), the answer counts as certain; an unreadable one
        /// leaves the other's.
        /// </summary>
        Prediction Mean(Prediction tuned, Prediction inContext)
        {
            if (tuned is not Prediction.Answered a)
                return inContext;
            if (inContext is not Prediction.Answered b)
                return tuned;
            if (b.Probabilities is not { } q)
                return Number(a, b);
            double[] mean = [.. q.Select((share, k) => (share + (a.Probabilities?[k] ?? (k == (int)a.Value ? 1 : 0))) / 2)];
            return new Prediction.Answered(Array.IndexOf(mean, mean.Max()), mean);
        }

        /// <summary>Mean and deviation of the mixture; no deviation where one has none.</summary>
        Prediction.Answered Number(Prediction.Answered a, Prediction.Answered b)
        {
            var mean = part * a.Value + (1 - part) * b.Value;
            double Square(Prediction.Answered of, double deviation) => deviation * deviation + (of.Value - mean) * (of.Value - mean);
            return new(
                mean,
                Deviation: a.Deviation is { } p && b.Deviation is { } q ? Math.Sqrt(part * Square(a, p) + (1 - part) * Square(b, q)) : null
            );
        }

        public void Dispose()
        {
            tuned.Dispose();
            inContext.Dispose();
        }
    }
}
