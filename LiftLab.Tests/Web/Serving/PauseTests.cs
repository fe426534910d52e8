using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OpenAI.FineTuning;

namespace LiftLab.Tests.Web.Serving;

/// <summary>A job is paused and resumed over HTTP, with a restart of the lab in between.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Experimental("OPENAI001")] // the official client marks fine-tuning so
public sealed class PauseTests : IDisposable
{
    const int Epochs = 40,
        Rows = 16;

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-paused-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static async Task<string> StartAsync(ServedLab lab)
    {
        var (train, valid, _) = await TrainingTexts.IrisAsync();
        var answer = await lab.Http.PostAsJsonAsync(
            "fine_tuning/jobs",
            new
            {
                model = "lift-mini",
                training_file = await lab.UploadAsync(train),
                validation_file = await lab.UploadAsync(valid, "valid.jsonl"),
                hyperparameters = new { n_epochs = Epochs, batch_size = Rows },
            }
        );
        return (string)(await JsonAsync(answer))["id"]!;
    }

    static async Task<JsonObject> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    static JsonObject Json(ClientResult result) => JsonNode.Parse(result.GetRawResponse().Content.ToString())!.AsObject();

    static async Task<string?> StateAsync(ServedLab lab, string job) =>
        (string?)(await JsonAsync(await lab.Http.GetAsync($"fine_tuning/jobs/{job}")))["status"];

    /// <summary>Oldest first.</summary>
    static async Task<(string Id, string Message, int? Step)[]> EventsAsync(ServedLab lab, string job) =>
        [
            .. (await JsonAsync(await lab.Http.GetAsync($"fine_tuning/jobs/{job}/events?limit=10000")))["data"]!
                .AsArray()
                .Select(e => ((string)e!["id"]!, (string)e["message"]!, (int?)e["data"]?["step"]))
                .Reverse(),
        ];

    static Task StepsAsync(ServedLab lab, string job, int steps) =>
        Eventually.TrueAsync(async () => (await EventsAsync(lab, job)).Count(e => e.Step is not null) >= steps);

    static Task UntilAsync(ServedLab lab, string job, string state) =>
        Eventually.TrueAsync(async () => await StateAsync(lab, job) == state, 300);

    static Task PausedAsync(ServedLab lab, string job) =>
        Eventually.TrueAsync(async () => (await EventsAsync(lab, job))[^1].Message == "The job was paused");

    [Fact]
    public async Task A_paused_job_outlives_the_lab_and_goes_on_with_one_curve()
    {
        string job;
        (string Id, string Message, int? Step)[] before;
        using (var lab = new ServedLab(folder))
        {
            job = await StartAsync(lab);
            await StepsAsync(lab, job, 5);
            // the raw protocol method of the .NET client
            FineTuningClient client = lab.Official().GetFineTuningClient();
            var paused = Json(await client.PauseFineTuningJobAsync(job, new RequestOptions()));
            Assert.Equal((job, "paused"), ((string?)paused["id"], (string?)paused["status"]));
            Assert.Equal("paused", (string?)Json(await client.PauseFineTuningJobAsync(job, new RequestOptions()))["status"]);
            await PausedAsync(lab, job);
            before = await EventsAsync(lab, job);
            Assert.Contains(before, e => e.Step >= 5);
            var typed = await client.GetJobAsync(job);
            Assert.Equal("paused", typed.Status.ToString());
            Assert.Null(typed.Value);
        }
        using (var lab = new ServedLab(folder))
        {
            Assert.Equal("paused", await StateAsync(lab, job));
            Assert.Equal(before, await EventsAsync(lab, job));
            FineTuningClient client = lab.Official().GetFineTuningClient();
            var resumed = Json(await client.ResumeFineTuningJobAsync(job, new RequestOptions()));
            Assert.Contains((string?)resumed["status"], (string[])["queued", "running"]);
            await UntilAsync(lab, job, "succeeded");
            var after = await EventsAsync(lab, job);
            Assert.Equal(before, after[..before.Length]); // what was told stays as it is
            Assert.Contains("Fine-tuning job resumed", after.Select(e => e.Message));
            Assert.Equal(after.Length, after.Select(e => e.Id).Distinct(StringComparer.Ordinal).Count());
            int[] steps = [.. after.Select(e => e.Step).OfType<int>()];
            Assert.Equal(Enumerable.Range(1, steps.Length), steps);
            Assert.Equal(Epochs * 6, steps.Length); // 96 rows, 16 a step

            foreach (var verb in (string[])["pause", "resume"])
            {
                var late = await lab.Http.PostAsync($"fine_tuning/jobs/{job}/{verb}", null);
                Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
                Assert.Equal("invalid_job_state", (string?)JsonNode.Parse(await late.Content.ReadAsStringAsync())!["error"]!["code"]);
            }
            Assert.Equal(HttpStatusCode.NotFound, (await lab.Http.PostAsync("fine_tuning/jobs/ftjob-none/pause", null)).StatusCode);
        }
    }

    [Fact]
    public async Task A_job_that_waits_or_still_saves_can_be_paused_resumed_and_cancelled()
    {
        using var lab = new ServedLab(folder);
        var first = await StartAsync(lab);
        await StepsAsync(lab, first, 2);
        var second = await StartAsync(lab); // waits for the first
        Assert.Equal("paused", (string?)(await JsonAsync(await lab.Http.PostAsync($"fine_tuning/jobs/{second}/pause", null)))["status"]);
        // resumed while the worker still saves: the answer comes when it has
        Assert.Equal("paused", (string?)(await JsonAsync(await lab.Http.PostAsync($"fine_tuning/jobs/{first}/pause", null)))["status"]);
        var resumed = await JsonAsync(await lab.Http.PostAsync($"fine_tuning/jobs/{first}/resume", null));
        Assert.Contains((string?)resumed["status"], (string[])["queued", "running"]);
        Assert.Contains("The job was paused", (await EventsAsync(lab, first)).Select(e => e.Message));
        Assert.Equal(
            "cancelled",
            (string?)(await JsonAsync(await lab.Http.PostAsync($"fine_tuning/jobs/{second}/cancel", null)))["status"]
        );
        Assert.Equal("cancelled", (string?)(await JsonAsync(await lab.Http.PostAsync($"fine_tuning/jobs/{first}/cancel", null)))["status"]);
        await UntilAsync(lab, first, "cancelled");
        await UntilAsync(lab, second, "cancelled");
    }
}
