using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Engine.Hub;

/// <summary>
/// A hub of our own on loopback, with the manners and the bad manners of the real one. Large files come from a second host name.
/// </summary>
sealed class TestHub : IAsyncDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    readonly WebApplication app;

    TestHub(WebApplication app) => this.app = app;

    public string Id { get; set; } = "someone/small-model";
    public Dictionary<string, byte[]> Files { get; } = [];
    public JsonObject Card { get; } = new() { ["license"] = "apache-2.0" };
    public ConcurrentQueue<(string Path, string? Range, bool Token)> Requests { get; } = [];

    /// <summary>Each entry lets one answer of weights end after so many bytes.</summary>
    public ConcurrentQueue<int> Cuts { get; } = [];

    /// <summary>Each entry refuses one request for a file: status, and what Retry-After says.</summary>
    public ConcurrentQueue<(int Status, string? RetryAfter)> Refusals { get; } = [];
    public bool IgnoresRanges { get; set; }

    /// <summary>Changes the description of the model before it is sent.</summary>
    public Action<JsonObject>? Description { get; set; }

    /// <summary>Sent instead of the description.</summary>
    public string? DescriptionText { get; set; }

    /// <summary>Where requests for weights are sent; null for the second host name.</summary>
    public string? RedirectsTo { get; set; }

    /// <summary>So many bytes at the end of the weights are not there.</summary>
    public int Lacks { get; set; }

    /// <summary>Answers of weights do not say how long they are.</summary>
    public bool HidesLength { get; set; }

    /// <summary>So many answers of weights carry a wrong byte.</summary>
    public int WrongAnswers { get; set; }
    public (int Status, string? Code)? Closed { get; set; }
    public string? TokenWanted { get; set; }

    /// <summary>Weights stop here and then nothing is said, until the test ends.</summary>
    public int? SilentAfter { get; set; }

    /// <summary>Called when weights have been sent up to <see cref="SilentAfter"/>.</summary>
    public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<TestHub> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        var hub = new TestHub(builder.Build());
        hub.app.Run(hub.AnswerAsync);
        await hub.app.StartAsync();
        return hub;
    }

    async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var token = http.Request.Headers.Authorization.ToString();
        Requests.Enqueue((path, http.Request.Headers.Range.FirstOrDefault(), token.Length > 0));
        if (path.StartsWith("/cdn/", StringComparison.Ordinal))
        {
            await SendWeightsAsync(http, Files[path["/cdn/".Length..]]);
            return;
        }
        if (Closed is { } closed)
        {
            if (closed.Code is not null)
                http.Response.Headers["X-Error-Code"] = closed.Code;
            http.Response.StatusCode = closed.Status;
        }
        else if (TokenWanted is not null && token != "Bearer " + TokenWanted)
            http.Response.StatusCode = 401;
        else if (path == $"/api/models/{Id}/revision/main")
            await http.Response.WriteAsync(DescriptionText ?? Described().ToJsonString());
        else if (
            path.StartsWith($"/{Id}/resolve/{Commit}/", StringComparison.Ordinal)
            && Files.TryGetValue(path[$"/{Id}/resolve/{Commit}/".Length..], out var content)
        )
            await SendFileAsync(http, path[$"/{Id}/resolve/{Commit}/".Length..], content);
        else
            http.Response.StatusCode = 404;
    }

    async Task SendFileAsync(HttpContext http, string name, byte[] content)
    {
        if (Refusals.TryDequeue(out var refusal))
        {
            http.Response.StatusCode = refusal.Status;
            if (refusal.RetryAfter is not null)
                http.Response.Headers.RetryAfter = refusal.RetryAfter;
        }
        else if (IsLarge(name) && RedirectsTo is { } target)
        {
            http.Response.StatusCode = 302;
            http.Response.Headers.Location = target;
        }
        else if (IsLarge(name))
            http.Response.Redirect($"http://localhost:{http.Request.Host.Port}/cdn/{name}");
        else
            await http.Response.Body.WriteAsync(content);
    }

    async Task SendWeightsAsync(HttpContext http, byte[] content)
    {
        var from = 0;
        content = content[..^Lacks];
        if (!IgnoresRanges && http.Request.Headers.Range.FirstOrDefault() is { } range)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            if (from >= content.Length)
            {
                http.Response.StatusCode = 416;
                return;
            }
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        var body = content[from..];
        if (WrongAnswers > 0)
        {
            WrongAnswers--;
            body[^1] ^= 1;
        }
        if (!HidesLength)
            http.Response.ContentLength = body.Length;
        if (SilentAfter is { } silent)
        {
            await http.Response.Body.WriteAsync(body.AsMemory(0, silent));
            await http.Response.Body.FlushAsync();
            Reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }
        if (Cuts.TryDequeue(out var cut) && cut < body.Length)
        {
            await http.Response.Body.WriteAsync(body.AsMemory(0, cut));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }
        await http.Response.Body.WriteAsync(body);
    }

    static bool IsLarge(string name) =>
        name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);

    JsonObject Described()
    {
        var told = Truth();
        Description?.Invoke(told);
        return told;
    }

    JsonObject Truth() =>
        new()
        {
            ["id"] = Id,
            ["sha"] = Commit,
            ["gated"] = false,
            ["cardData"] = Card.DeepClone(),
            ["siblings"] = new JsonArray([
                .. Files.Select(f =>
                    (JsonNode)(
                        IsLarge(f.Key)
                            ? new JsonObject
                            {
                                ["rfilename"] = f.Key,
                                ["size"] = 134,
                                ["lfs"] = new JsonObject
                                {
                                    ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(f.Value)),
                                    ["size"] = f.Value.Length,
                                },
                            }
                            : new JsonObject
                            {
                                ["rfilename"] = f.Key,
                                ["size"] = f.Value.Length,
                                ["blobId"] = GitName(f.Value),
                            }
                    )
                ),
            ]),
        };

    static string GitName(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
