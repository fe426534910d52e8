using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.People;
using LiftLab.Web.Storage.Tables;

namespace LiftLab.Tests.Web.People;

/// <summary>Who started what: written down, kept, and the ground on which others are refused.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class OwnerTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;

    readonly string other = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        Directory.Delete(other, recursive: true);
    }

    /// <summary>Starts a run through the API.</summary>
    static async Task<string> StartAsync(HttpClient http, string dataset)
    {
        var answer = await http.PostAsJsonAsync(
            "/api/runs",
            new
            {
                datasetId = dataset,
                name = "by a person",
                learner = new { name = "knn", settings = new { } },
                baselines = Array.Empty<object>(),
            }
        );
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonSerializer.Deserialize<JsonElement>(text).GetProperty("id").GetString()!;
    }

    static async Task<string> IrisAsync(HttpClient http)
    {
        var answer = await http.PostAsync("/api/datasets/samples/iris", null);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("dataset").GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task What_somebody_starts_carries_the_name_and_others_do_not_change_it()
    {
        string run,
            dataset;
        using (var signed = new SignedLab(folder, ("LiftLab:Engine", "")))
        {
            var (_, token, anna) = signed.Add("anna", Role.Run);
            var rob = signed.Add("rob", Role.Run).Http;
            var admin = signed.Client(SignedLab.Token);
            dataset = await IrisAsync(anna);
            run = await StartAsync(anna, dataset);
            var robs = await StartAsync(rob, dataset);

            var spec = await File.ReadAllTextAsync(Path.Combine(signed.Lab.Get<LabFolder>().RunPath(run), "spec.json"));
            Assert.Equal("anna", JsonSerializer.Deserialize<JsonElement>(spec).GetProperty("startedBy").GetString());
            Assert.DoesNotContain(token, spec, StringComparison.Ordinal);
            async Task<string[]> ListAsync(HttpClient http, string by) =>
                [
                    .. (await http.GetFromJsonAsync<JsonElement>($"/api/runs?by={by}"))
                        .GetProperty("items")
                        .EnumerateArray()
                        .Select(r => r.GetProperty("id").GetString()!),
                ];
            Assert.Equal([run], await ListAsync(anna, "me"));
            Assert.Equal([robs], await ListAsync(anna, "rob"));

            foreach (
                var ask in (Func<HttpClient, Task<HttpResponseMessage>>[])
                    [
                        http => http.PostAsync($"/api/runs/{run}/cancel", null),
                        http => http.PostAsync($"/api/runs/{run}/pause", null),
                        http => http.PostAsync($"/api/runs/{run}/launcher", null),
                        http => http.DeleteAsync($"/api/runs/{run}/kept"),
                        http => http.PostAsync($"/api/runs/{run}/discard", null),
                        http => http.DeleteAsync($"/api/runs/{run}"),
                        http => http.DeleteAsync($"/api/datasets/{dataset}"),
                    ]
            )
            {
                using var answer = await ask(rob);
                var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
                Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.Contains("This was started by anna", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
            }
            Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsync($"/api/runs/{robs}/discard", null)).StatusCode);
            await signed.Lab.UntilAsync(signed.Lab.Get<LabRuns>().Folder(run), RunState.Succeeded);
        }
        // Copied to another lab, in which anna is somebody with a token of her own.
        foreach (var kind in (string[])["runs", "datasets"])
        foreach (var file in Directory.GetFiles(Path.Combine(folder, kind), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(other, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        using (var signed = new SignedLab(other))
        {
            var anna = signed.Add("anna", Role.Run).Http;
            Assert.Equal("anna", (await signed.Lab.Get<LabRuns>().GetAsync(run)).StartedBy);
            Assert.Equal("anna", (await signed.Lab.Get<Datasets>().OpenAsync(Guid.Parse(dataset))).Row.AddedBy);
            Assert.Equal(HttpStatusCode.NoContent, (await anna.DeleteAsync($"/api/runs/{run}")).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await anna.DeleteAsync($"/api/datasets/{dataset}")).StatusCode);
        }
    }

    [Fact]
    public async Task A_change_of_role_holds_for_what_is_under_way_and_the_labs_own_work_is_free()
    {
        using var signed = new SignedLab();
        var (person, _, _) = signed.Add("anna", Role.Run);
        var run = await signed.Lab.QueueAsync(StepLearner.Spec(600, 25)); // nobody's
        Visitor.Current = signed.Visitor(person);
        var runs = signed.Lab.Get<LabRuns>();
        var refused = await Assert.ThrowsAsync<NotAllowedException>(() => runs.CancelAsync(run.Id));
        Assert.Contains("not known who has started", refused.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<UnauthorizedAccessException>(refused); // which pages catch and show
        Assert.Throws<NotAllowedException>(() => signed.Lab.Get<LiftLab.Web.Storage.Providers.ProviderShelf>().Delete("x"));
        Assert.Throws<NotAllowedException>(() => signed.Lab.Get<LiftLab.Web.Live.Serving.ServingSwitch>().TurnOn());
        Assert.Throws<NotAllowedException>(() => signed.People.Add("eve", Role.Administer));
        Visitor.Current = null;
        signed.People.SetRole(person.Id, Role.Administer);
        Visitor.Current = signed.Visitor(person);
        await runs.CancelAsync(run.Id);
        Visitor.Current = null;
        signed.People.Revoke(person.Id);
        Visitor.Current = signed.Visitor(person);
        await Assert.ThrowsAsync<NotAllowedException>(() => runs.StartAsync(null!));
    }

    [Fact]
    public void The_log_says_who_changed_what()
    {
        var log = new Lines();
        var anna = new Visitor("anna", () => Role.Run, log);
        Visitor.Current = anna;
        Visitor.Demand(Role.Run, "start a run");
        Visitor.Note("start run 1");
        Assert.Throws<NotAllowedException>(() => Visitor.Demand(Role.Administer, "change providers"));
        Assert.Equal(["anna: start run 1", "anna may not change providers: refused"], log.All);
    }

    sealed class Lines : Microsoft.Extensions.Logging.ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel,
            Microsoft.Extensions.Logging.EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => All.Add(formatter(state, exception));
    }
}
