using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.People;

/// <summary>Named tokens: made, shown once, changed, revoked.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class TokenTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    [Fact]
    public async Task A_token_is_shown_once_kept_as_a_hash_changed_and_revoked_at_once()
    {
        string token;
        using (var signed = new SignedLab(folder))
        {
            var admin = signed.Client(SignedLab.Token);
            var made = await JsonAsync(await admin.PostAsJsonAsync("/api/people", new { name = "anna", role = "view" }));
            token = made.GetProperty("token").GetString()!;
            var id = made.GetProperty("person").GetProperty("id").GetString();
            Assert.DoesNotContain(token, await admin.GetStringAsync("/api/people"), StringComparison.Ordinal);
            Assert.DoesNotContain(
                Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories),
                f => !f.EndsWith(".lock", StringComparison.Ordinal) && File.ReadAllText(f).Contains(token, StringComparison.Ordinal)
            );

            var anna = signed.Client(token);
            Assert.Equal("anna", (await anna.GetFromJsonAsync<JsonElement>("/api/me")).GetProperty("name").GetString());
            Assert.Equal(HttpStatusCode.Forbidden, (await anna.PostAsync("/api/datasets/samples/iris", null)).StatusCode);
            await JsonAsync(await admin.PutAsJsonAsync($"/api/people/{id}", new { role = "run" }));
            Assert.Equal(HttpStatusCode.OK, (await anna.PostAsync("/api/datasets/samples/iris", null)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await anna.GetAsync("/api/people")).StatusCode);
            var listed = (await admin.GetFromJsonAsync<JsonElement>("/api/people"))[0];
            Assert.Equal(JsonValueKind.String, listed.GetProperty("lastUse").ValueKind);
            Assert.Equal("administrator", listed.GetProperty("addedBy").GetString());

            var next = (await JsonAsync(await admin.PostAsync($"/api/people/{id}/token", null))).GetProperty("token").GetString()!;
            Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync("/api/runs")).StatusCode);
            token = next;
        }
        using (var signed = new SignedLab(folder)) // a restart keeps people and tokens
        {
            var anna = signed.Client(token);
            Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/api/runs")).StatusCode);
            var admin = signed.Client(SignedLab.Token);
            await admin.DeleteAsync($"/api/people/{signed.People.Named("ANNA")!.Id}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await anna.GetAsync("/api/runs")).StatusCode);
            Assert.NotNull(signed.People.Named("anna")!.Revoked);
        }
    }

    [Fact]
    public async Task A_name_is_given_once_and_the_labs_own_words_are_no_names()
    {
        using var signed = new SignedLab(folder);
        var admin = signed.Client(SignedLab.Token);
        async Task<HttpStatusCode> AddAsync(string name) =>
            (await admin.PostAsJsonAsync("/api/people", new { name, role = "run" })).StatusCode;
        Assert.Equal(HttpStatusCode.Created, await AddAsync("Anna Müller"));
        Assert.Equal(HttpStatusCode.Created, await AddAsync("DOMAIN\\anna"));
        foreach (var name in (string[])["anna müller", "", " ", "a\nb", "Administrator", "api key", new('x', 101)])
            Assert.Equal(HttpStatusCode.BadRequest, await AddAsync(name));
        signed.People.Revoke(signed.People.Named("Anna Müller")!.Id);
        Assert.Equal(HttpStatusCode.BadRequest, await AddAsync("Anna Müller")); // the name stays that person's
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsJsonAsync("/api/people", new { name = "x", role = "king" })).StatusCode);
    }

    [Fact]
    public async Task A_connection_to_the_hub_is_cut_when_its_token_is_revoked()
    {
        using var signed = new SignedLab();
        var (person, token, _) = signed.Add("anna", Role.View);
        var run = await signed.Lab.QueueAsync(StepLearner.Spec(3, 1));
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(signed.Lab.Address, RunHub.Path), o => o.AccessTokenProvider = () => Task.FromResult<string?>(token))
            .AddJsonProtocol(o => RunJson.Configure(o.PayloadSerializerOptions))
            .Build();
        await hub.StartAsync();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in hub.StreamAsync<RunEvent[]>("Watch", run.Id, 0L)) { }
        });
        await Eventually.TrueAsync(() => signed.Lab.Get<RunFeed>().ReaderCount(run.Id) > 0);
        signed.People.SetRole(person.Id, Role.Run);
        Assert.Equal(HubConnectionState.Connected, hub.State); // another role keeps it
        signed.People.Revoke(person.Id);
        await Eventually.TrueAsync(() => hub.State == HubConnectionState.Disconnected);
        await Assert.ThrowsAnyAsync<Exception>(() => reading);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => hub.StartAsync());
    }

    LabPeople People(string token = "")
    {
        var options = Options.Create(new LabOptions { LabFolder = folder, AccessToken = token });
        return new(new(options), options, TimeProvider.System, NullLogger<LabPeople>.Instance);
    }

    [Fact]
    public void Another_dashboard_of_the_lab_sees_a_revocation_and_a_damaged_entry_lets_nobody_in()
    {
        LabPeople here = People(SignedLab.Token),
            there = People(SignedLab.Token);
        Assert.Empty(there.All);
        var (person, token) = here.Add("anna", Role.Run);
        var told = 0;
        there.Changed += () => told++;
        there.Refresh();
        Assert.Equal((1, "anna"), (told, there.Holding(token!)?.Name));
        there.Refresh();
        Assert.Equal(1, told); // nothing new
        here.Revoke(person.Id);
        there.Refresh();
        Assert.Null(there.Holding(token!));
        Assert.Null(there.RoleOf(person.Id));

        token = here.Renew(person.Id);
        File.WriteAllText(Path.Combine(folder, "people", $"{person.Id:N}.json"), "{");
        there.Refresh();
        Assert.Null(there.Holding(token));
    }

    [Fact]
    public void The_last_administrator_stays_one_where_there_is_no_access_token()
    {
        var people = People();
        var (anna, _) = people.Add("anna", Role.Administer);
        Assert.Throws<InvalidOperationException>(() => people.Revoke(anna.Id));
        Assert.Throws<InvalidOperationException>(() => people.SetRole(anna.Id, Role.Run));
        var (rob, _) = people.Add("rob", Role.Administer);
        people.Revoke(anna.Id);
        Assert.Throws<InvalidOperationException>(() => people.SetRole(rob.Id, Role.View));
    }

    [Fact]
    public async Task A_lab_of_people_does_not_start_without_asking_who_comes()
    {
        People(SignedLab.Token).Add("anna", Role.Run);
        using var lab = new LabProcess(folder);
        await StartFaultTests.DemandWordsAsync(lab, "people sign in to this lab", "LiftLab:AccessToken");
    }

    [Fact]
    public async Task A_person_s_token_is_a_key_of_the_openai_api_and_the_labs_own_token_is_none()
    {
        using var signed = new SignedLab(folder, ("LiftLab:Serving:Key", "sk-test-0123456789abcdef"));
        Assert.Equal(HttpStatusCode.OK, (await signed.Add("anna", Role.View).Http.GetAsync("/v1/models")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await signed.Client("sk-test-0123456789abcdef").GetAsync("/v1/models")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await signed.Client(SignedLab.Token).GetAsync("/v1/models")).StatusCode);
    }
}
