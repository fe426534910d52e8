using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Models.Files;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Engine.InContext;

/// <summary>
/// Prediction without training: labelled rows precede the query row, and a network that was pretrained on synthetic tables continues the
/// sequence with a class, or with a step of the numbers in the context.
/// </summary>
public sealed class InContextLearner(InContextSettings settings) : ILearner
{
    /// <summary>Maximum validation rows for the calibration; the first ones are used.</summary>
    const int ValidationRows = 200;

    public string Name => InContextSettings.LearnerName;

    public Task<IPredictor> FitAsync(
        LearningTask task,
        int seed,
        IProgress<LearningEvent>? progress = null,
        CancellationToken cancel = default
    ) => TorchThread.Run<IPredictor>("in-context", () => Fit(task, seed, progress, cancel));

    public Task<IPredictor> OpenAsync(string folder, CancellationToken cancel = default) =>
        TorchThread.Run<IPredictor>(
            "in-context",
            () =>
            {
                cancel.ThrowIfCancellationRequested();
                try
                {
                    return InContextPredictor.Open(folder);
                }
                catch (ModelFolderException e)
                {
                    throw new KeptModelException(e.Code, e.What, e.WhatToDo, e);
                }
            }
        );

    InContextPredictor Fit(LearningTask task, int seed, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        progress?.Report(new PhaseEntered("load", settings.Model));
        var (model, tokenizer) = ModelByName.Load(settings.Model, cancel: cancel);
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
