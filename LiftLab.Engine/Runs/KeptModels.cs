using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Runs;

/// <summary>
/// Opens the fitted models of a run's learners. Only this class fits again: a learner without a kept model (in a run from before baselines
/// were kept, or after the kept models were deleted and a user requested it) is fitted once from the run's specification (same table,
/// split, seed and grid, so the same setting is chosen) and then kept.
/// </summary>
/// <param name="find">Finds a learner by name.</param>
/// <param name="refit">Whether deleted models are fitted again, at a user's request.</param>
public sealed class KeptModels(RunFolder folder, RunSpec spec, LearningTask task, Func<string, LearnerEntry> find, bool refit = false)
{
    readonly KeptFiles files = new(folder);

    /// <param name="learner">The learner as in the run's specification; only settings of decoding may differ.</param>
    /// <exception cref="KeptModelException">The kept model is damaged, or it was deleted and refitting was not requested.</exception>
    /// <exception cref="LearningFailedException">Fitting again failed.</exception>
    public async Task<IPredictor> OpenAsync(LearnerSpec learner, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        var entry = find(learner.Name);
        if (entry.BuildsOnMain && files.Find(spec.Learner.Name) is null)
            (await OpenAsync(spec.Learner, progress, cancel)).Dispose();
        var context = new RunContext(folder.CheckpointFolder(learner.Name))
        {
            MainFolder = learner.Name == spec.Learner.Name ? null : files.Find(spec.Learner.Name),
            SpendingFile = folder.SpendingFile,
        };
        var made = entry.Create(learner, task.Kind, context);
        if (files.Find(learner.Name) is { } kept)
            return await made.OpenAsync(kept, cancel);
        if (files.DeletedAt is { } at && !refit)
            throw new KeptModelException(
                "kept-deleted",
                string.Create(CultureInfo.InvariantCulture, $"the kept models of run {folder.Id} were deleted on {at:yyyy-MM-dd}"),
                "Fit them again with the option --refit, or with the button on the run's page"
                    + (entry.Kind == LearnerKind.Lift ? "; LIFT is then fine-tuned again." : ".")
            );
        var model = await made.FitAsync(task, spec.Seed, progress, cancel);
        try
        {
            await files.KeepAsync(learner.Name, model, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            progress?.Report(new Noted($"The model of {entry.Title} could not be kept: {e.Message}", IsWarning: true));
        }
        catch
        {
            model.Dispose();
            throw;
        }
        return model;
    }
}
