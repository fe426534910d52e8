using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftLab.Web.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web;

/// <summary>Who reaches the lab: sessions, tokens, addresses, names, files.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class AccessTests : IDisposable
{
    const string Token = "a-token-of-this-test",
        Another = "another-token-of-this-test";

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    LabServer Lab(string token)
    {
        var lab = new LabServer(folder);
        lab.Settings["LiftLab:AccessToken"] = token;
        lab.Start();
        return lab;
    }

    static HttpClient Client(LabServer lab, CookieContainer cookies) =>
        new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = lab.Address };

    static async Task<string> FieldAsync(HttpClient http, string page) =>
        WebUtility.HtmlDecode(
            Regex.Match(await http.GetStringAsync(page), """name="__RequestVerificationToken" value="([^"]+)""").Groups[1].Value
        );

    [Fact]
    public async Task A_changed_token_ends_old_sessions_and_signing_out_ends_one_also_for_a_copied_cookie()
    {
        var cookies = new CookieContainer();
        using (var lab = Lab(Token))
        {
            using var http = Client(lab, cookies);
            // the address that a start with --token auto prints
            Assert.Equal(HttpStatusCode.Redirect, (await http.GetAsync("/login?token=" + Token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/runs")).StatusCode);

            var copy = new CookieContainer();
            copy.Add(cookies.GetAllCookies());
            using var thief = Client(lab, copy);
            Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync("/api/runs")).StatusCode);
            var field = await FieldAsync(http, "/logout");
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/runs")).StatusCode); // looking at the page signs nobody out
            var left = await http.PostAsync("/logout", new FormUrlEncodedContent([new("__RequestVerificationToken", field)]));
            Assert.Equal("/login", left.Headers.Location?.ToString());
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/runs")).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await thief.GetAsync("/api/runs")).StatusCode);
            await http.GetAsync("/login?token=" + Token);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/runs")).StatusCode);
        }
        var port = cookies.GetAllCookies().Count;
        Assert.True(port > 0);
        using (var lab = Lab(Token)) // a restart with the same token keeps the session
        {
            using var http = Client(lab, cookies);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/runs")).StatusCode);
        }
        using (var lab = Lab(Another))
        {
            using var http = Client(lab, cookies);
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/runs")).StatusCode);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Guesses_of_the_token_are_limited_however_they_are_made(bool inAddress)
    {
        using var lab = Lab(Token);
        using var http = Client(lab, new());
        async Task<HttpStatusCode> TryAsync(string token)
        {
            if (inAddress)
                return (await http.GetAsync("/login?token=" + token)).StatusCode;
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs");
            request.Headers.Authorization = new("Bearer", token);
            return (await http.SendAsync(request)).StatusCode;
        }
        Assert.Equal(inAddress ? HttpStatusCode.Redirect : HttpStatusCode.OK, await TryAsync(Token));
        for (var guess = 0; guess < TokenGuesses.Most; guess++)
            Assert.Equal(HttpStatusCode.Unauthorized, await TryAsync($"guess-number-{guess}-of-many"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync("one-guess-more-than-allowed"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await TryAsync(Token)); // a right guess is not told from a wrong one
    }

    [Fact]
    public void A_wrong_token_is_forgotten_after_a_minute()
    {
        var clock = new MovedClock();
        var guesses = new TokenGuesses(clock);
        for (var i = 0; i < TokenGuesses.Most; i++)
            guesses.Add("10.0.0.1");
        Assert.True(guesses.IsBlocked("10.0.0.1"));
        Assert.False(guesses.IsBlocked("10.0.0.2"));
        clock.Now += TimeSpan.FromSeconds(61);
        Assert.False(guesses.IsBlocked("10.0.0.1"));
        guesses.Add("10.0.0.1");
        Assert.False(guesses.IsBlocked("10.0.0.1"));
    }

    sealed class MovedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    [Theory]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:5000", false)]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:5000", true)]
    [InlineData("http_ports", "8080", false)]
    [InlineData("https_ports", "8443", false)]
    [InlineData("urls", "http://127.0.0.1:1;http://*:2", false)]
    [InlineData("urls", "http://+:80", false)]
    [InlineData("urls", "http://[::]:80", false)]
    [InlineData("urls", "http://192.168.1.5:80", false)]
    [InlineData("urls", "http://my-machine:80", false)]
    [InlineData("urls", "http://localhost:80;http://[::1]:81;http://127.0.0.9:82;http://unix:/tmp/x.sock", true)]
    public void Settings_that_open_the_lab_are_recognised(string setting, string value, bool local)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();
        var named = ListenAddresses.Named(configuration).ToArray();
        Assert.NotEmpty(named);
        Assert.Equal(local, named.All(n => ListenAddresses.IsLocal(n.Address)));
    }

    [Theory]
    [InlineData("Kestrel__Endpoints__Http__Url", "http://0.0.0.0:0")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "0")]
    public async Task Without_a_token_the_lab_does_not_listen_on_the_network(string setting, string value)
    {
        using var lab = new LabProcess(folder, ("Urls", ""), (setting, value));
        await StartFaultTests.DemandWordsAsync(lab, "LiftLab:AccessToken is empty", "--token auto");
    }

    [Fact]
    public async Task A_lab_on_the_network_needs_the_names_under_which_it_is_reached_and_says_so()
    {
        using var lab = new LabProcess(folder, ("Urls", "http://0.0.0.0:0"), ("LiftLab__AccessToken", "auto"));
        await Eventually.TrueAsync(() => lab.Output.Contains("/login?token=", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => lab.Output.Contains("AllowedHosts", StringComparison.Ordinal));
        var address = new Uri(Regex.Match(lab.Output, @"http://127\.0\.0\.1:\d+/login\?token=[0-9a-f]{48}").Value);
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var named = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/"));
        named.Headers.Host = "my-machine.example";
        var refused = await http.SendAsync(named);
        var words = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("does not answer to the name 'my-machine.example'", words, StringComparison.Ordinal);
        Assert.Contains("AllowedHosts", words, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await http.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(address, "/api/runs"))).StatusCode);
    }

    [Fact]
    public async Task Every_address_but_the_public_ones_demands_the_token()
    {
        using var lab = Lab(Token);
        using var http = Client(lab, new());
        var endpoints = lab.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().ToArray();
        var asked = new List<string>();
        foreach (var endpoint in endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null))
        {
            if (endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal))
                continue; // a door of its own, with a key of its own
            var path = "/" + Regex.Replace(endpoint.RoutePattern.RawText!.Trim('/'), @"\{[^}]*\}", Guid.Empty.ToString("N"));
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var request = new HttpRequestMessage(new(method), path);
                using var answer = await http.SendAsync(request);
                var isLogin = answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.ToString().Contains("/login");
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized || isLogin, $"{method} {path}: {answer.StatusCode}");
                asked.Add($"{method} {path}");
            }
        }
        string[] some =
        [
            "GET /api/runs",
            "GET /api/studies",
            "POST /api/studies",
            "POST /api/studies/plan",
            "GET /api/experiments",
            "GET /api/queue",
        ];
        Assert.Empty(some.Append("GET /experiments").Except(asked));
    }

    [Fact]
    public void Lab_folders_are_made_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var made = Path.Combine(folder, "made");
        using var lab = new LabServer(made);
        lab.Start();
        foreach (var name in (string[])["", "runs", "studies", "study-queue", "answers", "datasets", "models", "keys"])
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.Combine(made, name))
            );
    }

    [Fact]
    public async Task What_a_script_gets_wrong_is_answered_with_problem_details()
    {
        using var lab = new LabServer(folder);
        lab.Settings["LiftLab:MaxUploadBytes"] = "20000";
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var added = await http.PostAsync("/api/datasets?name=two.csv", new StringContent(LiftLab.Tests.Engine.Runs.TestRuns.TwoClasses));
        var dataset = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("dataset").GetProperty("id").GetString();
        async Task DemandAsync(HttpResponseMessage answer, HttpStatusCode status, string words)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Contains(words, text, StringComparison.OrdinalIgnoreCase);
        }
        object Run(string text) =>
            new
            {
                datasetId = dataset,
                name = "x",
                learner = new
                {
                    name = "lift",
                    settings = new
                    {
                        template = new
                        {
                            name = "own",
                            text,
                            numbers = new { },
                        },
                    },
                },
                baselines = Array.Empty<object>(),
            };
        var json = (string body) => new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await DemandAsync(await http.PostAsync("/api/runs", json("{}")), HttpStatusCode.BadRequest, "learner");
        await DemandAsync(
            await http.PostAsync("/api/runs", json("""{"name":null,"learner":{},"baselines":[null]}""")),
            HttpStatusCode.BadRequest,
            "name"
        );
        await DemandAsync(await http.PostAsync("/api/runs", json("{ not json")), HttpStatusCode.BadRequest, "json");
        await DemandAsync(await http.PostAsync("/api/runs", new StringContent("x=1")), HttpStatusCode.UnsupportedMediaType, "415");
        await DemandAsync(await http.PostAsync("/api/datasets", new StringContent("a,b")), HttpStatusCode.BadRequest, "name");
        await DemandAsync(await http.PutAsync($"/api/datasets/{dataset}", json("{}")), HttpStatusCode.BadRequest, "schema");
        await DemandAsync(await http.GetAsync("/api/no-such-thing"), HttpStatusCode.NotFound, "404");
        await DemandAsync(
            await http.PostAsync("/api/datasets?name=big.csv", new StringContent(new string('x', 30_000))),
            HttpStatusCode.RequestEntityTooLarge,
            "MaxUploadBytes"
        );
        await DemandAsync(
            await http.PostAsJsonAsync("/api/runs", Run(new('x', 1_100_000))),
            HttpStatusCode.RequestEntityTooLarge,
            "larger"
        );
        await DemandAsync(
            await http.PostAsJsonAsync("/api/runs", Run(new('x', 100_000))),
            HttpStatusCode.UnprocessableEntity,
            "at most 10000"
        );
        await DemandAsync(
            await http.PostAsJsonAsync("/api/runs", Run("{% nonsense %}###")),
            HttpStatusCode.UnprocessableEntity,
            "nonsense"
        );
        await DemandAsync(await http.PostAsync($"/api/runs/no-such-run/move?to=sideways", null), HttpStatusCode.BadRequest, "sideways");
        await DemandAsync(await http.PostAsync($"/api/runs/no-such-run/continue?epochs=3", null), HttpStatusCode.NotFound, "no run");
        Assert.Equal(0, (await http.GetFromJsonAsync<JsonElement>("/api/runs")).GetProperty("total").GetInt32());
    }
}
