using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Web.Api;

/// <summary>The models of a finished run over HTTP: tables stream, rows are answered, what cannot be used is refused.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class PredictApiTests
{
    static async Task<(LabServer Lab, HttpClient Http, string Run)> FinishedAsync(params (string Name, string Value)[] settings)
    {
        var lab = new LabServer { Settings = { ["LiftLab:Engine"] = "" } };
        foreach (var (name, value) in settings)
            lab.Settings[name] = value;
        var http = new HttpClient { BaseAddress = lab.Start() };
        var run = await lab.QueueAsync(new("knn"), [new("tree")]);
        await lab.UntilAsync(run, RunState.Succeeded);
        return (lab, http, $"/api/runs/{run.Id}/predict");
    }

    static StringContent Points(int rows) =>
        new("a,b\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant($"{i % 61 * 0.1:0.0},{i % 5}\n"))));

    [Fact]
    public async Task A_table_comes_back_with_predictions_as_CSV_and_as_JSON_lines()
    {
        var (lab, http, predict) = await FinishedAsync();
        using var _ = lab;
        using var client = http;
        var answer = await http.PostAsync(predict, new StringContent("a,b,id\n1.10,2,007\n5.0,3,008\n"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("a,b,id,class_predicted,class_probability", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("1.10,2,007,low,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("5.0,3,008,high,", lines[2], StringComparison.Ordinal);
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Contains("extra-columns", answer.Headers.GetValues("LiftLab-Problems").Single(), StringComparison.Ordinal);

        var json = await (await http.PostAsync($"{predict}?learner=all&format=jsonl", Points(2000))).Content.ReadAsStringAsync();
        var rows = json.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(2000, rows.Length);
        Assert.Equal("high", (string?)rows[55]["answers"]!["tree"]!["predicted"]);
        Assert.Equal("high", (string?)rows[55]["answers"]!["knn"]!["predicted"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(lab.Folder, "predictions"))); // nothing is left of a request
    }

    [Fact]
    public async Task Rows_and_the_changes_that_flip_an_answer_are_answered()
    {
        var (lab, http, predict) = await FinishedAsync();
        using var _ = lab;
        using var client = http;
        var rows = await (
            await http.PostAsJsonAsync($"{predict}/rows", new { rows = new[] { new { a = "1.1", b = "2" }, new { a = "9", b = "2" } } })
        ).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(["knn", "tree"], rows.GetProperty("learners").EnumerateArray().Select(l => l.GetProperty("learner").GetString()));
        Assert.Contains("out-of-range", rows.GetProperty("problems").GetRawText(), StringComparison.Ordinal);
        var flips = await (
            await http.PostAsJsonAsync($"{predict}/flips", new { row = new { a = "1.1", b = "2" }, learner = "tree" })
        ).Content.ReadFromJsonAsync<JsonElement>();
        var first = flips.GetProperty("found")[0];
        Assert.Equal(("low", "high"), (first.GetProperty("before").GetString(), first.GetProperty("after").GetString()));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await http.PostAsJsonAsync($"{predict}/rows", new { rows = Array.Empty<object>() })).StatusCode
        );
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_with_the_reason()
    {
        var (lab, http, predict) = await FinishedAsync(("LiftLab:MaxRows", "100"), ("LiftLab:MaxUploadBytes", "100000"));
        using var _ = lab;
        using var client = http;
        await RefusedAsync("", "x,y\n1,2\n", HttpStatusCode.UnprocessableEntity, "missing-features");
        await RefusedAsync("", "", HttpStatusCode.UnprocessableEntity, "empty");
        await RefusedAsync("", "\u0089PNG\r\n", HttpStatusCode.UnprocessableEntity, "problems");
        await RefusedAsync("", await Points(101).ReadAsStringAsync(), HttpStatusCode.UnprocessableEntity, "too-many-rows");
        await RefusedAsync("", await Points(30_000).ReadAsStringAsync(), HttpStatusCode.RequestEntityTooLarge, "larger");
        await RefusedAsync("?learner=oracle", "a,b\n1,2\n", HttpStatusCode.BadRequest, "the run has no 'oracle'");
        await RefusedAsync("?format=parquet", "a,b\n1,2\n", HttpStatusCode.BadRequest, "none of csv, jsonl");
        await RefusedAsync("?own=true", "", HttpStatusCode.UnprocessableEntity, "no-row-without-target");
        var none = await http.PostAsync("/api/runs/none/predict", new StringContent("a,b\n1,2\n"));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);

        async Task RefusedAsync(string query, string body, HttpStatusCode status, string words)
        {
            var answer = await http.PostAsync(predict + query, new StringContent(body));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
            Assert.Contains(words, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task A_process_that_dies_in_the_middle_breaks_the_response_off_and_the_next_request_is_answered()
    {
        var (lab, http, predict) = await FinishedAsync();
        using var _ = lab;
        using var client = http;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{predict}?learner=all") { Content = Points(400_000) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var pool = lab.Get<ResidentPool>();
        using (var process = System.Diagnostics.Process.GetProcessById(pool.Find(pool.Open.Single())!.Id))
            process.Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(predict, Points(3))).StatusCode);

        // the worker goes with the run
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync(predict[..^"/predict".Length])).StatusCode);
        await Eventually.TrueAsync(() => pool.Open.Count == 0);
    }
}
