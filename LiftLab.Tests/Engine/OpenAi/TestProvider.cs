using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LiftLab.Engine.OpenAi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Engine.OpenAi;

/// <summary>
/// A provider of our own on loopback. Its fine-tuned models answer with the completion of the training row whose numbers are nearest, so
/// that a job really depends on its file. Its bad manners are set by the tests.
/// </summary>
sealed partial class TestProvider : IAsyncDisposable
{
    public const string Key = "sk-planted-0123456789";
    const int Steps = 6;

    readonly WebApplication app;
    readonly ConcurrentDictionary<string, (string Name, string Content)> files = new();
    readonly List<JsonObject> jobs = [];
    readonly ConcurrentDictionary<string, int> looks = new();
    readonly Lock gate = new();

    TestProvider(WebApplication app) => this.app = app;

    public ConcurrentQueue<(string Method, string Path, string Body)> Requests { get; } = [];

    /// <summary>Answers instead of the provider where it returns true.</summary>
    public Func<HttpContext, string, Task<bool>> Instead { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>Whether completions repeat the prompt with its log-probabilities.</summary>
    public bool Echoes { get; set; } = true;

    public bool GivesLogProbabilities { get; set; } = true;

    /// <summary>Looks at a job before it has succeeded.</summary>
    public int LooksUntilDone { get; set; } = 2;

    /// <summary>The models that it lists, with the last day of each as Unix time; null for none.</summary>
    public Dictionary<string, long?> Models { get; } = new(StringComparer.Ordinal) { ["tiny"] = null };

    /// <summary>Ids of files and models that were deleted.</summary>
    public ConcurrentQueue<string> Deleted { get; } = [];

    /// <summary>The key that it accepts; null to accept any.</summary>
    public string? Accepts { get; set; }

    /// <summary>The state in which every job ends.</summary>
    public string End { get; set; } = "succeeded";

    public IReadOnlyList<JsonObject> Jobs
    {
        get
        {
            lock (gate)
                return [.. jobs];
        }
    }

    /// <summary>Names of the fine-tuned models that were not deleted.</summary>
    public IReadOnlyList<string> FineTuned =>
        [.. Jobs.Select(j => (string?)j["fine_tuned_model"]).OfType<string>().Where(m => !Deleted.Contains(m))];

    public IReadOnlyCollection<string> FileNames => [.. files.Values.Select(f => f.Name)];

    public Provider Provider =>
        new(
            "test",
            "compatible",
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1"
        );

    public static async Task<TestProvider> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        var provider = new TestProvider(builder.Build());
        provider.app.Run(provider.AnswerAsync);
        await provider.app.StartAsync();
        return provider;
    }

