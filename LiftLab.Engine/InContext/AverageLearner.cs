using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>Fine-tuned LIFT and in-context prediction, their probabilities averaged in equal parts.</summary>
public sealed class AverageLearner(ILearner tuned, ILearner inContext) : ILearner
{
    public const string LearnerName = "average";

    public string Name => LearnerName;

    public async Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress = null, CancellationToken cancel = default)
    {
        if (task.Kind != TaskKind.Classification) throw new LearningFailedException("classes-only", "The average needs in-context prediction, which answers with classes, not with numbers", "Use fine-tuned LIFT for this table.");
        var first = await tuned.FitAsync(task, seed, progress, cancel);
        try { return new AveragePredictor(first, await inContext.FitAsync(task, seed, progress, cancel)); }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    sealed class AveragePredictor(IPredictor tuned, IPredictor inContext) : IPredictor
    {
        public JsonObject Settings { get; } = new() { [LiftSettings.LearnerName] = tuned.Settings.DeepClone(), [InContextSettings.LearnerName] = inContext.Settings.DeepClone() };

        public async Task<IReadOnlyList<Prediction>> PredictAsync(Table table, IReadOnlyList<int> rows, CancellationToken cancel = default)
        {
            var first = await tuned.PredictAsync(table, rows, cancel);
            var second = await inContext.PredictAsync(table, rows, cancel);
            return [.. first.Zip(second, Mean)];
        }

        /// <summary>Where fine-tuned LIFT gives no probabilities (its answer was drawn as text), the answer counts as certain; an unreadable one leaves the other's.</summary>
        static Prediction Mean(Prediction tuned, Prediction inContext)
        {
            if (tuned is not Prediction.Answered a) return inContext;
            if (inContext is not Prediction.Answered { Probabilities: { } q }) return tuned;
            double[] mean = [.. q.Select((share, k) => (share + (a.Probabilities?[k] ?? (k == (int)a.Value ? 1 : 0))) / 2)];
            return new Prediction.Answered(Array.IndexOf(mean, mean.Max()), mean);
        }

        public void Dispose()
        {
            tuned.Dispose();
            inContext.Dispose();
        }
    }
}
