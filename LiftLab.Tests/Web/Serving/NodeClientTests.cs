using System.Diagnostics;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;

namespace LiftLab.Tests.Web.Serving;

/// <summary>The official Node client runs OpenAI's fine-tuning quick start; only address, key and model are LiftLab's.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class NodeClientTests
{
    [NodeFact]
    public async Task The_quick_start_of_the_Node_client_runs()
    {
        using var lab = new ServedLab();
        var folder = Directory.CreateTempSubdirectory("liftlab-node-").FullName;
        try
        {
            var (train, valid, _) = await TrainingTexts.IrisAsync();
            var (training, validation) = (Path.Combine(folder, "train.jsonl"), Path.Combine(folder, "valid.jsonl"));
            await File.WriteAllBytesAsync(training, train);
            await File.WriteAllBytesAsync(validation, valid);
            var found = await RunAsync(lab, "lift-mini", training, validation);

            Assert.Equal("train.jsonl", (string?)found["file"]!["filename"]);
            Assert.True((bool)found["content"]!);
            Assert.Equal(2, found["files"]!.AsArray().Count);
            var job = found["job"]!;
            Assert.Equal("succeeded", (string?)job["status"]);
            Assert.Equal("node", (string?)job["metadata"]!["from"]);
            var model = (string)job["fine_tuned_model"]!;
            Assert.Equal([(string?)job["id"]], found["jobs"]!.AsArray().Select(j => (string?)j));
            string[] ids = [.. found["events"]!.AsArray().Select(e => (string)e!["id"]!)];
            Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
            int[] steps =
            [
                .. found["events"]!.AsArray().Where(e => (string?)e!["type"] == "metrics").Select(e => (int)e!["data"]!["step"]!),
            ];
            Assert.Equal(Enumerable.Range(1, steps.Length).Reverse(), steps);
            Assert.Equal(3, found["checkpoints"]!.AsArray().Count);
            Assert.Contains(model, found["models"]!.AsArray().Select(m => (string?)m));

            foreach (var answer in (JsonNode[])[found["completion"]!, found["checkpoint"]!])
            {
                var logs = answer["choices"]![0]!["logprobs"]!;
                var text = (string)answer["choices"]![0]!["text"]!;
                var tokens = ModelByName.TokenizerOf(ModelByName.BuiltInFolder).EncodePrompt(text).Length;
                Assert.Equal(tokens, logs["tokens"]!.AsArray().Count);
                Assert.Equal(text, string.Concat(logs["tokens"]!.AsArray().Select(t => (string?)t)));
                Assert.Null(logs["token_logprobs"]![0]);
            }
            Assert.Equal((string?)found["chat"], (string?)found["streamed"]);
            Assert.EndsWith("@@@", string.Concat(found["pieces"]!.AsArray().Select(p => (string?)p)), StringComparison.Ordinal);

            Assert.Equal(["paused", "paused"], found["paused"]!.AsArray().Select(s => (string?)s));
            Assert.Contains((string?)found["resumed"], (string[])["queued", "running"]);
            Assert.Equal("cancelled", (string?)found["cancelled"]);
            Assert.Contains("The job was paused", found["told"]!.AsArray().Select(m => (string?)m));

            AssertError(found, "model", "NotFoundError", 404, "model_not_found");
            AssertError(found, "parameter", "BadRequestError", 400, "invalid_value");
            AssertError(found, "job", "NotFoundError", 404, "fine_tune_not_found");
            AssertError(found, "cancel", "BadRequestError", 400, "invalid_job_state");
            AssertError(found, "key", "AuthenticationError", 401, "invalid_api_key");
            Assert.True((bool)found["deleted"]!["deleted"]!);
            Assert.True((bool)found["fileDeleted"]!["deleted"]!);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void AssertError(JsonNode found, string name, string type, int status, string code)
    {
        var error = found["errors"]![name]!;
        Assert.Equal((type, status, code), ((string?)error["type"], (int)error["status"]!, (string?)error["code"]));
        Assert.True((bool)error["request"]!);
    }

    static async Task<JsonNode> RunAsync(ServedLab lab, params string[] arguments)
    {
        var info = new ProcessStartInfo("node", ["quick-start.mjs", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = NodeFactAttribute.Clients,
            Environment = { ["OPENAI_BASE_URL"] = lab.Address.ToString(), ["OPENAI_API_KEY"] = ServedLab.Key },
        };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return JsonNode.Parse(await output)!;
    }
}
