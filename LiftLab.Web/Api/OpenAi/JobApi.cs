using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live.Serving;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Web.Api.OpenAi;

/// <summary><c>/v1/fine_tuning/jobs</c>.</summary>
static class JobApi
{
    const int UsualCheckpoints = 10;

    public static void MapJobs(this IEndpointRouteBuilder v1)
    {
        var jobs = v1.MapGroup("/fine_tuning/jobs");
        jobs.MapPost("", CreateAsync);
        jobs.MapGet("", ListAsync);
        jobs.MapGet(
            "/{id}",
            async (string id, ServedJobs all, Form form, CancellationToken cancel) => form.Json(await all.FindAsync(id, cancel))
        );
        jobs.MapPost(
            "/{id}/cancel",
            async (string id, ServedJobs all, Form form, CancellationToken cancel) => form.Json(await all.CancelAsync(id, cancel))
        );
        jobs.MapPost(
            "/{id}/pause",
            async (string id, ServedJobs all, Form form, CancellationToken cancel) => form.Json(await all.PauseAsync(id, cancel))
        );
        jobs.MapPost(
            "/{id}/resume",
            async (string id, ServedJobs all, Form form, CancellationToken cancel) => form.Json(await all.ResumeAsync(id, cancel))
        );
        jobs.MapGet("/{id}/events", EventsAsync);
        jobs.MapGet("/{id}/checkpoints", CheckpointsAsync);
    }

    static async Task<JsonObject> CreateAsync(HttpRequest request, ServedJobs jobs, Form form, CancellationToken cancel)
    {
        var body = await RequestBody.ReadAsync(request);
        return form.Json(await jobs.CreateAsync(JobRequest.Read(body, Idempotency.KeyOf(request)), cancel));
    }

    static async Task<JsonObject> ListAsync(HttpRequest request, ServedJobs jobs, Form form, CancellationToken cancel)
    {
        var all = await jobs.StatesAsync(cancel);
        foreach (var (name, values) in request.Query.Where(q => q.Key.StartsWith("metadata[", StringComparison.Ordinal)))
            all = [.. all.Where(j => j.Job.Metadata.GetValueOrDefault(name["metadata[".Length..^1]) == values.ToString())];
        return ListPage.Of(request, all, j => j.Job.Id, form.Json);
    }

    static async Task<JsonObject> EventsAsync(string id, HttpRequest request, ServedJobs jobs, CancellationToken cancel)
    {
        var state = await jobs.FindAsync(id, cancel);
        var history = await Task.Run(() => JobHistory.Of(state.Job, jobs.Folder(state.Job)), cancel);
        return ListPage.Of(request, [.. history.Events.Reverse()], e => e.Id, Event);
    }

    static JsonObject Event(JobEvent e)
    {
        var json = new JsonObject
        {
            ["object"] = "fine_tuning.job.event",
            ["id"] = e.Id,
            ["created_at"] = e.At.ToUnixTimeSeconds(),
            ["level"] = e.Level,
            ["message"] = e.Message,
            ["type"] = e.Metrics is null ? "message" : "metrics",
            ["data"] = e.Metrics?.Json() ?? [],
        };
        return json;
    }

    static async Task<JsonObject> CheckpointsAsync(string id, HttpRequest request, ServedJobs jobs, CancellationToken cancel)
    {
        var job = (await jobs.FindAsync(id, cancel)).Job;
        var steps = await Task.Run(() => JobHistory.Of(job, jobs.Folder(job)).Steps.ToDictionary(s => s.Step), cancel);
        return ListPage.Of(request, jobs.Checkpoints(job), c => IdOf(job, c), Checkpoint, UsualCheckpoints);

        JsonObject Checkpoint(KeptEpochs.KeptEpoch kept) =>
            new()
            {
                ["object"] = "fine_tuning.job.checkpoint",
                ["id"] = IdOf(job, kept),
                ["created_at"] = new DateTimeOffset(Directory.GetLastWriteTimeUtc(kept.Path)).ToUnixTimeSeconds(),
                ["fine_tuned_model_checkpoint"] = job.CheckpointName(kept.Step),
                ["fine_tuning_job_id"] = job.Id,
                ["step_number"] = kept.Step,
                ["metrics"] = steps.GetValueOrDefault(kept.Step)?.Json() ?? new JsonObject { ["step"] = kept.Step },
            };
    }

    static string IdOf(ServedJob job, KeptEpochs.KeptEpoch kept) => FormattableString.Invariant($"ftckpt-{job.Run}-{kept.Step}");

    /// <summary>Jobs in OpenAI's form. The .NET client refuses null in created_at, status, seed and result_files, and larger numbers than
    /// int in trained_tokens.</summary>
    public sealed class Form(ServedJobs jobs, IOptions<ServingOptions> options)
    {
        public JsonObject Json(JobState state)
        {
            var (job, row) = state;
            var done = row.State == RunState.Succeeded;
            var failed = state.Word == "failed";
            return new()
            {
                ["object"] = "fine_tuning.job",
                ["id"] = job.Id,
                ["model"] = job.Model,
                ["created_at"] = job.Created.ToUnixTimeSeconds(),
                ["finished_at"] = row is { IsOver: true, EndedUtc: { } end }
                    ? new DateTimeOffset(DateTime.SpecifyKind(end, DateTimeKind.Utc)).ToUnixTimeSeconds()
                    : null,
                ["fine_tuned_model"] = done ? job.FineTuned : null,
                ["organization_id"] = "org-" + options.Value.Organization,
                ["result_files"] = done ? new JsonArray(job.ResultFile) : [],
                ["status"] = state.Word,
                ["validation_file"] = job.ValidationFile,
                ["training_file"] = job.TrainingFile,
                ["hyperparameters"] = Hyperparameters(job),
                ["trained_tokens"] = done ? Math.Min(int.MaxValue, Tokens(job)) : null,
                ["error"] = failed
                    ? new JsonObject
                    {
                        ["code"] = row.Code ?? "failed",
                        ["message"] = $"{row.What}. {row.WhatToDo}",
                        ["param"] = null,
                    }
                    : null,
                ["user_provided_suffix"] = job.Suffix,
                ["seed"] = job.Seed,
                ["estimated_finish"] = null,
                ["integrations"] = new JsonArray(),
                ["metadata"] = new JsonObject(job.Metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
                ["method"] = new JsonObject
                {
                    ["type"] = "supervised",
                    ["supervised"] = new JsonObject { ["hyperparameters"] = Hyperparameters(job) },
                },
            };
        }

        /// <summary>Of the epochs that were trained: training ends early where a person stops it.</summary>
        long Tokens(ServedJob job)
        {
            var last = JobHistory.Of(job, jobs.Folder(job)).Steps.LastOrDefault();
            return (long)Math.Round(job.TokensPerEpoch * (last?.Epoch ?? job.Epochs));
        }

        static JsonObject Hyperparameters(ServedJob job) =>
            new()
            {
                ["n_epochs"] = job.Epochs,
                ["batch_size"] = job.BatchSize,
                ["learning_rate_multiplier"] = job.RateMultiplier,
            };
    }
}
