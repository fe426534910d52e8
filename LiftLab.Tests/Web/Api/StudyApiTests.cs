using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Queue;
using LiftLab.Web.Storage.Tables;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LiftLab.Tests.Web.Api;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class StudyApiTests
{
    static object Request(object dataset, string experiment = "label-corruption", object? learners = null, object? more = null) =>
        new
        {
            experiment,
            datasets = new[] { dataset },
            learners = learners ?? new[] { new { name = "knn" }, new { name = "majority" } },
            kinds = more ?? new[] { new { kind = "label-noise", levels = new[] { 20 } } },
            seeds = new[] { 0 },
        };

    static async Task<JsonElement> JsonOf(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).Clone();

    static Task UntilAsync(HttpClient http, object study, string state) =>
        Eventually.TrueAsync(async () =>
            (await http.GetFromJsonAsync<JsonElement>(study.ToString())).GetProperty("state").GetString() == state
        );

    [Fact]
    public async Task A_study_is_extended_cancelled_resumed_tried_again_and_deleted_by_a_script()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        // 9 of 4 columns cannot be lost: those cells fail, and fail again when they are tried again.
        var request = Request(
            dataset,
            more: new object[] { new { kind = "label-noise", levels = new[] { 20 } }, new { kind = "lost-columns", levels = new[] { 9 } } }
        );
        var study = (await http.PostAsJsonAsync("/api/studies", request)).Headers.Location!;
        await UntilAsync(http, study, "succeeded");
        var spec = await http.GetFromJsonAsync<JsonElement>($"{study}/spec");
        Assert.Equal("label-corruption", spec.GetProperty("experiment").GetString());
        Assert.Equal("iris", (await lab.Get<Datasets>().OpenAsync(dataset)).Row.Sample);
        var figures = await http.GetFromJsonAsync<JsonElement>($"{study}/figures");
        Assert.Equal(2, figures.GetProperty("figures").GetArrayLength());
        Assert.NotEmpty(figures.GetProperty("verdicts").EnumerateArray());
        Assert.NotEmpty(figures.GetProperty("deviations").EnumerateArray());
        var entry = await http.GetFromJsonAsync<JsonElement>(study);
        Assert.Equal(2, entry.GetProperty("failed").GetInt32());

        async Task<int> FailuresAsync() =>
            (await http.GetFromJsonAsync<RunEvent[]>($"{study}/events", RunJson.Line))!.Count(e => e.Body is CellFailed);
        var failures = await FailuresAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync($"{study}/retry", null)).StatusCode);
        await UntilAsync(http, study, "succeeded");
        Assert.Equal(failures + 2, await FailuresAsync());

        var added = await http.PostAsJsonAsync($"{study}/add", new { learners = new[] { new { name = "tree" } }, seeds = new[] { 1 } });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        var bigger = added.Headers.Location!;
        await UntilAsync(http, bigger, "succeeded");
        var events = (await http.GetFromJsonAsync<RunEvent[]>($"{bigger}/events", RunJson.Line))!;
        Assert.Equal(4, events.Count(e => e.Body is CellAnswered { Taken: true }));

        var busy = await lab.QueueAsync(StepLearner.Spec(1000, 20));
        await lab.UntilAsync(busy, RunState.Running);
        var waiting = (
            await http.PostAsJsonAsync(
                "/api/studies",
                Request(dataset, "outliers", more: new[] { new { kind = "outliers", levels = new[] { 5 } } })
            )
        )
            .Headers
            .Location!;
        var queue = await http.GetFromJsonAsync<JsonElement>("/api/queue");
        Assert.Equal([false, true], queue.EnumerateArray().Select(i => i.GetProperty("isStudy").GetBoolean()));
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync($"{waiting}/cancel", null)).StatusCode);
        await UntilAsync(http, waiting, "cancelled");
        Assert.Equal(HttpStatusCode.Accepted, (await http.PostAsync($"{waiting}/resume", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync($"{waiting}/resume", null)).StatusCode);
        await lab.Get<LabRuns>().CancelAsync(busy.Id);
        await UntilAsync(http, waiting, "succeeded");
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync($"{waiting}/resume", null)).StatusCode); // it is done
        foreach (var gone in (Uri[])[study, bigger, waiting])
            Assert.Equal(HttpStatusCode.NoContent, (await http.DeleteAsync(gone)).StatusCode);
        Assert.Empty((await http.GetFromJsonAsync<JsonElement>("/api/studies")).EnumerateArray());
    }

    [Fact]
    public async Task The_hub_streams_a_study_s_events_to_the_last_one()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var study = (await http.PostAsJsonAsync("/api/studies", Request(dataset))).Headers.Location!;
        var id = study.ToString().Split('/')[^1];
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(lab.Address, RunHub.Path))
            .AddJsonProtocol(o => RunJson.Configure(o.PayloadSerializerOptions))
            .Build();
        await hub.StartAsync();
        var seen = new List<RunEvent>();
        await foreach (var part in hub.StreamAsync<RunEvent[]>("Watch", id, 0L))
        {
            seen.AddRange(part);
            if (part[^1].Body is RunEnded)
                break;
        }
        Assert.Equal(RunTail.All(lab.Get<LabStudies>().Folder(id)).Select(e => e.Sequence), seen.Select(e => e.Sequence));
        Assert.Single(seen, e => e.Body is StudyPlanned);
        Assert.Equal(4, seen.Count(e => e.Body is CellAnswered));
    }

    [Fact]
    public async Task What_a_script_gets_wrong_about_a_study_is_answered_with_problem_details()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        async Task DemandAsync(object body, HttpStatusCode status, string words)
        {
            foreach (var address in (string[])["/api/studies", "/api/studies/plan"])
            {
                var answer = await http.PostAsJsonAsync(address, body);
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(status == answer.StatusCode, $"{answer.StatusCode}: {text}");
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
                Assert.Contains(
                    words,
                    JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString(),
                    StringComparison.OrdinalIgnoreCase
                );
            }
        }
        object Kinds(params double[] levels) => new[] { new { kind = "label-noise", levels } };
        var bad = HttpStatusCode.BadRequest;
        await DemandAsync(Request(dataset, "none"), bad, "there is no experiment 'none'; the experiments are robustness");
        await DemandAsync(Request(Guid.NewGuid()), HttpStatusCode.NotFound, "no dataset");
        await DemandAsync(Request("not-an-id"), bad, "datasets");
        await DemandAsync(Request(dataset, learners: new[] { new { name = "none" } }), bad, "there is no learner 'none'; there are lift");
        await DemandAsync(Request(dataset, learners: Array.Empty<object>()), bad, "at least one learner");
        await DemandAsync(
            Request(dataset, learners: new[] { new { name = "lift", settings = new { recipe = "no-such-recipe" } } }),
            bad,
            "no-such-recipe"
        );
        await DemandAsync(
            Request(dataset, more: new[] { new { kind = "none", levels = new[] { 1 } } }),
            bad,
            "there is no perturbation 'none'"
        );
        await DemandAsync(
            Request(
                dataset,
                more: new[]
                {
                    new
                    {
                        kind = "label-noise",
                        way = "sideways",
                        levels = new[] { 1 },
                    },
                }
            ),
            bad,
            "no way 'sideways'; it has random, pair"
        );
        await DemandAsync(Request(dataset, more: Array.Empty<object>()), bad, "at least one kind");
        await DemandAsync(Request(dataset, more: Kinds()), bad, "at least one level");
        await DemandAsync(Request(dataset, more: Kinds(200)), bad, "200 % is not between 0 % and 100 %");
        await DemandAsync(Request(dataset, more: Kinds([.. Enumerable.Range(1, 10_000).Select(i => i / 200.0)])), bad, "10000 levels");
        await DemandAsync(
            new
            {
                experiment = "accuracy",
                datasets = new[] { dataset },
                levels = new[] { 5 },
            },
            bad,
            "no levels"
        );
        await DemandAsync(new { experiment = "robustness", datasets = Array.Empty<Guid>() }, bad, "at least one table");
        await DemandAsync(
            new
            {
                experiment = "robustness",
                datasets = new[] { dataset },
                seeds = Array.Empty<int>(),
            },
            bad,
            "seeds"
        );
        await DemandAsync(
            new
            {
                experiment = "robustness",
                datasets = new[] { dataset },
                seeds = new[] { -1 },
            },
            bad,
            "seeds"
        );
        await DemandAsync(
            new
            {
                experiment = "robustness",
                datasets = new[] { dataset },
                seeds = Enumerable.Range(0, 100_000),
            },
            bad,
            "the limit is 20000"
        );
        await DemandAsync(
            new
            {
                experiment = "robustness",
                datasets = new[] { dataset },
                protocol = "own",
            },
            bad,
            "protocol"
        );
        await DemandAsync(new { datasets = new[] { dataset } }, bad, "experiment");
        await DemandAsync(new { experiment = "robustness" }, bad, "datasets");
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/api/studies/../x")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("/api/studies/none/retry", null)).StatusCode);
        Assert.Empty(lab.Get<LabStudies>().List());
        Assert.Empty(Directory.GetDirectories(lab.Get<LabFolder>().Studies));
    }

    [Fact]
    public async Task Runs_and_studies_are_moved_in_one_queue()
    {
        using var lab = new LabServer();
        using var http = new HttpClient { BaseAddress = lab.Start() };
        var dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
        var busy = await lab.QueueAsync(StepLearner.Spec(100_000, 20));
        await lab.UntilAsync(busy, RunState.Running);
        var first = await lab.QueueAsync(StepLearner.Spec(3, 1));
        var study = (await http.PostAsJsonAsync("/api/studies", Request(dataset))).Headers.Location!;
        var last = await lab.QueueAsync(StepLearner.Spec(3, 1));
        var id = study.ToString().Split('/')[^1];
        var queue = lab.Get<LabQueue>();
        async Task DemandAsync(params string[] order) => Assert.Equal([busy.Id, .. order], (await queue.ListAsync()).Select(i => i.Id));
        await DemandAsync(first.Id, id, last.Id);
        await Eventually.TrueAsync(async () =>
            (await queue.ListAsync()).First(i => i.Id == id).Standing.StartsWith("Second in queue", StringComparison.Ordinal)
        );
        Assert.StartsWith("Second in queue", lab.Get<LabStudies>().WaitsFor(lab.Get<LabStudies>().Get(id)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync($"{study}/move?to=up", null)).StatusCode);
        await DemandAsync(id, first.Id, last.Id);
        await lab.Get<LabRuns>().MoveAsync(last.Id, QueueMove.First);
        await DemandAsync(last.Id, id, first.Id);
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync($"{study}/move?to=last", null)).StatusCode);
        await DemandAsync(last.Id, first.Id, id);
        // What is resumed goes to the end, before a later study.
        await lab.Get<LabRuns>().PauseAsync(last.Id);
        await lab.Get<LabRuns>().ResumeAsync(last.Id);
        await DemandAsync(first.Id, id, last.Id);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync($"{study}/move?to=sideways", null)).StatusCode);
        await lab.Get<LabRuns>().CancelAsync(busy.Id);
        await lab.UntilAsync(last, RunState.Succeeded);
        await UntilAsync(http, study, "succeeded");
        var (a, b, c) = (RunTail.All(first)[^1].At, RunTail.All(lab.Get<LabStudies>().Folder(id))[^1].At, RunTail.All(last)[^1].At);
        Assert.True(a < b && b < c); // they ran in this order
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync($"{study}/move?to=up", null)).StatusCode);
    }

    /// <summary>A worker's death is told in the words of a study.</summary>
    [Theory]
    [InlineData(137, true)]
    [InlineData(134, true)]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(null, true)]
    public void The_death_of_a_study_s_worker_names_no_run_and_no_checkpoint(int? exitCode, bool begun)
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-death-").FullName;
        try
        {
            var ended = WorkerDeath.Explain(
                new(JobState.Ended, exitCode),
                begun,
                silent: false,
                Path.Combine(folder, "worker.log"),
                WorkWords.Study
            );
            var text = $"{ended.What} {ended.WhatToDo}";
            Assert.DoesNotContain("checkpoint", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("the run", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("batch", text, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(exitCode is 1 && !begun, !text.Contains("not answered yet", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
