using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Serving;

namespace LiftLab.Tests.Web.Serving;

/// <summary>Requests for jobs: what is refused, and what a repeated request gives.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class JobRequestTests(JobRequestTests.Served served) : IClassFixture<JobRequestTests.Served>
{
    public sealed class Served : IDisposable
    {
        public ServedLab Lab { get; } = new();

        public void Dispose() => Lab.Dispose();
    }

    HttpClient Http => served.Lab.Http;

    Task<string> UploadAsync(byte[] content) => served.Lab.UploadAsync(content);

    [Fact]
    public async Task Wrong_files_and_parameters_are_refused_before_a_job_is_made()
    {
        var broken = await UploadAsync(
            """
            {"prompt": "a###", "completion": " 1@@@"}
            {"prompt": "a###"}
            not json

            {"messages": [{"role": "user", "content": "a"}]}
            {"prompt": 3, "completion": "b"}
            {"prompt": "a", "completion": ""}
            """u8.ToArray()
        );
        await RefusedAsync(
            new { model = "lift-mini", training_file = broken },
            "invalid_training_file",
            "training_file",
            "Line 2: 'completion' is missing",
            "Line 3: this is not valid JSON",
            "Line 5: no message of the assistant",
            "Line 6: 'prompt' must be a string",
            "Line 7: 'completion' is empty"
        );
        var few = await UploadAsync(TrainingTexts.Questions(9));
        await RefusedAsync(
            new { model = "lift-mini", training_file = few },
            "invalid_training_file",
            "training_file",
            "The file has 9 examples, and at least 10 are needed"
        );
        var good = await UploadAsync(TrainingTexts.Questions());
        await RefusedAsync(new { model = "gpt-3.5-turbo", training_file = good }, "model_not_available", "model", "lift-mini");
        await RefusedAsync(
            new { model = "lift-mini", training_file = "file-none" },
            "invalid_training_file",
            "training_file",
            "no such file"
        );
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                training_file = good,
                method = new { type = "dpo" },
            },
            "unsupported_method",
            "method",
            "supervised"
        );
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                training_file = good,
                hyperparameters = new { n_epochs = 0 },
            },
            "invalid_value",
            "n_epochs",
            "0 is not between"
        );
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                training_file = good,
                suffix = "a:b",
            },
            "invalid_value",
            "suffix",
            "letters"
        );
        Assert.Empty(JsonNode.Parse(await Http.GetStringAsync("fine_tuning/jobs"))!["data"]!.AsArray());

        async Task RefusedAsync(object request, string code, string param, params string[] says)
        {
            var answer = await Http.PostAsJsonAsync("fine_tuning/jobs", request);
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
            Assert.Equal((400, code, param), ((int)answer.StatusCode, (string?)error["code"], (string?)error["param"]));
            Assert.All(says, text => Assert.Contains(text, (string?)error["message"], StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_repeated_request_gives_the_same_job_and_file_also_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-served-").FullName;
        try
        {
            string job,
                file;
            var content = TrainingTexts.Questions();
            using (var lab = new ServedLab(folder))
            {
                file = await PostFileAsync(lab, "file-key");
                Assert.Equal(file, await PostFileAsync(lab, "file-key"));
                job = await PostJobAsync(lab, file, "key-1", 200);
                Assert.Equal(job, await PostJobAsync(lab, file, "key-1", 200));
                await PostJobAsync(lab, file, "key-1", 409, suffix: "other");
                Assert.NotEqual(job, await PostJobAsync(lab, file, "key-2", 200));
                await lab.Http.PostAsync($"fine_tuning/jobs/{job}/cancel", null);
            }
            using (var lab = new ServedLab(folder))
            {
                Assert.Equal(job, await PostJobAsync(lab, file, "key-1", 200));
                var list = JsonNode.Parse(await lab.Http.GetStringAsync("fine_tuning/jobs?limit=1"))!;
                Assert.True((bool)list["has_more"]!);
                var rest = JsonNode.Parse(await lab.Http.GetStringAsync($"fine_tuning/jobs?limit=5&after={list["data"]![0]!["id"]}"))!;
                Assert.Equal([job], rest["data"]!.AsArray().Select(j => (string)j!["id"]!));
                Assert.Equal(1, (int)(await FoundAsync(lab, "metadata[tag]=key-1"))!);
                foreach (var one in lab.Lab.Get<ServedJobs>().List())
                {
                    await lab.Http.PostAsync($"fine_tuning/jobs/{one.Id}/cancel", null);
                    await Eventually.TrueAsync(async () => (await lab.Lab.Get<LabRuns>().GetAsync(one.Run)).IsOver);
                }
            }

            async Task<string> PostFileAsync(ServedLab lab, string key)
            {
                using var form = new MultipartFormDataContent
                {
                    { new StringContent("fine-tune"), "purpose" },
                    { new ByteArrayContent(content), "file", "train.jsonl" },
                };
                using var request = new HttpRequestMessage(HttpMethod.Post, "files")
                {
                    Content = form,
                    Headers = { { "Idempotency-Key", key } },
                };
                return (string)JsonNode.Parse(await (await lab.Http.SendAsync(request)).Content.ReadAsStringAsync())!["id"]!;
            }

            static async Task<int?> FoundAsync(ServedLab lab, string query) =>
                JsonNode.Parse(await lab.Http.GetStringAsync("fine_tuning/jobs?" + query))!["data"]!.AsArray().Count;

            static async Task<string> PostJobAsync(ServedLab lab, string file, string key, int status, string suffix = "same")
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "fine_tuning/jobs")
                {
                    Content = JsonContent.Create(
                        new
                        {
                            model = "lift-mini",
                            training_file = file,
                            suffix,
                            metadata = new { tag = key },
                        }
                    ),
                    Headers = { { "Idempotency-Key", key } },
                };
                var answer = await lab.Http.SendAsync(request);
                Assert.Equal(status, (int)answer.StatusCode);
                return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"] ?? "";
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
