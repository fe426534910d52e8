using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Models;
using LiftLab.Engine.Tables;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Prediction without training: labelled rows stand before the asked one, and a network that was pretrained on made-up tables continues
/// the sequence with a class. Classification only: the network was not taught numbers as answers.
/// </summary>
public sealed class InContextLearner(InContextSettings settings) : ILearner
{
    /// <summary>Validation rows that the temperature is fitted on at most; the first ones.</summary>
    const int ValidationRows = 200;

    public string Name => InContextSettings.LearnerName;

    public Task<IPredictor> FitAsync(LearningTask task, int seed, IProgress<LearningEvent>? progress = null, CancellationToken cancel = default) =>
        TorchThread.Run<IPredictor>("in-context", () => Fit(task, seed, progress, cancel));

    InContextPredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        if (task.Kind != TaskKind.Classification) throw new LearningFailedException("classes-only", "In-context prediction answers with classes, not with numbers", "Use fine-tuned LIFT for this table.");
        cancel.ThrowIfCancellationRequested();
        progress?.Report(new PhaseEntered("load", settings.Model));
        var (model, tokenizer) = ModelByName.Load(settings.Model);
        try
        {
            TorchRuntime.FitThreads(model.ParameterCount);
            var predictor = new InContextPredictor(model, tokenizer, CodedRows.Fit(task, tokenizer), task, settings, seed);
            progress?.Report(new PhaseEntered("calibrate", $"{settings.Contexts} contexts"));
            predictor.Calibrate(task, [.. task.Split.Valid.Take(ValidationRows)], cancel);
            return predictor;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
