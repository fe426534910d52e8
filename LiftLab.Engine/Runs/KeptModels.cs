using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Runs;

/// <summary>
/// Opens the fitted models of a run's learners. This is the one place that fits again: a learner without a kept model, in a run from before
/// baselines were kept or after the kept models were deleted and a person asked for it, is fitted once from the run's own specification
/// (its table, split, seed and grid, hence the setting that the run chose) and then kept.
/// </summary>
/// <param name="find">The learners there are.</param>
/// <param name="refit">A person asked for models that were deleted: they are fitted again.</param>
public sealed class KeptModels(RunFolder folder, RunSpec spec, LearningTask task, Func<string, LearnerEntry> find, bool refit = false)
{
    readonly KeptFiles files = new(folder);

    /// <param name="learner">As the run's specification has it; settings of how to answer may differ.</param>
    /// <exception cref="KeptModelException">The kept model is damaged, or it was deleted and nobody asked to fit it again.</exception>
    /// <exception cref="LearningFailedException">Fitting again failed.</exception>
    public async Task<IPredictor> OpenAsync(LearnerSpec learner, IProgress<LearningEvent>? progress, CancellationToken cancel)
    {
        var entry = find(learner.Name);
        if (entry.BuildsOnMain && files.Find(spec.Learner.Name) is null)
            (await OpenAsync(spec.Learner, progress, cancel)).Dispose();
        var context = new RunContext(folder.CheckpointFolder(learner.Name))
        {
            MainFolder = learner.Name == spec.Learner.Name ? null : files.Find(spec.Learner.Name),
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
