using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiftLab.Tests.Web.Serving;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.People;

/// <summary>Every endpoint and every page has a policy, and the roles are told apart on all of them.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class GuardTests : IDisposable
{
    /// <summary>What anybody may ask for.</summary>
    static readonly string[] Public = ["GET /health", "GET /health/live", "GET /login", "POST /login", "POST /logout"];

    /// <summary>Files of the build that are served while developing: the fallback policy guards them.</summary>
    const string Files = "/{**path:file}";

    /// <summary>What has a method that changes something, and changes nothing.</summary>
    static readonly string[] Reading = ["POST /api/runs/plan", "POST /api/studies/plan"];

    readonly SignedLab signed = new(null, ("LiftLab:Serving:Key", ServedLab.Key), ("LiftLab:Serving:RequestsPerMinute", "100000"));

    public void Dispose() => signed.Dispose();

    sealed record Asked(string Method, string Path, string? Policy, Endpoint Endpoint)
    {
        public bool Changes => Method is not ("GET" or "HEAD");

        public override string ToString() => $"{Method} {Path}";
    }

    Asked[] All() =>
        [
            .. from endpoint in signed.Lab.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            where
                endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
                && endpoint.RoutePattern.RawText?.Trim('/') != Files.Trim('/')
            let policy = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "public"
            : endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>() is { Count: > 0 } asked ? asked[^1].Policy
            : null
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"]
            select new Asked(method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), policy, endpoint),
        ];

    static bool IsPage(Asked asked) => asked.Endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null;

    static bool IsOfPages(Asked asked) => IsPage(asked) || asked.Path.StartsWith("/_", StringComparison.Ordinal);

    static bool IsHub(Asked asked) => asked.Path.StartsWith("/hubs", StringComparison.Ordinal);

    static async Task<HttpResponseMessage> SendAsync(HttpClient http, Asked asked)
    {
        var path = Regex.Replace(asked.Path, @"\{[^}]*\}", Guid.Empty.ToString("N"));
        using var request = new HttpRequestMessage(new(asked.Method), path);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    [Fact]
    public void Every_endpoint_and_every_page_has_a_policy()
    {
        var all = All();
        Assert.True(all.Length > 100);
        Assert.Empty(all.Where(a => a.Policy is not "public" && !Enum.TryParse<Role>(a.Policy, out _)).Select(a => $"{a}: {a.Policy}"));
        Assert.Equal(Public, all.Where(a => a.Policy == "public").Select(a => a.ToString()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            Reading,
            all.Where(a => a.Changes && a.Policy == nameof(Role.View) && !IsOfPages(a) && !IsHub(a))
                .Select(a => a.ToString())
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        var pages = typeof(Program)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), false).Cast<RouteAttribute>())
            .Select(r => r.Template)
            .Order(StringComparer.Ordinal);
        Assert.Equal(pages, all.Where(a => IsPage(a) && a.Method == "GET").Select(a => a.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_changes_something_refuses_the_role_view_in_the_form_that_its_clients_read()
    {
        var (_, _, http) = signed.Add("vera", Role.View);
        var wrong = new List<string>();
        foreach (var asked in All().Where(a => a.Changes && a.Policy is nameof(Role.Run) or nameof(Role.Administer)))
        {
            using var answer = await SendAsync(http, asked);
            if (IsPage(asked))
            {
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode); // a page, which is never sent anything
                continue;
            }
            var json = answer.StatusCode == HttpStatusCode.Forbidden ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default;
            var says =
                json.ValueKind != JsonValueKind.Object ? null
                : asked.Path.StartsWith("/v1", StringComparison.Ordinal)
                    ? json.GetProperty("error").GetProperty("code").GetString() == "insufficient_permissions"
                            ? json.GetProperty("error").GetProperty("message").GetString()
                        : null
                : answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? json.GetProperty("detail").GetString()
                : null;
            if (says?.Contains("Your role, view,", StringComparison.Ordinal) != true)
                wrong.Add($"{asked}: {(int)answer.StatusCode} {says}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_role_view_sees_everything_and_the_role_run_does_not_administer()
    {
        var viewer = signed.Add("vera", Role.View).Http;
        var runner = signed.Add("rob", Role.Run).Http;
        var wrong = new List<string>();
        foreach (var asked in All().Where(a => a.Policy is not "public"))
        {
            if (asked.Method == "GET")
            {
                using var seen = await SendAsync(viewer, asked);
                if (
                    seen.StatusCode == HttpStatusCode.Unauthorized
                    || seen.StatusCode == HttpStatusCode.Forbidden != (asked.Policy == nameof(Role.Administer))
                )
                    wrong.Add($"vera {asked}: {(int)seen.StatusCode}");
            }
            if (asked.Policy == nameof(Role.Administer))
            {
                using var tried = await SendAsync(runner, asked);
                if (tried.StatusCode != HttpStatusCode.Forbidden)
                    wrong.Add($"rob {asked}: {(int)tried.StatusCode}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Changes_are_limited_per_person_and_minute()
    {
        var anna = signed.Add("anna", Role.Run).Http;
        var rob = signed.Add("rob", Role.Run).Http;
        HttpStatusCode last = default;
        for (var i = 0; i < 130 && last != HttpStatusCode.TooManyRequests; i++)
            last = (await anna.DeleteAsync("/api/runs/none")).StatusCode;
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.NotFound, (await rob.DeleteAsync("/api/runs/none")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/api/runs")).StatusCode); // looking is not limited
    }
}
