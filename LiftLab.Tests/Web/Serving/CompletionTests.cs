using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.Launching.Resident;
using OpenAI.Chat;

namespace LiftLab.Tests.Web.Serving;

/// <summary>Completions and chats of base models: what is asked for is what comes back, whoever else asks meanwhile.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class CompletionTests(CompletionTests.Served served) : IClassFixture<CompletionTests.Served>
{
    public sealed class Served : IDisposable
    {
        public ServedLab Lab { get; } = new();

        public void Dispose() => Lab.Dispose();
    }

    const string Prompt = "When we have x1=5.1, x2=3.5, what is this type?###";

    HttpClient Http => served.Lab.Http;

    static async Task<JsonObject> BodyAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    async Task<JsonObject> CompleteAsync(object request) => await BodyAsync(await Http.PostAsJsonAsync("completions", request));

    [Fact]
    public async Task Echo_with_log_probabilities_equals_the_logits_command()
    {
        var answer = await CompleteAsync(
            new
            {
                model = "lift-mini",
                prompt = Prompt + " 1@@@",
                max_tokens = 0,
                echo = true,
                logprobs = 5,
                temperature = 0,
            }
        );
        var choice = answer["choices"]![0]!;
        Assert.Equal(Prompt + " 1@@@", (string?)choice["text"]);
        var logs = choice["logprobs"]!;
        var ids = ModelByName.TokenizerOf(ModelByName.BuiltInFolder).EncodePrompt(Prompt + " 1@@@");
        double?[] given = [.. logs["token_logprobs"]!.AsArray().Select(v => (double?)v)];
        Assert.Equal(ids.Length, given.Length);
        Assert.Equal(ids.Length, (int?)answer["usage"]!["prompt_tokens"]);
        Assert.Null(given[0]);
        Assert.Null(logs["top_logprobs"]![0]);
        Assert.Equal(Prompt.Length, logs["text_offset"]!.AsArray().Select(o => (int)o!).First(o => o >= Prompt.Length));

        var told = JsonNode.Parse(
            await EngineOutput.OfAsync("logits", ModelByName.BuiltInFolder, "--ids", string.Join(',', ids), "--json")
        )!;
        for (var i = 1; i < ids.Length; i++)
        {
            double[] row = [.. told["logits"]![i - 1]!.AsArray().Select(v => (double)v!)];
            var top = row.Max();
            var log = row[ids[i]] - top - Math.Log(row.Sum(v => Math.Exp(v - top)));
            Assert.Equal(log, given[i]!.Value, 1e-4);
        }
    }

    [Fact]
    public async Task Ids_lists_and_several_choices_come_back_in_their_order()
    {
        var ids = ModelByName.TokenizerOf(ModelByName.BuiltInFolder).EncodePrompt(Prompt);
        var one = await CompleteAsync(
            new
            {
                model = "lift-mini",
                prompt = Prompt,
                max_tokens = 6,
                temperature = 0,
            }
        );
        var many = await CompleteAsync(
            new
            {
                model = "lift-mini",
                prompt = new[] { ids, [.. ids[..^1], ids[^1]], [65, 66] },
                max_tokens = 6,
                temperature = 0,
                n = 2,
            }
        );
        var choices = many["choices"]!.AsArray();
        Assert.Equal([0, 1, 2, 3, 4, 5], choices.Select(c => (int)c!["index"]!));
        foreach (var i in (int[])[0, 1, 2, 3])
            Assert.Equal((string?)one["choices"]![0]!["text"], (string?)choices[i]!["text"]);
        Assert.Equal("length", (string?)choices[0]!["finish_reason"]);
        Assert.Equal(2 * ids.Length + 2, (int?)many["usage"]!["prompt_tokens"]);
        Assert.Equal(36, (int?)many["usage"]!["completion_tokens"]);
    }

    [Fact]
    public async Task A_seed_draws_the_same_text_whoever_asks_meanwhile_and_other_seeds_another()
    {
        object Request(int seed) =>
            new
            {
                model = "lift-mini",
                prompt = Prompt,
                max_tokens = 24,
                temperature = 1,
                top_p = 0.9,
                seed,
            };
        string Text(JsonObject answer) => (string)answer["choices"]![0]!["text"]!;
        var alone = Text(await CompleteAsync(Request(7)));
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CompleteAsync(Request(i))));
        Assert.Equal(alone, Text(together[7]));
        Assert.True(together.Select(Text).Distinct(StringComparer.Ordinal).Count() > 1);
    }

    [Fact]
    public async Task A_stop_text_ends_the_answer_also_in_a_stream_which_is_the_same_text()
    {
        var whole = (string)
            (
                await CompleteAsync(
                    new
                    {
                        model = "lift-mini",
                        prompt = "abc",
                        max_tokens = 40,
                        temperature = 1,
                        seed = 3,
                    }
                )
            )["choices"]![0]!["text"]!;
        var stop = whole[20..22];
        object Request(bool stream) =>
            new
            {
                model = "lift-mini",
                prompt = "abc",
                max_tokens = 40,
                temperature = 1,
                seed = 3,
                stop = new[] { stop, "never this" },
                logprobs = 1,
                stream,
            };
        var choice = (await CompleteAsync(Request(false)))["choices"]![0]!;
        var cut = whole[..whole.IndexOf(stop, StringComparison.Ordinal)];
        Assert.Equal(cut, (string?)choice["text"]);
        Assert.Equal("stop", (string?)choice["finish_reason"]);

        using var request = new HttpRequestMessage(HttpMethod.Post, "completions") { Content = JsonContent.Create(Request(true)) };
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", lines[^1]);
        var pieces = lines[..^1].Select(l => JsonNode.Parse(l["data: ".Length..])!["choices"]![0]!).ToArray();
        Assert.Equal(cut, string.Concat(pieces.Select(p => (string?)p["text"])));
        Assert.True(pieces.Length > 3, $"{pieces.Length} pieces");
        Assert.Equal("stop", (string?)pieces[^1]["finish_reason"]);
        Assert.Equal(
            choice["logprobs"]!["tokens"]!.AsArray().Select(t => (string?)t),
            pieces.SelectMany(p => p["logprobs"]?["tokens"]?.AsArray() ?? []).Select(t => (string?)t)
        );
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_with_its_parameter()
    {
        await RefusedAsync(new { prompt = "a" }, 400, "model", "missing_required_parameter");
        await RefusedAsync(new { model = "gpt-99", prompt = "a" }, 404, "model", "model_not_found");
        await RefusedAsync(new { model = "lift-mini", prompt = 7 }, 400, "prompt", "invalid_type");
        await RefusedAsync(new { model = "lift-mini", prompt = new[] { 1_000_000 } }, 400, null, "invalid_token");
        await RefusedAsync(new { model = "lift-mini", prompt = new string('a', 3000) }, 400, null, "context_length_exceeded");
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                prompt = "a",
                temperature = 3,
            },
            400,
            "temperature",
            "invalid_value"
        );
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                prompt = "a",
                logprobs = 21,
            },
            400,
            "logprobs",
            "invalid_value"
        );
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                prompt = "a",
                best_of = 4,
            },
            400,
            "best_of",
            "unsupported_parameter"
        );
        await RefusedAsync(
            new
            {
                model = "lift-mini",
                prompt = "a",
                frequency_penalty = 0.5,
            },
            400,
            "frequency_penalty",
            "unsupported_parameter"
        );
        var broken = await Http.PostAsync("completions", new StringContent("{\"model\": "));
        Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        Assert.Contains("could not parse", await broken.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        async Task RefusedAsync(object request, int status, string? param, string code)
        {
            var answer = await Http.PostAsJsonAsync("completions", request);
            var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"]!;
            Assert.Equal((status, code), ((int)answer.StatusCode, (string?)error["code"]));
            if (param is not null)
                Assert.Equal(param, (string?)error["param"]);
        }
    }

    [Fact]
    public async Task The_official_chat_client_reads_answers_log_probabilities_and_streams()
    {
        var client = served.Lab.Official().GetChatClient("lift-mini");
        var options = new ChatCompletionOptions
        {
            MaxOutputTokenCount = 12,
            Temperature = 0,
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 3,
        };
        ChatCompletion whole = await client.CompleteChatAsync([new UserChatMessage(Prompt)], options);
        var completion = await CompleteAsync(
            new
            {
                model = "lift-mini",
                prompt = Prompt,
                max_tokens = 12,
                temperature = 0,
                stop = "@@@",
            }
        );
        Assert.Equal((string?)completion["choices"]![0]!["text"], whole.Content[0].Text);
        Assert.Equal(3, whole.ContentTokenLogProbabilities[0].TopLogProbabilities.Count);
        Assert.InRange(whole.ContentTokenLogProbabilities[0].LogProbability, -20, 0);
        var text = "";
        await foreach (var piece in client.CompleteChatStreamingAsync([new UserChatMessage(Prompt)], options))
            text += string.Concat(piece.ContentUpdate.Select(c => c.Text));
        Assert.Equal(whole.Content[0].Text, text);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_work_and_no_one_elses()
    {
        await CompleteAsync(
            new
            {
                model = "lift-mini",
                prompt = "a",
                max_tokens = 1,
            }
        ); // opens the model
        var worker = served.Lab.Lab.Get<ResidentPool>().Find(Path.GetFullPath(ModelByName.BuiltInFolder))!;
        using var leaving = new CancellationTokenSource();
        var left = Http.PostAsJsonAsync(
            "completions",
            new
            {
                model = "lift-mini",
                prompt = "b",
                max_tokens = 900,
                n = 64,
            },
            leaving.Token
        );
        await Eventually.TrueAsync(() => Task.FromResult(worker.Going > 0));
        var staying = CompleteAsync(
            new
            {
                model = "lift-mini",
                prompt = "a",
                max_tokens = 8,
                temperature = 0,
            }
        );
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(8, (int?)(await staying)["usage"]!["completion_tokens"]);
        await Eventually.TrueAsync(() => Task.FromResult(worker.Going == 0));
    }
}
