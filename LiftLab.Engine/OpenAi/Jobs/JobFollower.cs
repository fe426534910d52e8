using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi.Dialects;
using LiftLab.Engine.OpenAi.Wire;

namespace LiftLab.Engine.OpenAi.Jobs;

/// <summary>Follows a fine-tuning job to its end, over lost networks and restarts. The service keeps the job's events, so that a new
/// follower reports the whole curve again.</summary>
/// <param name="changed">Receives the job when its state has another word.</param>
/// <param name="stop">"Finish now": the job is cancelled, and its last checkpoint is used.</param>
sealed class JobFollower(
    ProviderClient client,
    TimeProvider clock,
    IProgress<LearningEvent>? progress,
    Action<RemoteJob> changed,
    CancellationToken stop
)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1),
        Longest = TimeSpan.FromSeconds(15),
        Lost = TimeSpan.FromSeconds(60);

    /// <summary>Maximum events that one look reads; a job with more loses only its oldest messages.</summary>
    const int MostEvents = 100_000;

    /// <summary>In a list that begins with the newest event, so many known ones mean that the rest is known.</summary>
    const int KnownEnough = 20;

    /// <summary>OpenAI's order; some services list events in the order of time.</summary>
    bool newestFirst = true;

    /// <returns>The job with its model or its failure.</returns>
    public async Task<RemoteJob> FollowAsync(RemoteJob job, JobCurve curve, CancellationToken cancel)
    {
        var (pause, lost) = (Shortest, false);
        string? phase = null;
        while (true)
        {
            try
            {
                var state = await client.GetAsync(Path(job), cancel);
                var news = await NewsAsync(job, curve, cancel);
                curve.Report(news);
                lost = false;
                if (Fields.Text(state, "status") is { } word && word != phase)
                {
                    phase = word;
                    job = job with { State = word };
                    changed(job);
                    Tell(job, client.Provider.Dialect.StateOf(word));
                }
                if (End(job, state, phase) is { } ended)
                {
                    ended = ended with { Checkpoints = await CheckpointsAsync(ended, cancel) };
                    return ended.Failure is not null && stop.IsCancellationRequested ? LastCheckpoint(ended) : ended;
                }
                if (stop.IsCancellationRequested)
                    await CancelAsync(job, cancel);
                pause =
                    news.Count > 0 ? Shortest
                    : pause * 1.5 < Longest ? pause * 1.5
                    : Longest;
            }
            catch (ProviderException e) when (e.IsTransient)
            {
                if (!lost)
                    progress?.Report(new Noted($"{e.What}. The job goes on there; LiftLab keeps asking.", true));
                (lost, pause) = (true, pause * 2 < Lost ? pause * 2 : Lost);
            }
            await PauseAsync(pause, cancel);
        }
    }

    /// <summary>Ends the job at the service, so that it costs no more. A job that is over is left as it is.</summary>
    public async Task CancelAsync(RemoteJob job, CancellationToken cancel)
    {
        try
        {
            await client.PostAsync(Path(job) + "/cancel", null, cancel);
        }
        catch (ProviderException e) when (e.Status is 400 or 404 or 409)
        {
            // It is over already.
        }
    }

    /// <summary>Waits, but not longer than until "finish now" is asked for.</summary>
    async Task PauseAsync(TimeSpan pause, CancellationToken cancel)
    {
        if (stop.IsCancellationRequested)
        {
            await Task.Delay(Shortest, clock, cancel);
            return;
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stop);
        try
        {
            await Task.Delay(pause, clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { }
    }

    RemoteJob? End(RemoteJob job, JsonObject state, string? word)
    {
        var billed = Fields.Whole(state, "trained_tokens") ?? Fields.Whole(state, "token_count") ?? job.TrainedTokens;
        return client.Provider.Dialect.StateOf(word) switch
        {
            RemoteJobState.Succeeded => ModelOf(state) is { } model
                ? job with
                {
                    Model = model,
                    TrainedTokens = billed,
                }
                : job with
                {
                    Failure = "it succeeded without naming a model",
                    TrainedTokens = billed,
                },
            RemoteJobState.Failed => job with { Failure = Reason(state), TrainedTokens = billed },
            RemoteJobState.Cancelled => job with { Failure = "it was cancelled", TrainedTokens = billed },
            _ => null,
        };
    }

    /// <summary>The name of a job's model; null where it has none.</summary>
    internal static string? ModelOf(JsonObject state) =>
        Fields.Text(state, "fine_tuned_model") ?? Fields.Text(state, "output_name") ?? Fields.Text(state, "model_output_name");

    static string Reason(JsonObject state) =>
        state["error"] is JsonObject error && Fields.Text(error, "message") is { } message
            ? message
            : Fields.Text(state, "error") ?? "the service gave no reason";

    async Task<IReadOnlyList<JsonObject>> NewsAsync(RemoteJob job, JobCurve curve, CancellationToken cancel)
    {
        var news = new List<JsonObject>();
        var known = 0;
        await foreach (var e in client.ListAsync(Path(job) + "/events", cancel))
        {
            if (curve.IsNews(e))
                news.Add(e);
            else if (newestFirst && ++known >= KnownEnough)
                break;
            if (news.Count >= MostEvents)
                break;
        }
        if (news.Count > 1)
            newestFirst = At(news[0]) > At(news[^1]) || (newestFirst && At(news[0]) == At(news[^1]));
        if (newestFirst)
            news.Reverse();
        return [.. news.OrderBy(At)];
    }

    static long At(JsonObject e) => Fields.Whole(e, "created_at") ?? 0;

    void Tell(RemoteJob job, RemoteJobState state)
    {
        progress?.Report(new PhaseEntered(state == RemoteJobState.Running ? "train" : "queue", job.State));
        if (state == RemoteJobState.Paused)
            progress?.Report(
                new Noted(
                    $"{client.Provider.Name} has paused job {job.Id}. Resume it there, or cancel the run; LiftLab keeps asking.",
                    true
                )
            );
    }

    /// <summary>Of the last step last; empty where the service keeps none.</summary>
    async Task<IReadOnlyList<RemoteCheckpoint>> CheckpointsAsync(RemoteJob job, CancellationToken cancel)
    {
        var all = new List<RemoteCheckpoint>();
        try
        {
            await foreach (var item in client.ListAsync(Path(job) + "/checkpoints", cancel))
                if (Fields.Text(item, "fine_tuned_model_checkpoint") is { } model)
                    all.Add(
                        new(
                            model,
                            Fields.Whole(item, "step_number") ?? 0,
                            item["metrics"] is JsonObject metrics
                                ? Fields.Number(metrics, "full_valid_loss") ?? Fields.Number(metrics, "valid_loss")
                                : null
                        )
                    );
        }
        catch (ProviderException e) when (!e.IsTransient)
        {
            // Not every service has checkpoints.
        }
        return [.. all.OrderBy(c => c.Step)];
    }

    RemoteJob LastCheckpoint(RemoteJob job)
    {
        if (job.Checkpoints is not [.., var last])
            return job with { Failure = "it was stopped before its first checkpoint" };
        progress?.Report(new Noted(FormattableString.Invariant($"The job was stopped; its checkpoint of step {last.Step} answers.")));
        return job with { Model = last.Model, Failure = null };
    }

    string Path(RemoteJob job) => $"{client.Provider.Dialect.Jobs}/{Uri.EscapeDataString(job.Id!)}";
}
