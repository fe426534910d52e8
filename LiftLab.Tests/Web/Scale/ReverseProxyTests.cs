using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Web.People;
using LiftLab.Web.Live;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Scale;

/// <summary>The reverse proxies of <c>docs/scale.md</c>, with the document's own configuration, in front of a lab.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ReverseProxyTests
{
    const string Header = "X-Forwarded-User";

    const int Megabyte = 1 << 20;

    readonly Pieces pieces = new();

    static (string, string)[] Trusted => [("LiftLab:TrustedProxies:0", "127.0.0.1"), ("AllowedHosts", "localhost;127.0.0.1")];

    static AuthenticationHeaderValue Token => new("Bearer", SignedLab.Token);

    SignedLab Lab(params (string, string)[] settings) => new(null, pieces.Add, [.. Trusted, .. settings]);

    static async Task<string> WhoAsync(HttpClient http, params string[] named)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/me");
        if (named.Length > 0)
            request.Headers.TryAddWithoutValidation(Header, named);
        using var answer = await http.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.OK)
            return answer.StatusCode.ToString();
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return $"{me.GetProperty("name").GetString()} {me.GetProperty("role").GetString()}";
    }

    [ProxyFact(ReverseProxy.Nginx)]
    public async Task Through_nginx_addresses_stay_on_TLS_and_pages_uploads_and_streams_pass()
    {
        using var signed = Lab(("LiftLab:MaxUploadBytes", $"{64 * Megabyte}"));
        await using var proxy = await ReverseProxy.NginxAsync(signed.Lab.Address);
        var visitor = proxy.Client();

        using var away = await visitor.GetAsync("/runs?by=mine");
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        var login = new Uri(proxy.Address, away.Headers.Location!);
        Assert.Equal(proxy.Address.GetLeftPart(UriPartial.Authority), login.GetLeftPart(UriPartial.Authority));
        Assert.Contains("This lab asks for a token", await visitor.GetStringAsync(login), StringComparison.Ordinal);
        using var entered = await visitor.GetAsync($"/login?token={SignedLab.Token}&returnUrl=/runs");
        var cookie = entered.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("liftlab=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("administrator administer", await WhoAsync(visitor));
        Assert.Contains($"\"url\": \"{proxy.Address}", await visitor.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);

        await DemandPagesAsync(visitor);
        var scripts = proxy.Client(Token);
        await DemandUploadsAsync(scripts);
        await DemandHubAsync(proxy, signed, Token);
        await DemandPiecesAsync(scripts);
    }

    [ProxyFact(ReverseProxy.Nginx)]
    public async Task Nginx_names_who_has_signed_in_and_a_name_that_comes_from_outside_counts_for_nothing()
    {
        using var signed = Lab(("LiftLab:ProxyUserHeader", Header));
        await using var proxy = await ReverseProxy.NginxAsync(signed.Lab.Address, signsIn: true);
        await DemandNamesAsync(proxy, signed);
        var both = proxy.Client();
        both.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", [Token.ToString(), ReverseProxy.Basic("rob", "x").ToString()]);
        Assert.DoesNotContain("rob", await WhoAsync(both), StringComparison.Ordinal);
    }

    [ProxyFact(ReverseProxy.Caddy)]
    public async Task Through_Caddy_people_sign_in_and_pages_uploads_and_streams_pass()
    {
        using var signed = Lab(("LiftLab:ProxyUserHeader", Header), ("LiftLab:MaxUploadBytes", $"{64 * Megabyte}"));
        await using var proxy = await ReverseProxy.CaddyAsync(signed.Lab.Address);
        await DemandNamesAsync(proxy, signed);
        var anna = proxy.Client(ReverseProxy.Basic(ReverseProxy.User, ReverseProxy.Password));
        await DemandPagesAsync(anna);
        var scripts = proxy.Client(Token);
        await DemandUploadsAsync(scripts);
        await DemandHubAsync(proxy, signed, Token);
        await DemandPiecesAsync(scripts);
    }

    [ProxyFact(ReverseProxy.Nginx)]
    public async Task Of_a_pair_behind_nginx_the_one_that_lives_answers()
    {
        var (first, second) = (new LabServer(), new LabServer());
        using var one = first;
        using var other = second;
        await using var proxy = await ReverseProxy.NginxAsync(first.Start(), pair: second.Start());
        var visitor = proxy.Client();
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health")).StatusCode);
        await first.Get<LabRuns>().ListAsync(new(0, 1));
        await first.DisposeAsync();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health")).StatusCode);
    }

    static async Task DemandPagesAsync(HttpClient http)
    {
        var page = await http.GetStringAsync("/runs");
        var parts = Regex.Matches(page, "(?:href|src)=\"([^\"]+\\.(?:css|js))\"").Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.True(parts.Length > 10);
        foreach (var part in parts)
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/" + part.TrimStart('/'))).StatusCode);
    }

    static ByteArrayContent Table(int megabytes)
    {
        var row = Encoding.ASCII.GetBytes(new string('x', 4090) + ",yes\n");
        var bytes = new byte["text,answer\n".Length + megabytes * Megabyte / row.Length * row.Length];
        "text,answer\n"u8.CopyTo(bytes);
        for (var at = "text,answer\n".Length; at < bytes.Length; at += row.Length)
            row.CopyTo(bytes, at);
        return new(bytes);
    }

    /// <summary>A large table passes; what is too large is refused by the lab, in its words.</summary>
    static async Task DemandUploadsAsync(HttpClient http)
    {
        using var taken = await http.PostAsync("/api/datasets?name=large.csv", Table(60));
        Assert.True(taken.StatusCode == HttpStatusCode.Created, await taken.Content.ReadAsStringAsync());
        using var refused = await http.PostAsync("/api/datasets?name=larger.csv", Table(66));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Contains("LiftLab:MaxUploadBytes", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("larger.csv", await http.GetStringAsync("/api/datasets"), StringComparison.Ordinal);
    }

    /// <summary>The events of a run come over a WebSocket while it runs.</summary>
    static async Task DemandHubAsync(ReverseProxy proxy, SignedLab signed, AuthenticationHeaderValue authorization)
    {
        var run = await signed.Lab.QueueAsync(StepLearner.Spec(100_000, 20));
        using var invoker = new HttpMessageInvoker(proxy.Handler());
        await using var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(proxy.Address, RunHub.Path),
                o =>
                {
                    (o.Transports, o.SkipNegotiation) = (HttpTransportType.WebSockets, true);
                    o.WebSocketFactory = async (context, cancel) =>
                    {
                        var socket = new ClientWebSocket();
                        socket.Options.SetRequestHeader("Authorization", authorization.ToString());
                        await socket.ConnectAsync(context.Uri, invoker, cancel);
                        return socket;
                    };
                }
            )
            .AddJsonProtocol(o => RunJson.Configure(o.PayloadSerializerOptions))
            .Build();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await hub.StartAsync(limit.Token);
        var steps = 0;
        await foreach (var part in hub.StreamAsync<RunEvent[]>("Watch", run.Id, 0L, limit.Token))
            if ((steps += part.Count(e => e.Body is TrainingStep)) > 5)
                break;
        await signed.Lab.Get<LabRuns>().CancelAsync(run.Id);
        await signed.Lab.UntilAsync(run, RunState.Cancelled);
    }

    async Task DemandPiecesAsync(HttpClient http)
    {
        foreach (var type in (string[])["text/event-stream", "application/x-ndjson", "text/csv"])
        {
            using var answer = await http.GetAsync($"{Pieces.Path}?type={type}", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.Content.ReadAsStreamAsync();
            var first = new byte[Pieces.First.Length];
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await body.ReadExactlyAsync(first, limit.Token); // the second piece is not sent before
            Assert.Equal(Pieces.First, Encoding.ASCII.GetString(first));
            pieces.Seen.Release();
            Assert.Equal(Pieces.Second, await new StreamReader(body).ReadToEndAsync(limit.Token));
        }
    }

    static async Task DemandNamesAsync(ReverseProxy proxy, SignedLab signed)
    {
        var (nobody, wrong, anna, script, guess) = (
            proxy.Client(),
            proxy.Client(ReverseProxy.Basic(ReverseProxy.User, "another")),
            proxy.Client(ReverseProxy.Basic(ReverseProxy.User, ReverseProxy.Password)),
            proxy.Client(Token),
            proxy.Client(new("Bearer", "not-the-token-of-this-lab"))
        );
        const string refused = "Unauthorized";
        Assert.Equal("anna view", await WhoAsync(anna));
        foreach (
            var claims in (string[][])
                [
                    [],
                    ["rob"],
                    ["administrator"],
                    ["rob", "anna"],
                ]
        )
        {
            Assert.Equal("anna view", await WhoAsync(anna, claims));
            Assert.Equal(refused, await WhoAsync(nobody, claims));
            Assert.Equal("administrator administer", await WhoAsync(script, claims));
        }
        Assert.Equal(refused, await WhoAsync(wrong, "rob"));
        Assert.Equal(refused, await WhoAsync(guess, "rob"));
        Assert.Equal(["anna"], signed.People.All.Select(p => p.Name));
        using var challenge = await nobody.GetAsync("/");
        Assert.Equal("Basic", challenge.Headers.WwwAuthenticate.Single().Scheme);
    }
}
