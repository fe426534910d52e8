namespace LiftLab.Web.Live.Serving;

/// <summary>The models that answer: base models, fine-tuned models of jobs, and their checkpoints.</summary>
public sealed class ServedModels(BaseModelList bases)
{
    /// <exception cref="ServingException">There is no such model.</exception>
    public Task<ServedModel> FindAsync(string id, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult(
            bases.Find(id) is { } model
                ? new ServedModel(model.Name, Path.GetFullPath(model.Folder), DateTimeOffset.UnixEpoch, "liftlab")
                : throw ServingException.NoModel(id)
        );
    }

    public Task<IReadOnlyList<ServedModel>> ListAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<ServedModel>>([
            .. bases.All.Select(m => new ServedModel(m.Name, Path.GetFullPath(m.Folder), DateTimeOffset.UnixEpoch, "liftlab")),
        ]);
    }
}