    async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!["/v1/".Length..];
        var isForm = http.Request.HasFormContentType;
        var body = isForm ? "" : await new StreamReader(http.Request.Body).ReadToEndAsync();
        Requests.Enqueue((http.Request.Method, path, body));
        http.Response.Headers["x-request-id"] = "req-7";
        if (await Instead(http, path))
            return;
        if (Accepts is { } key && http.Request.Headers.Authorization != $"Bearer {key}")
        {
            await RefuseAsync(http, 401, $"Incorrect API key provided: {http.Request.Headers.Authorization}", "invalid_api_key");
            return;
        }
        var json = body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : [];
        var answer = (http.Request.Method, path.Split('/')) switch
        {
            ("POST", ["files"]) => await StoreAsync(http),
            ("GET", ["files"]) => Page(files.Select(f => File(f.Key))),
            ("GET", ["files", var id]) when files.ContainsKey(id) => File(id),
            ("DELETE", ["files", var id]) => Delete(id),
            ("GET", ["models"]) => Page(Models.Keys.Concat(FineTuned).Select(Model)),
            ("GET", ["models", var id]) when Models.Keys.Concat(FineTuned).Contains(Uri.UnescapeDataString(id)) => Model(
                Uri.UnescapeDataString(id)
            ),
            ("DELETE", ["models", var id]) => Delete(Uri.UnescapeDataString(id)),
            ("POST", ["fine_tuning", "jobs"]) when !files.ContainsKey((string?)json["training_file"] ?? "") => null,
            ("POST", ["fine_tuning", "jobs"]) => Create(json, http.Request.Headers["Idempotency-Key"].ToString()),
            ("GET", ["fine_tuning", "jobs"]) => Page(Jobs.Reverse()),
            ("GET", ["fine_tuning", "jobs", var id]) when Job(id) is { } job => Look(job),
            ("GET", ["fine_tuning", "jobs", var id, "events"]) => Page(Events(id).Reverse()),
            ("GET", ["fine_tuning", "jobs", var id, "checkpoints"]) => Page([Checkpoint(id)]),
            ("POST", ["fine_tuning", "jobs", var id, "cancel"]) => Cancel(Job(id)!),
            ("POST", ["completions"]) => Complete(json),
            ("POST", ["chat", "completions"]) => Chat(json),
            _ => null,
        };
        if (answer is null)
            await RefuseAsync(
                http,
                404,
                path == "fine_tuning/jobs" ? "there is no such training_file" : "there is no such thing",
                "not_found"
            );
        else
            await http.Response.WriteAsync(answer.ToJsonString());
    }

    public static Task RefuseAsync(HttpContext http, int status, string message, string code)
    {
        http.Response.StatusCode = status;
        var error = new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = message, ["code"] = code },
        };
        return http.Response.WriteAsync(error.ToJsonString());
    }

    async Task<JsonObject> StoreAsync(HttpContext http)
    {
        var file = (await http.Request.ReadFormAsync()).Files[0];
        using var reader = new StreamReader(file.OpenReadStream());
        var id = FormattableString.Invariant($"file-{files.Count + 1}");
        files[id] = (file.FileName, await reader.ReadToEndAsync());
        return File(id);
    }

    JsonObject File(string id) =>
        new()
        {
            ["id"] = id,
            ["object"] = "file",
            ["filename"] = files[id].Name,
            ["status"] = "processed",
        };

    JsonObject Model(string id) =>
        new()
        {
            ["id"] = id,
            ["object"] = "model",
            ["shutdown_date"] = Models.GetValueOrDefault(id),
        };

    JsonObject Delete(string id)
    {
        Deleted.Enqueue(id);
        return new() { ["id"] = id, ["deleted"] = true };
    }

    static JsonObject Page(IEnumerable<JsonObject> items) =>
        new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. items.Select(i => i.DeepClone())]),
            ["has_more"] = false,
        };

    JsonObject Create(JsonObject asked, string key)
    {
        lock (gate)
        {
            if (jobs.FirstOrDefault(j => j["idempotency"]?.GetValue<string>() == key && key.Length > 0) is { } same)
                return same;
            var job = asked.DeepClone().AsObject();
            job["id"] = FormattableString.Invariant($"ftjob-{jobs.Count + 1}");
            job["status"] = "validating_files";
            job["idempotency"] = key;
            jobs.Add(job);
            return job;
        }
    }

    JsonObject? Job(string id) => Jobs.FirstOrDefault(j => j["id"]!.GetValue<string>() == id);

    JsonObject Look(JsonObject job)
    {
        var id = job["id"]!.GetValue<string>();
        lock (gate)
        {
            var seen = looks.AddOrUpdate(id, 1, (_, n) => n + 1);
            if (job["status"]!.GetValue<string>() == "cancelled")
                return job;
            job["status"] =
                seen > LooksUntilDone ? End
                : seen > 1 ? "running"
                : "queued";
            if (seen > LooksUntilDone && End == "succeeded")
                (job["fine_tuned_model"], job["trained_tokens"]) = ($"ft:{job["model"]}:lab:{id}", 1234);
            if (seen > LooksUntilDone && End == "failed")
                job["error"] = new JsonObject { ["message"] = "the file has too few rows" };
            return job;
        }
    }

    JsonObject Cancel(JsonObject job)
    {
        lock (gate)
            job["status"] = "cancelled";
        return job;
    }

    /// <summary>Oldest first: as many steps as looks, all at the end.</summary>
    IEnumerable<JsonObject> Events(string id)
    {
        var done = Math.Min(Steps, looks.GetValueOrDefault(id) * Steps / Math.Max(1, LooksUntilDone + 1));
        for (var step = 1; step <= done; step++)
            yield return new JsonObject
            {
                ["id"] = FormattableString.Invariant($"ftevent-{step}"),
                ["created_at"] = 1_700_000_000 + step,
                ["level"] = "info",
                ["type"] = "metrics",
                ["message"] = FormattableString.Invariant($"Step {step}/{Steps}"),
                ["data"] = new JsonObject
                {
                    ["step"] = step,
                    ["total_steps"] = Steps,
                    ["train_loss"] = 1.0 / step,
                    ["valid_loss"] = step % 2 == 0 ? 1.5 / step : null,
                },
            };
    }

    static JsonObject Checkpoint(string id) =>
        new()
        {
            ["id"] = "ftckpt-1",
            ["step_number"] = 3,
            ["fine_tuned_model_checkpoint"] = $"ft:tiny:lab:{id}:ckpt-step-3",
        };

    JsonObject Complete(JsonObject asked)
    {
        var prompts = asked["prompt"] is JsonArray list ? list.Select(p => p!.GetValue<string>()) : [asked["prompt"]!.GetValue<string>()];
        var model = asked["model"]!.GetValue<string>();
        var choices = new JsonArray();
        foreach (var prompt in prompts)
            choices.Add(
                asked["echo"]?.GetValue<bool>() == true && Echoes
                    ? Echo(model, prompt, choices.Count)
                    : new JsonObject
                    {
                        ["index"] = choices.Count,
                        ["text"] = Nearest(model, prompt) ?? "?",
                        ["logprobs"] =
                            GivesLogProbabilities && asked["logprobs"] is not null
                                ? new JsonObject { ["top_logprobs"] = new JsonArray(Top(model, prompt)) }
                                : null,
                    }
            );
        return new()
        {
            ["choices"] = choices,
            ["usage"] = new JsonObject { ["prompt_tokens"] = 20, ["completion_tokens"] = 2 },
        };
    }

    JsonObject Top(string model, string prompt)
    {
        var right = (Nearest(model, prompt) ?? "?")[..1];
        return new() { [right] = -0.1, [right == "0" ? "1" : "0"] = -2.5 };
    }

    /// <summary>One token a character; those of the right answer are likely.</summary>
    JsonObject Echo(string model, string text, int index)
    {
        var cut = text.LastIndexOf("###", StringComparison.Ordinal);
        var prompt = cut < 0 ? text : text[..(cut + 3)];
        var right = Nearest(model, prompt) ?? "";
        var logs = text.Select(
                (c, i) =>
                    i == 0 ? (double?)null
                    : i < prompt.Length ? -1
                    : Log(i - prompt.Length, c)
            )
            .ToArray();
        double Log(int at, char c) => at < right.Length && right[at] == c ? -0.01 : -3 - c / 1000.0;
        return new()
        {
            ["index"] = index,
            ["text"] = text,
            ["logprobs"] = new JsonObject
            {
                ["token_logprobs"] = new JsonArray([.. logs.Select(l => (JsonNode?)l)]),
                ["text_offset"] = new JsonArray([.. Enumerable.Range(0, text.Length).Select(i => (JsonNode?)i)]),
            },
        };
    }

    JsonObject Chat(JsonObject asked)
    {
        var prompt = asked["messages"]!.AsArray()[^1]!["content"]!.GetValue<string>();
        var model = asked["model"]!.GetValue<string>();
        var choice = new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = Nearest(model, prompt) ?? "I do not know" },
        };
        return new()
        {
            ["choices"] = new JsonArray(choice),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 30, ["completion_tokens"] = 3 },
        };
    }

    /// <summary>The completion of the nearest training row; null for a model that was not fine-tuned.</summary>
    string? Nearest(string model, string prompt)
    {
        if (Jobs.FirstOrDefault(j => model.Contains(j["id"]!.GetValue<string>(), StringComparison.Ordinal)) is not { } job)
            return null;
        var asked = Numbers(prompt);
        return files[job["training_file"]!.GetValue<string>()]
            .Content.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .Select(row =>
                row["messages"] is JsonArray messages
                    ? (Prompt: messages[0]!["content"]!.GetValue<string>(), Completion: messages[1]!["content"]!.GetValue<string>())
                    : (Prompt: row["prompt"]!.GetValue<string>(), Completion: row["completion"]!.GetValue<string>())
            )
            .MinBy(row => Numbers(row.Prompt).Zip(asked, (a, b) => (a - b) * (a - b)).Sum())
            .Completion;
    }

    static double[] Numbers(string text) => [.. Number().Matches(text).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
