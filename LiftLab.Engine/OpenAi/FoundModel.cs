using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi;

/// <summary>A fine-tuned model that a provider has.</summary>
/// <param name="Job">The job that made it; null where the service does not say.</param>
/// <param name="Key">The key of the run or fit that made it, from the job's metadata; null where it was not made by LiftLab.</param>
/// <param name="Files">Ids of the files that the job was trained with.</param>
/// <param name="Ends">The day on which the service retires it; null where it does not say.</param>
public sealed record FoundModel(
    string Model,
    string? Job,
    string? Key,
    IReadOnlyList<string> Files,
    DateTimeOffset? Created,
    DateOnly? Ends
)
{
    /// <summary>Maximum models that are asked for one by one, where the service's list lacks them.</summary>
    const int MostLooks = 100;

    /// <summary>The fine-tuned models at a provider, newest first. A service without lists has none.</summary>
    /// <exception cref="ProviderException">The provider refused, or could not be reached.</exception>
    public static async Task<IReadOnlyList<FoundModel>> ListAsync(
        Provider provider,
        string? key,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        using var client = ProviderClient.Open(provider, key, null, clock, waits: false);
        var served = new Dictionary<string, FoundModel>(StringComparer.Ordinal);
        await foreach (var model in EntriesAsync(client, "models", cancel))
            if (Fields.Text(model, "id") is { } id)
                served[id] = new(id, null, null, [], At(model, "created"), ModelLife.EndOf(model));
        var found = new List<FoundModel>();
        var looks = 0;
        await foreach (var job in EntriesAsync(client, provider.Dialect.Jobs, cancel))
        {
            if (JobFollower.ModelOf(job) is not { } model || found.Any(f => f.Model == model))
                continue;
            if (!served.TryGetValue(model, out var entry) && (++looks > MostLooks || !await IsThereAsync(client, model, cancel)))
                continue;
            found.Add(
                new(
                    model,
                    Fields.Text(job, "id"),
                    JobStart.KeyOf(job),
                    [.. new[] { Fields.Text(job, "training_file"), Fields.Text(job, "validation_file") }.OfType<string>()],
                    entry?.Created ?? At(job, "created_at"),
                    entry?.Ends
                )
            );
        }
        found.AddRange(served.Values.Where(s => s.Model.StartsWith("ft:", StringComparison.Ordinal) && found.All(f => f.Model != s.Model)));
        return [.. found.OrderByDescending(f => f.Created)];
    }

    /// <summary>Deletes the model, and the files of its job, which no other job of LiftLab uses.</summary>
    /// <returns>What could not be deleted, as sentences; what is gone there already is no trouble.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(Provider provider, string? key, TimeProvider clock, CancellationToken cancel)
    {
        using var client = ProviderClient.Open(provider, key, null, clock, waits: false);
        return await RemoteWork.DeleteAsync(
            client,
            [.. Files.Select(id => "files/" + Uri.EscapeDataString(id)), "models/" + Uri.EscapeDataString(Model)],
            cancel
        );
    }

    static async IAsyncEnumerable<System.Text.Json.Nodes.JsonObject> EntriesAsync(
        ProviderClient client,
        string path,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel
    )
    {
        await using var entries = client.ListAsync(path, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await entries.MoveNextAsync())
                    yield break;
            }
            catch (ProviderException e) when (e.Status is 404 or 405 or 501)
            {
                yield break; // the service has no such list
            }
            yield return entries.Current;
        }
    }

    static async Task<bool> IsThereAsync(ProviderClient client, string model, CancellationToken cancel)
    {
        try
        {
            await client.GetAsync("models/" + Uri.EscapeDataString(model), cancel);
            return true;
        }
        catch (ProviderException e) when (e.Status is 404 or 410)
        {
            return false;
        }
        catch (ProviderException e) when (!e.IsTransient)
        {
            return true; // it does not say
        }
    }

    static DateTimeOffset? At(System.Text.Json.Nodes.JsonObject entry, string name) =>
        Fields.Whole(entry, name) is { } seconds and > 0 and < 253402300800 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
