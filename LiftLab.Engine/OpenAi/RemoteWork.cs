using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi;

/// <summary>
/// Ends and deletes what a run has at its provider, when no worker of the run does so: the run was cancelled while its worker was gone, or
/// it is deleted.
/// </summary>
/// <param name="folder">The run's checkpoint folder of the provider's learner.</param>
public sealed class RemoteWork(Provider provider, string? key, string folder, TimeProvider clock)
{
    /// <summary>What the run has there; null where it has nothing.</summary>
    public RemoteState? State => RemoteState.Read(folder);

    /// <summary>Ends jobs that are not known to be over, and books what they have trained.</summary>
    /// <param name="spending">Null where the job is free or its bill is not kept.</param>
    /// <returns>What could not be ended, as sentences; empty where all is well.</returns>
    public async Task<IReadOnlyList<string>> CancelJobsAsync(Spending? spending, CancellationToken cancel)
    {
        if (State is not { } state || state.Jobs.All(j => j.IsOver))
            return [];
        var troubles = new List<string>();
        using var client = ProviderClient.Open(provider, key, null, clock);
        foreach (var job in state.Jobs.Where(j => !j.IsOver))
            try
            {
                if ((job.Id ?? await JobStart.FindAsync(client, job, state, cancel)) is not { } id)
                    continue; // it was never created
                var ended = await EndAsync(client, job with { Id = id }, cancel);
                if (ended.TrainedTokens is { } tokens)
                    spending?.Trains(id, tokens);
                state = state.With(ended);
                state.Write(folder);
            }
            catch (ProviderException e)
            {
                troubles.Add(
                    $"Job {job.Id ?? job.Key} could not be ended at {provider.Name}: {e.What}. End it there, because it costs money."
                );
            }
        return troubles;
    }

    static async Task<RemoteJob> EndAsync(ProviderClient client, RemoteJob job, CancellationToken cancel)
    {
        var path = $"{client.Provider.Dialect.Jobs}/{Uri.EscapeDataString(job.Id!)}";
        try
        {
            await client.PostAsync(path + "/cancel", null, cancel);
        }
        catch (ProviderException e) when (e.Status is 400 or 404 or 409)
        {
            // It is over already.
        }
        var last = await client.GetAsync(path, cancel);
        return job with
        {
            State = Fields.Text(last, "status") ?? job.State,
            Failure = "it was cancelled",
            TrainedTokens = Fields.Whole(last, "trained_tokens") ?? job.TrainedTokens,
        };
    }

    /// <summary>Deletes the run's files and fine-tuned models, with those of checkpoints, at the provider.</summary>
    /// <returns>What could not be deleted, as sentences; what is gone there already is no trouble.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(CancellationToken cancel)
    {
        if (State is not { } state)
            return [];
        using var client = ProviderClient.Open(provider, key, null, clock, waits: false);
        string[] paths =
        [
            .. new[] { state.Training?.Id, state.Validation?.Id }.OfType<string>().Select(id => "files/" + Uri.EscapeDataString(id)),
            .. state.Models.Select(m => "models/" + Uri.EscapeDataString(m)),
        ];
        var troubles = await DeleteAsync(client, paths, cancel);
        if (troubles.Count == 0)
            (state with { Deleted = clock.GetUtcNow() }).Write(folder);
        return troubles;
    }

    /// <returns>What could not be deleted, as sentences; what is gone there already is no trouble.</returns>
    internal static async Task<IReadOnlyList<string>> DeleteAsync(
        ProviderClient client,
        IEnumerable<string> paths,
        CancellationToken cancel
    )
    {
        var troubles = new List<string>();
        foreach (var path in paths)
            try
            {
                await client.DeleteAsync(path, cancel);
            }
            catch (ProviderException e) when (e.Status is 404 or 410)
            {
                // It is gone there.
            }
            catch (ProviderException e)
            {
                troubles.Add($"{Uri.UnescapeDataString(path)} could not be deleted at {client.Provider.Name}: {e.What}");
            }
        return troubles;
    }
}
