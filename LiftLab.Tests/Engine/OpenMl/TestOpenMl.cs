using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.Hub;
using LiftLab.Engine.OpenMl;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Engine.OpenMl;

/// <summary>A server on loopback with the manners of OpenML: errors are 412 with a code, numbers are texts.</summary>
sealed class TestOpenMl : IAsyncDisposable
{
    readonly WebApplication app;

    TestOpenMl(WebApplication app) => this.app = app;

    /// <param name="Parquet">Null: the dataset has no Parquet file.</param>
    public sealed record Entry(int Id, string Name, int Version, byte[]? File, byte[]? Parquet = null)
    {
        public string Status { get; init; } = "active";
        public JsonObject More { get; init; } = [];
        public JsonArray Features { get; init; } = [];
        public (int Rows, int Columns)? Size { get; init; }
    }

    public ConcurrentDictionary<int, Entry> Entries { get; } = [];

    /// <summary>Tasks with their datasets.</summary>
    public Dictionary<int, int> Tasks { get; } = [];
    public ConcurrentQueue<(string Path, string? Range)> Requests { get; } = [];

    /// <summary>Each entry lets one answer of a file end when the client has received so many bytes of it.</summary>
    public ConcurrentQueue<int> Cuts { get; } = [];

    /// <summary>What the client says that it has received.</summary>
    public IProgress<DownloadProgress> Received { get; } = new Count();

    sealed class Count : IProgress<DownloadProgress>
    {
        readonly Lock door = new();
        long done,
            wanted = long.MaxValue;
        TaskCompletionSource reached = new();

        public void Report(DownloadProgress value)
        {
            lock (door)
                if ((done = value.Done) >= wanted)
                    reached.TrySetResult();
        }

        public Task ReachedAsync(long bytes)
        {
            lock (door)
                return done >= bytes
                    ? Task.CompletedTask
                    : ((wanted, reached) = (bytes, new(TaskCreationOptions.RunContinuationsAsynchronously))).reached.Task;
        }
    }

    /// <summary>Answers of files carry a wrong byte.</summary>
    public bool IsSpoilt { get; set; }

    /// <summary>Sent as the answer to every request, with this status.</summary>
    public (int Status, string Text)? Instead { get; set; }

    /// <summary>Requests of the API are not answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Files are not there.</summary>
    public bool HasNoFiles { get; set; }

    /// <summary>Answers of files do not say how long they are.</summary>
    public bool HidesLength { get; set; }

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public OpenMlOptions Options => new() { Endpoint = Address, DownloadRetries = 3 };

    public static async Task<TestOpenMl> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        var server = new TestOpenMl(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public static byte[] Iris { get; } =
        Encoding.UTF8.GetBytes(
            "% made up\n@RELATION iris\n@ATTRIBUTE nr INTEGER\n@ATTRIBUTE sepal REAL\n@ATTRIBUTE grade {1,2}\n@ATTRIBUTE note STRING\n"
                + "@ATTRIBUTE class {Iris-setosa,Iris-virginica}\n@DATA\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 60)
                        .Select(i =>
                            FormattableString.Invariant(
                                $"{9 * i % 67},{4 + i % 7 * 0.3:0.0},{i % 5 % 2 + 1},n{i % 9},Iris-{(i % 3 == 0 ? "setosa" : "virginica")}\n"
                            )
                        )
                )
        );

    /// <summary>Adds a made-up iris with a row identifier and an attribute to ignore.</summary>
    public Entry AddIris(int id = 61, int version = 1, string name = "iris") =>
        Entries[id] = new(id, name, version, Iris)
        {
            Size = (60, 5),
            More = new()
            {
                ["licence"] = "CC0",
                ["creator"] = new JsonArray("R.A. Fisher", "E. Anderson"),
                ["citation"] = "Fisher, 1936",
                ["description"] = "**Author**: R.A. Fisher",
                ["default_target_attribute"] = "class",
                ["row_id_attribute"] = "nr",
                ["ignore_attribute"] = new JsonArray("note"),
            },
        };

