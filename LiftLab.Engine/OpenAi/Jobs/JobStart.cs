using System.Text.Json.Nodes;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi.Jobs;

/// <summary>Creates a fine-tuning job exactly once: a job that an earlier try created is found again by the run's own key.</summary>
sealed class JobStart(ProviderClient client, OpenAiSettings settings, TimeProvider clock)
{
    const int Tries = 5;

    /// <summary>The name of our key in a job's metadata.</summary>
    const string Mark = "liftlab";

    /// <param name="retried">An earlier try may have created it.</param>
    public async Task<RemoteJob> CreateAsync(RemoteJob job, RemoteState state, int seed, bool retried, CancellationToken cancel)
    {
        if (job.Id is not null)
            return job;
        var body = Body(job, state, seed);
        for (var attempt = 1; ; attempt++)
        {
            if ((retried || attempt > 1) && await FindAsync(client, job, state, cancel) is { } found)
                return job with { Id = found };
            try
            {
                var answer = await client.PostOnceAsync(client.Provider.Dialect.Jobs, body, job.Key, cancel);
                return job with { Id = Fields.Text(answer, "id") ?? throw TrainingFile.Unnamed(client, "job") };
            }
            catch (ProviderException e) when (e.IsTransient && attempt < Tries)
            {
                // Whether the service has created it is not known: look for it before the next try.
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt - 1)), clock, cancel);
            }
        }
    }

    /// <summary>The id of a job that may have been created without its answer having arrived; null where there is none.</summary>
    public static async Task<string?> FindAsync(ProviderClient client, RemoteJob job, RemoteState state, CancellationToken cancel)
    {
        await foreach (var listed in client.ListAsync(client.Provider.Dialect.Jobs, cancel))
        {
            if (Fields.Text(listed, "id") is not { } id)
                continue;
            if (KeyOf(listed) is { } key)
            {
                if (key == job.Key)
                    return id;
                continue;
            }
            // A service without metadata: the training file belongs to this run alone, and each of its jobs has another rate.
            if (
                Fields.Text(listed, "training_file") is { } file
                && file == state.Training?.Id
                && RateOf(listed) is { } rate
                && rate == job.Rate
            )
                return id;
        }
        return null;
    }

    /// <summary>LiftLab's key in a job's metadata; null where it has none.</summary>
    internal static string? KeyOf(JsonObject job) => job["metadata"] is JsonObject metadata ? Fields.Text(metadata, Mark) : null;

    static double? RateOf(JsonObject job) =>
        (job["hyperparameters"] as JsonObject ?? job["method"]?["supervised"]?["hyperparameters"] as JsonObject) is { } set
            ? Fields.Number(set, "learning_rate_multiplier")
            : Fields.Number(job, "learning_rate");

    JsonObject Body(RemoteJob job, RemoteState state, int seed)
    {
        var dialect = client.Provider.Dialect;
        var body = new JsonObject
        {
            ["model"] = settings.Model,
            ["training_file"] = state.Training!.Id,
            ["suffix"] = "liftlab",
        };
        if (state.Validation is { } validation)
            body["validation_file"] = validation.Id;
        var set = new JsonObject();
        if (settings.Epochs is { } epochs)
            set["n_epochs"] = epochs;
        if (settings.BatchSize is { } rows)
            set["batch_size"] = rows;
        if (job.Rate is { } rate)
            set[dialect.FlatJob ? "learning_rate" : "learning_rate_multiplier"] = rate;
        if (dialect.FlatJob)
        {
            foreach (var (name, value) in set)
                body[name] = value!.DeepClone();
            return body;
        }
        body["seed"] = seed;
        body["metadata"] = new JsonObject { [Mark] = job.Key };
        body["method"] = new JsonObject
        {
            ["type"] = "supervised",
            ["supervised"] = new JsonObject { ["hyperparameters"] = set },
        };
        return body;
    }
}
