using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;

namespace LiftLab.Tests.Web.Api;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class RunApiTests
{
    static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone();

    [Fact]
    public async Task A_script_takes_a_table_from_upload_to_predictions()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var uploaded = await JsonOf(await http.PostAsync("/api/datasets?name=two.csv", new StringContent(TestRuns.TwoClasses)));
        var dataset = uploaded.GetProperty("dataset").GetProperty("id").GetString();
        var started = await http.PostAsJsonAsync(
            "/api/runs",
            new
            {
                datasetId = dataset,
                name = "from a script",
                learner = new { name = "knn" },
                baselines = new[] { new { name = "majority" } },
            }
        );
        Assert.Equal(HttpStatusCode.Created, started.StatusCode);
        var run = started.Headers.Location!;
        await Eventually.TrueAsync(async () =>
            (await http.GetFromJsonAsync<JsonElement>(run)).GetProperty("state").GetString() == "succeeded"
        );

        var report = await http.GetFromJsonAsync<JsonElement>($"{run}/report");
        Assert.Equal(1, report.GetProperty("learner").GetProperty("scores")[0].GetProperty("value").GetDouble());
        var events = await http.GetFromJsonAsync<RunEvent[]>($"{run}/events?after=2", RunJson.Line);
        Assert.Equal(3, events![0].Sequence);
        Assert.StartsWith("row,a,b,class,class_predicted", await http.GetStringAsync($"{run}/predictions"), StringComparison.Ordinal);
        Assert.Equal(24, (await http.GetFromJsonAsync<JsonElement>($"{run}/results/majority")).GetProperty("answers").GetArrayLength());
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync($"{run}/cancel", null)).StatusCode);

        // a second stage is named by the first one's id; nearest neighbours leave no weights, and a run that is not there leaves nothing
        Task<HttpResponseMessage> ContinueAsync(string id) =>
            http.PostAsJsonAsync(
                "/api/runs",
                new
                {
                    datasetId = dataset,
                    name = "second",
                    learner = new { name = "lift", settings = new { start = id } },
                    baselines = Array.Empty<object>(),
                }
            );
        var refused = await ContinueAsync(run.ToString().Split('/')[^1]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("start-missing", (await JsonOf(refused)).GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await ContinueAsync("20200101-000000-none")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync(run)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(run)).StatusCode);
    }

    [Fact]
    public async Task A_draft_is_planned_without_being_started()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var uploaded = await JsonOf(await http.PostAsync("/api/datasets?name=two.csv", new StringContent(TestRuns.TwoClasses)));
        var dataset = uploaded.GetProperty("dataset").GetProperty("id").GetString();
        Task<HttpResponseMessage> PlanAsync(string baseline) =>
            http.PostAsJsonAsync(
                "/api/runs/plan",
                new
                {
                    datasetId = dataset,
                    name = "a draft",
                    learner = new { name = "lift" },
                    baselines = new[] { new { name = baseline } },
                }
            );
        var plan = await JsonOf(await PlanAsync("knn"));
        Assert.True(plan.GetProperty("canStart").GetBoolean());
        Assert.Equal(76, plan.GetProperty("rows").GetProperty("train").GetInt32());
        Assert.True(plan.GetProperty("steps").GetInt64() > 0 && plan.GetProperty("tokens").GetInt64() > 0);
        Assert.False(plan.TryGetProperty("seconds", out _)); // no run has finished here
        Assert.Equal("knn", plan.GetProperty("learners")[1].GetProperty("learner").GetString());

        var wrong = await JsonOf(await PlanAsync("no-such-learner"));
        Assert.False(wrong.GetProperty("canStart").GetBoolean());
        Assert.Equal("bad-setting", wrong.GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.Equal(0, (await http.GetFromJsonAsync<JsonElement>("/api/runs")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task What_is_refused_says_why()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var bad = await http.PostAsync("/api/datasets?name=bad.csv", new StringContent(""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        Assert.True((await JsonOf(bad)).GetProperty("problems").GetArrayLength() > 0);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/runs/no-such-run/report")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/datasets/" + Guid.Empty)).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/api/datasets?name=x.csv")
        {
            Content = new StringContent(TestRuns.TwoClasses),
        };
        foreign.Headers.Add("Origin", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(foreign)).StatusCode);
    }

    [Fact]
    public async Task The_description_of_the_API_names_every_path()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var paths = (await http.GetFromJsonAsync<JsonElement>("/openapi/v1.json"))
            .GetProperty("paths")
            .EnumerateObject()
            .Select(p => p.Name)
            .ToHashSet();
        Assert.Empty(
            (
                (string[])
                    [
                        "/api/runs",
                        "/api/runs/plan",
                        "/api/runs/{id}",
                        "/api/runs/{id}/events",
                        "/api/runs/{id}/report",
                        "/api/runs/{id}/predictions",
                        "/api/datasets",
                        "/api/datasets/{id}",
                    ]
            ).Except(paths)
        );
    }

    [Fact]
    public async Task With_an_access_token_nothing_but_health_and_files_is_open()
    {
        const string token = "a-token-of-this-test";
        using var lab = new LabServer();
        lab.Settings["LiftLab:AccessToken"] = token;
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = lab.Start() };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/openapi/v1.json")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await http.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/favicon.svg")).StatusCode);

        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/runs");
        asked.Headers.Authorization = new("Bearer", token);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(asked)).StatusCode);

        var page = await http.GetStringAsync("/login?returnUrl=%2F%2Fevil.example");
        var field = System
            .Text.RegularExpressions.Regex.Match(page, """name="__RequestVerificationToken" value="([^"]+)""")
            .Groups[1]
            .Value;
        Task<HttpResponseMessage> SignInAsync(string given) =>
            http.PostAsync(
                "/login",
                new FormUrlEncodedContent([
                    new("token", given),
                    new("returnUrl", "//evil.example"),
                    new("__RequestVerificationToken", WebUtility.HtmlDecode(field)),
                ])
            );
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync("not-the-token-at-all")).StatusCode);
        var signedIn = await SignInAsync(token);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (signedIn.StatusCode, signedIn.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/runs")).StatusCode); // by cookie now
        await SignInAsync("guess-number-three-x");
        await SignInAsync("guess-number-four-xx");
        await SignInAsync("guess-number-five-xx");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await SignInAsync("guess-number-six-xxx")).StatusCode);
    }
}