    async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Requests.Enqueue((path, http.Request.Headers.Range.FirstOrDefault()));
        if (Instead is { } instead)
        {
            http.Response.StatusCode = instead.Status;
            await http.Response.WriteAsync(instead.Text);
        }
        else if (path.StartsWith("/files/", StringComparison.Ordinal))
            await SendAsync(http, path["/files/".Length..]);
        else if (IsSilent)
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        else
        {
            var answer = Answer(path["/api/v1/json/".Length..].Split('/'));
            http.Response.StatusCode = answer.ContainsKey("error") ? 412 : 200;
            await http.Response.WriteAsync(answer.ToJsonString());
        }
    }

    JsonObject Answer(string[] path) =>
        path switch
        {
            ["data", "list", "data_name", var name, "status", var status] => List(Uri.UnescapeDataString(name), status),
            ["data", "features", var id] => Entries.TryGetValue(Number(id), out var e) && e.Features.Count > 0
                ? new() { ["data_features"] = new JsonObject { ["feature"] = e.Features.DeepClone() } }
                : Error(272, "No features found"),
            ["data", "qualities", var id] => Entries.TryGetValue(Number(id), out var e) && e.Size is not null
                ? new() { ["data_qualities"] = new JsonObject { ["quality"] = Qualities(e) } }
                : Error(362, "No qualities found"),
            ["data", var id] => Entries.TryGetValue(Number(id), out var e) ? Described(e) : Error(111, "Unknown dataset"),
            ["task", var id] => Tasks.TryGetValue(Number(id), out var of)
                ? new()
                {
                    ["task"] = new JsonObject
                    {
                        ["task_id"] = id,
                        ["input"] = new JsonArray(
                            new JsonObject
                            {
                                ["data_set"] = new JsonObject { ["data_set_id"] = of.ToString(CultureInfo.InvariantCulture) },
                            },
                            new JsonObject { ["name"] = "estimation_procedure" }
                        ),
                    },
                }
                : Error(151, "Unknown task"),
            _ => Error(100, "Function not valid"),
        };

    JsonObject List(string name, string status)
    {
        JsonNode[] found =
        [
            .. Entries
                .Values.Where(e => e.Name == name && e.Status == status)
                .Select(e => new JsonObject
                {
                    ["did"] = e.Id,
                    ["name"] = e.Name,
                    ["version"] = e.Version,
                    ["status"] = e.Status,
                    ["quality"] = Qualities(e),
                }),
        ];
        return found.Length == 0 ? Error(372, "No results") : new() { ["data"] = new JsonObject { ["dataset"] = new JsonArray(found) } };
    }

    static JsonArray Qualities(Entry entry) =>
        entry.Size is { } size
            ?
            [
                new JsonObject { ["name"] = "NumberOfInstances", ["value"] = $"{size.Rows}.0" },
                new JsonObject { ["name"] = "NumberOfFeatures", ["value"] = $"{size.Columns}.0" },
                new JsonObject { ["name"] = "Dimensionality", ["value"] = new JsonArray() },
            ]
            : [];

    JsonObject Described(Entry entry)
    {
        var id = entry.Id.ToString(CultureInfo.InvariantCulture);
        var told = new JsonObject
        {
            ["id"] = id,
            ["name"] = entry.Name,
            ["version"] = entry.Version.ToString(CultureInfo.InvariantCulture),
            ["format"] = "ARFF",
            ["status"] = entry.Status,
        };
        if (entry.File is { } file)
        {
            told["url"] = $"{Address}files/{id}.arff";
            told["md5_checksum"] = Md5(file);
        }
        if (entry.Parquet is not null)
            told["parquet_url"] = $"{Address}files/{id}.pq";
        foreach (var (name, value) in entry.More)
            told[name] = value?.DeepClone();
        return new() { ["data_set_description"] = told };
    }

    /// <summary>The checksum that OpenML publishes.</summary>
    public static string Md5(byte[] file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(file);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static JsonObject Error(int code, string message) =>
        new()
        {
            ["error"] = new JsonObject { ["code"] = code.ToString(CultureInfo.InvariantCulture), ["message"] = message },
        };

    static int Number(string id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    async Task SendAsync(HttpContext http, string name)
    {
        var entry = Entries.GetValueOrDefault(Number(Path.GetFileNameWithoutExtension(name)));
        if (HasNoFiles || (name.EndsWith(".pq", StringComparison.Ordinal) ? entry?.Parquet : entry?.File) is not { } content)
        {
            http.Response.StatusCode = 404;
            return;
        }
        var from = 0;
        if (http.Request.Headers.Range.FirstOrDefault() is { } range)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        var body = content[from..];
        if (IsSpoilt)
            body[^2] ^= 1;
        if (!HidesLength)
            http.Response.ContentLength = body.Length;
        if (Cuts.TryDequeue(out var cut))
        {
            await http.Response.Body.WriteAsync(body.AsMemory(0, cut));
            await http.Response.Body.FlushAsync();
            await ((Count)Received).ReachedAsync(from + cut);
            http.Abort();
            return;
        }
        await http.Response.Body.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
