using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.FineTuning.Kept;
using LiftLab.Engine.FineTuning.Writing;
using LiftLab.Engine.Learning.Texts;
using LiftLab.Engine.Models.Torch;

namespace LiftLab.Tests.Web.Serving;

/// <summary>Many clients at once: every one gets its own answer, also while others leave. As a measurement, how fast.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class LoadTests
{
    const int Clients = 32;

    static string Prompt(int i) =>
        FormattableString.Invariant($"When we have x1={4 + i % 40 * 0.1:0.00}, x2={2 + i % 7 * 0.3:0.00}, What is this type? ###");

    static object Request(int i, bool scores) =>
        scores
            ? new
            {
                model = "lift-mini",
                prompt = Prompt(i) + " 1@@@",
                max_tokens = 0,
                echo = true,
                logprobs = 0,
                temperature = 0,
            }
            : new
            {
                model = "lift-mini",
                prompt = Prompt(i),
                max_tokens = 8,
                temperature = 0,
            };

    static async Task<string> AskAsync(HttpClient http, object request, CancellationToken cancel = default)
    {
        var answer = await http.PostAsJsonAsync("completions", request, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        var choice = JsonNode.Parse(text)!["choices"]![0]!;
        return (string)choice["text"]!
            + choice["logprobs"]?["token_logprobs"]?.AsArray().Sum(l => (double?)l ?? 0).ToString("0.000", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Of_32_clients_everyone_gets_its_own_answer_while_others_leave()
    {
        using var lab = new ServedLab();
        string[] alone = new string[Clients];
        for (var i = 0; i < Clients; i++)
            alone[i] = await AskAsync(lab.Http, Request(i, i % 2 == 0));
        using var leaving = new CancellationTokenSource();
        var left = Enumerable
            .Range(0, Clients)
            .Select(i =>
                AskAsync(
                    lab.Http,
                    new
                    {
                        model = "lift-mini",
                        prompt = Prompt(i),
                        max_tokens = 400,
                    },
                    leaving.Token
                )
            )
            .ToArray();
        var together = Enumerable.Range(0, Clients * 2).Select(i => AskAsync(lab.Http, Request(i % Clients, i % 2 == 0))).ToArray();
        await leaving.CancelAsync();
        var answers = await Task.WhenAll(together);
        for (var i = 0; i < answers.Length; i++)
            Assert.Equal(alone[i % Clients], answers[i]);
        foreach (var one in left)
            await one.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [LoadFact]
    public async Task Requests_per_second_and_their_95th_percentile()
    {
        using var lab = new ServedLab(settings: ("LiftLab:Serving:RequestsPerMinute", "10000000"));
        foreach (var scores in (bool[])[true, false])
        {
            const int Each = 60;
            await AskAsync(lab.Http, Request(0, scores));
            foreach (var clients in (int[])[1, 8, Clients])
            {
                var took = new double[clients * Each];
                var watch = Stopwatch.StartNew();
                await Task.WhenAll(
                    Enumerable
                        .Range(0, clients)
                        .Select(c =>
                            Task.Run(async () =>
                            {
                                for (var i = 0; i < Each; i++)
                                {
                                    var begun = Stopwatch.GetTimestamp();
                                    await AskAsync(lab.Http, Request(c * Each + i, scores));
                                    took[c * Each + i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
                                }
                            })
                        )
                );
                Array.Sort(took);
                await SayAsync(
                    FormattableString.Invariant(
                        $"{(scores ? "score" : "write 8 tokens")}, {clients} clients over HTTP: {took.Length / watch.Elapsed.TotalSeconds:0} requests/s, median {took[took.Length / 2]:0.0} ms, p95 {took[took.Length * 95 / 100]:0.0} ms"
                    )
                );
            }
            foreach (var together in (int[])[1, Clients])
                await SayAsync(
                    FormattableString.Invariant(
                        $"{(scores ? "score" : "write 8 tokens")}, {together} at a time in the process: {await InProcessAsync(scores, together):0} texts/s"
                    )
                );
        }
    }

    static Task<double> InProcessAsync(bool scores, int together) =>
        TorchThread.Run(
            "load",
            () =>
            {
                const int Rounds = 30;
                var (model, tokenizer) = ModelByName.Load("lift-mini");
                using var loaded = model;
                TorchRuntime.FitThreads(model.ParameterCount);
                var continuation = new TextContinuation(model, tokenizer);
                var watch = new Stopwatch();
                for (var round = -3; round < Rounds; round++)
                {
                    if (round == 0)
                        watch.Start();
                    GrowingText[] texts =
                    [
                        .. Enumerable
                            .Range(0, together)
                            .Select(i => new GrowingText(
                                scores
                                    ? new(Prompt(i + round) + " 1@@@", null, 0) { Echo = true, Top = 0 }
                                    : new(Prompt(i + round), null, 8),
                                i,
                                null,
                                default
                            )),
                    ];
                    continuation.Continue(texts, 32, default);
                }
                return Rounds * together / watch.Elapsed.TotalSeconds;
            }
        );

    static Task SayAsync(string line) => File.AppendAllTextAsync(LoadFactAttribute.File!, line + "\n");
}
