using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.FineTuning.Instruct;
using LiftLab.Engine.Prompts;
using LiftLab.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Live.Serving;
using OpenAI.Files;
using OpenAI.FineTuning;

namespace LiftLab.Tests.Web.Serving;

/// <summary>Fine-tuning over the API, with the official .NET client: its quick start, with another address, key and model.</summary>
[Trait(Speed.Trait, Speed.Slow)]
[Experimental("OPENAI001")] // the official client marks fine-tuning so
public sealed class FineTuningTests(FineTuningTests.Served served) : IClassFixture<FineTuningTests.Served>
{
    public sealed class Served : IDisposable
    {
        public ServedLab Lab { get; } = new();

        public void Dispose() => Lab.Dispose();
    }

    HttpClient Http => served.Lab.Http;

    Task<string> UploadAsync(byte[] content, string name = "train.jsonl") => served.Lab.UploadAsync(content, name);

    async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await Http.GetStringAsync(path))!.AsObject();

    async Task<JsonObject> EndedAsync(string job)
    {
        JsonObject state = [];
        await Eventually.TrueAsync(async () =>
            (string?)(state = await GetAsync($"fine_tuning/jobs/{job}"))["status"] is "succeeded" or "failed" or "cancelled"
        );
        return state;
    }

    async Task<JsonObject> CreatedAsync(object request)
    {
        var answer = await Http.PostAsJsonAsync("fine_tuning/jobs", request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    [Fact]
    public async Task The_official_clients_quick_start_runs_and_its_run_is_a_run_of_the_lab()
    {
        var (train, valid, test) = await TrainingTexts.IrisAsync();
        var (training, validation) = (await UploadAsync(train), await UploadAsync(valid, "valid.jsonl"));
        OpenAIFileClient files = served.Lab.Official().GetOpenAIFileClient();
        OpenAIFileCollection listed = await files.GetFilesAsync();
        Assert.Contains(training, listed.Select(f => f.Id));
        BinaryData content = await files.DownloadFileAsync(training);
        Assert.Equal(train, content.ToArray());

        FineTuningClient client = served.Lab.Official().GetFineTuningClient();
        var job = await client.FineTuneAsync(
            "lift-mini",
            training,
            waitUntilCompleted: false,
            new()
            {
                ValidationFile = validation,
                Suffix = "iris",
                Seed = 7,
                TrainingMethod = FineTuningTrainingMethod.CreateSupervised(batchSize: 16, epochCount: 6, learningRate: 1),
            }
        );
        await Eventually.TrueAsync(async () =>
        {
            job = await client.GetJobAsync(job.JobId);
            return job.Status == FineTuningStatus.Succeeded || job.Status == FineTuningStatus.Failed;
        });
        Assert.Equal(FineTuningStatus.Succeeded, job.Status);
        Assert.StartsWith("ft:lift-mini:liftlab:iris:", job.Value, StringComparison.Ordinal);
        Assert.Equal("lift-mini", job.BaseModel);
        var set = Assert.IsType<HyperparametersForSupervised>(job.MethodHyperparameters);
        Assert.Equal((6, 16, 1.0), (set.EpochCount, set.BatchSize, set.LearningRateMultiplier));

        var events = new List<FineTuningEvent>();
        await foreach (var e in job.GetEventsAsync(new() { PageSize = 7 }))
            events.Add(e);
        var steps = events.Where(e => e.Message.StartsWith("Step ", StringComparison.Ordinal)).ToArray();
        var total = 6 * ((train.Count(b => b == '\n') + 15) / 16);
        Assert.Equal(total, steps.Length);
        Assert.Equal(events.Count, events.Select(e => e.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains($"Step {total}/{total}", steps[0].Message, StringComparison.Ordinal); // newest first
        Assert.Equal("The job has successfully completed", events[0].Message);

        var checkpoints = new List<FineTuningCheckpoint>();
        await foreach (var checkpoint in job.GetCheckpointsAsync(new() { PageSize = 2 }))
            checkpoints.Add(checkpoint);
        Assert.Equal(total, checkpoints[0].StepNumber);
        Assert.Equal(checkpoints.OrderByDescending(c => c.StepNumber), checkpoints);
        Assert.Equal(3, checkpoints.Count);
        Assert.NotNull(checkpoints[0].Metrics.FullValidLoss);

        // The run is one of the lab's, with the curve of the events.
        var run = served.Lab.Lab.Get<LabRuns>().Folder(ServedJob.RunOf(job.JobId)!);
        Assert.Equal("lift", run.ReadSpec().Learner.Name);
        var task = (await OpenRun.ReadAsync(run, CancellationToken.None)).Task;
        var settings = LiftSettings.Of(run.ReadSpec().Learner, task.Kind);
        var prompts = TablePrompts.Fit(settings.Template, task.Table, task.Schema, task.Split.Train, task.Labels);
        var line = prompts.Write(task.Table, 0);
        Assert.Equal(
            Encoding.UTF8.GetString(train).Split('\n')[0],
            PromptLines.Write(line with { Completion = settings.Template.Joint + line.Completion })
        );
        Assert.Equal(Enumerable.Range(1, total), LabServer.Steps(run));

        // The checkpoint of the last epoch answers as the model does wherever the last epoch is the best one; both answer.
        foreach (var model in (string[])[job.Value!, checkpoints[0].ModelId, checkpoints[2].ModelId])
        {
            var answer = await Http.PostAsJsonAsync(
                "completions",
                new
                {
                    model,
                    prompt = test.Take(8).Select(e => e.Prompt + " 0@@@").ToArray(),
                    max_tokens = 0,
                    echo = true,
                    logprobs = 0,
                }
            );
            var choices = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["choices"]!.AsArray();
            Assert.Equal(8, choices.Count);
            Assert.All(choices, c => Assert.InRange((double)c!["logprobs"]!["token_logprobs"]!.AsArray()[^1]!, -5, 0));
        }

        var state = await GetAsync($"fine_tuning/jobs/{job.JobId}");
        Assert.True((long)state["trained_tokens"]! > 10_000);
        var result = (string)state["result_files"]![0]!;
        var csv = await Http.GetStringAsync($"files/{result}/content");
        Assert.StartsWith("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,", csv, StringComparison.Ordinal);
        Assert.Equal(total + 1, csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var deleted = await served.Lab.Official().GetOpenAIModelClient().DeleteModelAsync(job.Value);
        Assert.True(deleted.Value.Deleted);
        Assert.Equal(404, (int)(await Http.GetAsync($"models/{Uri.EscapeDataString(job.Value!)}")).StatusCode);
    }

    [Fact]
    public async Task Texts_that_are_no_table_are_learned_as_they_are()
    {
        var file = await UploadAsync(TrainingTexts.Questions());
        var job = (string)
            (
                await CreatedAsync(
                    new
                    {
                        model = "lift-mini",
                        training_file = file,
                        hyperparameters = new { n_epochs = 3, batch_size = 8 },
                    }
                )
            )["id"]!;
        var state = await EndedAsync(job);
        Assert.True((string?)state["status"] == "succeeded", state.ToJsonString());
        var run = served.Lab.Lab.Get<LabRuns>().Folder(ServedJob.RunOf(job)!);
        var spec = run.ReadSpec();
        Assert.Equal("instruct", spec.Learner.Name);
        var table = (await run.LoadAsync(spec)).Table;
        Assert.Equal("Q: what is 3 plus, \"one\"?\r\n\tA:", InstructTexts.Text(table["prompt"].Cells[3]));
        Assert.Equal("  4, naturally \u00e9 \n END", InstructTexts.Text(table["completion"].Cells[3]));

        var model = (string)state["fine_tuned_model"]!;
        var answer = await Http.PostAsJsonAsync(
            "completions",
            new
            {
                model,
                prompt = "Q: what is 3 plus, \"one\"?\r\n\tA:",
                max_tokens = 30,
                temperature = 0,
                stop = " END",
            }
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var checkpoints = await GetAsync($"fine_tuning/jobs/{job}/checkpoints");
        Assert.Equal(3, checkpoints["data"]!.AsArray().Count);
        var last = (string)checkpoints["data"]![0]!["fine_tuned_model_checkpoint"]!;
        var same = await Http.PostAsJsonAsync(
            "completions",
            new
            {
                model = last,
                prompt = "Q: what is 3 plus, \"one\"?\r\n\tA:",
                max_tokens = 30,
                temperature = 0,
                stop = " END",
            }
        );
        // Without a validation file the last epoch answers.
        Assert.Equal(
            (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["choices"]![0]!["text"],
            (string?)JsonNode.Parse(await same.Content.ReadAsStringAsync())!["choices"]![0]!["text"]
        );
    }

    [Fact]
    public async Task Chats_are_learned_answer_by_answer_and_answered_in_chat_form()
    {
        var file = await UploadAsync(TrainingTexts.Chats());
        var job = (string)
            (
                await CreatedAsync(
                    new
                    {
                        model = "lift-mini",
                        training_file = file,
                        method = new
                        {
                            type = "supervised",
                            supervised = new { hyperparameters = new { n_epochs = 2, batch_size = "auto" } },
                        },
                    }
                )
            )["id"]!;
        var state = await EndedAsync(job);
        Assert.True((string?)state["status"] == "succeeded", state.ToJsonString());
        var run = served.Lab.Lab.Get<LabRuns>().Folder(ServedJob.RunOf(job)!);
        var table = (await run.LoadAsync(run.ReadSpec())).Table;
        Assert.Equal(24, table.RowCount);
        Assert.Equal("system:\nYou answer in one word.\n\nuser:\nColour 0?\n\nassistant:\n", InstructTexts.Text(table["prompt"].Cells[0]));
        Assert.Equal("red@@@", InstructTexts.Text(table["completion"].Cells[0]));
        var chat = await Http.PostAsJsonAsync(
            "chat/completions",
            new
            {
                model = (string)state["fine_tuned_model"]!,
                messages = new[]
                {
                    new { role = "system", content = "You answer in one word." },
                    new { role = "user", content = "Colour 4?" },
                },
                temperature = 0,
                max_tokens = 20,
            }
        );
        Assert.True(chat.IsSuccessStatusCode, await chat.Content.ReadAsStringAsync());
        Assert.Equal("assistant", (string?)JsonNode.Parse(await chat.Content.ReadAsStringAsync())!["choices"]![0]!["message"]!["role"]);
    }
}
