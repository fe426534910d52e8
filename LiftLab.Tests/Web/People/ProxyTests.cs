using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;

namespace LiftLab.Tests.Web.People;

/// <summary>Sign-in by the header of a reverse proxy.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ProxyTests
{
    const string Header = "X-Forwarded-User";

    static SignedLab Lab(string proxy, params (string Name, string Value)[] more) =>
        new(null, [("LiftLab:ProxyUserHeader", Header), ("LiftLab:TrustedProxies:0", proxy), .. more]);

    static async Task<(HttpStatusCode Status, string? Name, string? Role)> MeAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/api/me");
        if (answer.StatusCode != HttpStatusCode.OK)
            return (answer.StatusCode, null, null);
        var me = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, me.GetProperty("name").GetString(), me.GetProperty("role").GetString());
    }

    [Fact]
    public async Task A_trusted_proxy_names_who_comes_and_an_administrator_gives_the_role()
    {
        using var signed = Lab("127.0.0.0/8");
        var anna = signed.Client(null, (Header, "anna@example.org"));
        Assert.Equal((HttpStatusCode.OK, "anna@example.org", "view"), await MeAsync(anna));
        Assert.Equal(HttpStatusCode.Forbidden, (await anna.PostAsync("/api/datasets/samples/iris", null)).StatusCode);
        signed.People.SetRole(signed.People.Named("anna@example.org")!.Id, Role.Run);
        Assert.Equal(HttpStatusCode.OK, (await anna.PostAsync("/api/datasets/samples/iris", null)).StatusCode);
        Assert.Equal("run", (await MeAsync(signed.Client(null, (Header, "ANNA@example.org")))).Role); // the same person
        signed.People.Revoke(signed.People.Named("anna@example.org")!.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(anna)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await anna.GetAsync("/")).StatusCode); // to the sign-in page

        Assert.Equal((HttpStatusCode.OK, "administrator", "administer"), await MeAsync(signed.Client(SignedLab.Token)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(signed.Client(null))).Status);
    }

    [Theory]
    [InlineData("administrator")]
    [InlineData("API key")]
    [InlineData("")]
    public async Task A_proxy_cannot_name_the_labs_own_visitors(string name)
    {
        using var signed = Lab("127.0.0.1");
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(signed.Client(null, (Header, name)))).Status);
        Assert.Empty(signed.People.All);
    }

    [Fact]
    public async Task The_header_is_ignored_from_any_other_address_whatever_else_the_request_claims()
    {
        using var signed = Lab("10.9.9.9", ("ForwardedHeaders_Enabled", "true"), ("LiftLab:ProxyDefaultRole", "administer"));
        foreach (var claimed in (string[])["10.9.9.9", "10.9.9.9, 10.9.9.9", "127.0.0.1"])
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                (await MeAsync(signed.Client(null, (Header, "anna"), ("X-Forwarded-For", claimed)))).Status
            );
        Assert.Empty(signed.People.All);
    }

    [Fact]
    public async Task Two_headers_name_nobody_and_without_a_default_role_only_those_who_were_added_come_in()
    {
        using var signed = Lab("127.0.0.1", ("LiftLab:ProxyDefaultRole", "none"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(signed.Client(null, (Header, "anna")))).Status);
        signed.People.Add("anna", Role.Run, withToken: false);
        Assert.Equal("run", (await MeAsync(signed.Client(null, (Header, "anna")))).Role);
        var twice = signed.Client(null);
        twice.DefaultRequestHeaders.TryAddWithoutValidation(Header, ["anna", "rob"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(twice)).Status);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("10.1.0.0/16", "10.1.200.3", true)]
    [InlineData("10.1.0.0/16", "10.2.0.1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("fd00::/8", "fd12::1", true)]
    [InlineData("fd00::/8", "10.0.0.1", false)]
    [InlineData("unix", null, true)]
    [InlineData("127.0.0.1", null, false)]
    [InlineData("unix", "127.0.0.1", false)]
    public void Trusted_addresses(string trusted, string? peer, bool isTrusted) =>
        Assert.Equal(isTrusted, ProxyAddresses.Trust([trusted], peer is null ? null : IPAddress.Parse(peer)));

    [Theory]
    [InlineData("X-Forwarded-User", new string[0], "TrustedProxies is empty")]
    [InlineData("X Forwarded", new[] { "127.0.0.1" }, "no name of a header")]
    [InlineData("X-Forwarded-User", new[] { "proxy.example.org" }, "'proxy.example.org'")]
    public void Settings_that_cannot_hold_stop_the_start(string header, string[] proxies, string words)
    {
        var checkedOptions = new LabOptionsCheck().Validate(null, new() { ProxyUserHeader = header, TrustedProxies = proxies });
        Assert.Contains(words, checkedOptions.FailureMessage, StringComparison.Ordinal);
        Assert.True(new LabOptionsCheck().Validate(null, new() { ProxyUserHeader = "X-User", TrustedProxies = ["unix", "::1"] }).Succeeded);
    }
}
