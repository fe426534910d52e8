using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Instruct;
using LiftLab.Engine.Hub;
using LiftLab.Engine.Runs;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Live.Serving;

/// <summary>The models that answer: base models, fine-tuned models of jobs, and their checkpoints.</summary>
public sealed class ServedModels(BaseModelList bases, ServedJobs jobs, IOptions<ServingOptions> options)
{
    /// <exception cref="ServingException">There is no such model, or it is not ready.</exception>
    public async Task<ServedModel> FindAsync(string id, CancellationToken cancel)
    {
        if (bases.Find(id) is { } model)
            return Of(model);
        var (name, step) = ServedJob.Parts(id);
        if (jobs.Of(name) is not { } job)
            throw ServingException.NoModel(id);
        if (step is { } at)
            return jobs.Checkpoints(job).FirstOrDefault(c => c.Step == at) is { } kept
                ? new(id, kept.Path, Directory.GetLastWriteTimeUtc(kept.Path), options.Value.Organization)
                : throw ServingException.NoModel(id);
        return Of(await jobs.StateAsync(job, cancel)) ?? throw ServingException.NoModel(id);
    }

    /// <summary>Base models, then fine-tuned models, newest first. Checkpoints are listed with their job.</summary>
    public async Task<IReadOnlyList<ServedModel>> ListAsync(CancellationToken cancel)
    {
        var all = bases.All.Select(Of).ToList();
        all.AddRange((await jobs.StatesAsync(cancel)).Select(Of).OfType<ServedModel>());
        return all;
    }

    static ServedModel Of(LocalModel model) =>
        new(model.Name, Path.GetFullPath(model.Folder), Directory.GetCreationTimeUtc(model.Folder), "liftlab");

    /// <summary>Null where the job has no model, or it was deleted.</summary>
    ServedModel? Of(JobState state)
    {
        if (state.Row.State != RunState.Succeeded)
            return null;
        var folder = jobs.Folder(state.Job);
        return ((string[])[LiftSettings.LearnerName, InstructLearner.LearnerName]).Any(l => new KeptFiles(folder).Find(l) is not null)
            ? new(state.Job.FineTuned, folder.Path, state.Job.Created, options.Value.Organization)
            : null;
    }
}
