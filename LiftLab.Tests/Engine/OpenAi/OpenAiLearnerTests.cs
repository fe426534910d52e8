using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Tests.Engine.Hub;
using Microsoft.AspNetCore.Http;

namespace LiftLab.Tests.Engine.OpenAi;

public sealed class OpenAiLearnerTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-provider-").FullName;
    readonly ImpatientTime clock = new(TimeSpan.FromMinutes(2));
    readonly List<LearningEvent> events = [];

    public OpenAiLearnerTests() => Environment.SetEnvironmentVariable(ProviderKey.Variable("KEY", "test"), TestProvider.Key);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static async Task<LearningTask> TaskAsync(string table)
    {
        var opened = await OpenedTable.OpenAsync(table);
        return new(opened.Table, opened.Schema, SplitMaker.Make(opened.Table, opened.Schema, 0));
    }

    OpenAiLearner Learner(OpenAiSettings settings, Func<bool>? abandoned = null, CancellationToken stop = default) =>
        new(settings, new(folder, StopTraining: stop) { Abandoned = abandoned }, clock);

    Progress Heard => new(events);

    sealed class Progress(List<LearningEvent> events) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            lock (events)
                events.Add(value);
        }
    }

    static double Score(LearningTask task, IReadOnlyList<Prediction> answers) =>
        ScoreSheet.Headline(task, task.Split.Test, answers, 0).Value;

    [Theory]
    [InlineData(RowForm.Completion, true, true, "Labels")]
    [InlineData(RowForm.Completion, false, true, "FirstTokens")]
    [InlineData(RowForm.Completion, false, false, "Frequencies")]
    [InlineData(RowForm.Chat, true, true, "Frequencies")]
    public async Task A_table_of_classes_is_trained_followed_and_answered(RowForm form, bool echoes, bool logs, string scoring)
    {
        await using var service = await TestProvider.StartAsync();
        (service.Echoes, service.GivesLogProbabilities) = (echoes, logs);
        var task = await TaskAsync("iris");
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { Form = form, Samples = 2 };
        using var model = await Learner(settings).FitAsync(task, 0, Heard);
        var answers = await model.PredictAsync(task.Table, task.Split.Test);
        Assert.True(Score(task, answers) > 0.9, "nearest neighbours know iris");
        Assert.Equal(scoring, model.Settings["chosen"]!["scoring"]!.GetValue<string>());
        Assert.Equal(
            scoring is "Labels" or "FirstTokens",
            answers.OfType<Prediction.Answered>().All(a => a.Probabilities is not null && a.Probabilities.Max() < 1)
        );
        Assert.Equal([1, 2, 3, 4, 5, 6], events.OfType<TrainingStep>().Select(s => s.Step));
        Assert.Equal([2, 4, 6], events.OfType<Validated>().Select(v => v.Step));
        Assert.Equal(1234, model.Settings["bill"]!["trainedTokens"]!.GetValue<long>());
        Assert.Single(service.Jobs);
    }

    [Fact]
    public async Task Of_several_rates_the_best_on_the_validation_rows_is_kept()
    {
        await using var service = await TestProvider.StartAsync();
        var task = await TaskAsync("iris");
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { Rates = [0.05, 0.1, 0.2] };
        using var model = await Learner(settings).FitAsync(task, 0, Heard);
        Assert.Equal(3, service.Jobs.Count);
        Assert.Contains(model.Settings["chosen"]!["rate"]!.GetValue<double>(), settings.Rates);
        Assert.Equal(3 * 1234, model.Settings["bill"]!["trainedTokens"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_kept_model_answers_as_before_and_its_key_is_nowhere()
    {
        await using var service = await TestProvider.StartAsync();
        var task = await TaskAsync("iris");
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind);
        var learner = Learner(settings);
        using var model = await learner.FitAsync(task, 0, Heard);
        var before = await model.PredictAsync(task.Table, task.Split.Test);
        await model.KeepAsync(Path.Combine(folder, "kept"));
        using var opened = await learner.OpenAsync(Path.Combine(folder, "kept"));
        var after = await opened.PredictAsync(task.Table, task.Split.Test);
        Assert.Equal(JsonSerializer.Serialize(before), JsonSerializer.Serialize(after));
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(TestProvider.Key, File.ReadAllText(file), StringComparison.Ordinal);
        Assert.DoesNotContain(TestProvider.Key, model.Settings.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_replayed_without_a_network()
    {
        var task = await TaskAsync("iris");
        OpenAiSettings settings;
        IReadOnlyList<Prediction> before;
        var run = Path.Combine(folder, "run");
        var checkpoints = Directory.CreateDirectory(Path.Combine(run, "checkpoints", OpenAiSettings.LearnerName)).FullName;
        await using (var service = await TestProvider.StartAsync())
        {
            settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { Rates = [0.1, 0.2] };
            using var model = await new OpenAiLearner(settings, new(checkpoints), clock).FitAsync(task, 0);
            before = await model.PredictAsync(task.Table, task.Split.Test);
        }
        using var again = await Learner(settings with { Replay = run }).FitAsync(task, 0, Heard);
        var after = await again.PredictAsync(task.Table, task.Split.Test);
        Assert.Equal(JsonSerializer.Serialize(before), JsonSerializer.Serialize(after));
        Assert.Equal(6, events.OfType<TrainingStep>().Count(s => s.Member == 0));
    }

    [Theory]
    [InlineData("fine_tuning/jobs", true)]
    [InlineData("fine_tuning/jobs", false)]
    [InlineData("files", true)]
    public async Task What_an_interrupted_run_has_created_is_found_and_not_created_again(string path, bool created)
    {
        await using var service = await TestProvider.StartAsync();
        var task = await TaskAsync("iris");
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { Rates = [0.1, 0.2] };
        using var crash = new CancellationTokenSource();
        var hits = 0;
        service.Instead = async (http, asked) =>
        {
            if (http.Request.Method != "POST" || asked != path || Interlocked.Increment(ref hits) > 1)
                return false;
            if (created)
                http.Response.OnCompleted(() => crash.CancelAsync()); // the answer is on its way when the run dies
            else
                await crash.CancelAsync();
            await Task.CompletedTask;
            return false;
        };
        var first = await Record.ExceptionAsync(() => Learner(settings).FitAsync(task, 0, null, crash.Token));
        Assert.True(first is null or OperationCanceledException, first?.ToString());
        using var model = await Learner(settings).FitAsync(task, 0, Heard);
        Assert.Equal(2, service.Jobs.Count);
        Assert.Equal(2, service.FileNames.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6], events.OfType<TrainingStep>().Where(s => s.Member == 0).Select(s => s.Step));
    }

    public static TheoryData<string, int, string, string> Refusals =>
        new()
        {
            {
                "fine_tuning/jobs",
                403,
                """{"error":{"message":"OpenAI is winding down","code":"training_not_available"}}""",
                "training-refused"
            },
            {
                "files",
                401,
                """{"error":{"message":"Incorrect API key provided: sk-planted-0123456789","code":"invalid_api_key"}}""",
                "key-refused"
            },
            { "files", 403, """{"error":"not for you"}""", "forbidden" },
            { "files", 413, "<html>too large</html>", "too-large" },
            { "fine_tuning/jobs", 404, """{"error":{"message":"The model does not exist","code":"model_not_found"}}""", "not-found" },
            { "fine_tuning/jobs", 410, """{"detail":"retired"}""", "retired" },
            { "fine_tuning/jobs", 400, """{"error":{"message":"n_epochs too large","param":"n_epochs"}}""", "refused" },
            { "fine_tuning/jobs", 422, """{"detail":[{"loc":["body","model"],"msg":"field required"}]}""", "refused" },
            { "fine_tuning/jobs", 400, """{"title":"Bad","detail":"seed must be a number","status":400}""", "refused" },
            { "fine_tuning/jobs", 429, """{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}""", "no-money" },
            { "fine_tuning/jobs", 402, """{"message":"pay first"}""", "no-money" },
            { "fine_tuning/jobs", 302, "", "moved" },
            { "files", 200, "<html>welcome</html>", "not-understood" },
            { "files", 200, "[]", "not-understood" },
            { "files", 200, """{"object":"file"}""", "not-understood" },
            { "files", 500, "", "service-fault" },
            { "files", 429, """{"error":{"message":"slow down","code":"rate_limit_exceeded"}}""", "rate-limited" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Each_refusal_says_what_happened_and_never_the_key(string path, int status, string body, string code)
    {
        await using var service = await TestProvider.StartAsync();
        service.Instead = async (http, asked) =>
        {
            if (http.Request.Method != "POST" || asked != path)
                return false;
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://elsewhere.invalid/v1";
            await http.Response.WriteAsync(body);
            return true;
        };
        var task = await TaskAsync("iris");
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind);
        var refused = await Assert.ThrowsAsync<LearningFailedException>(() => Learner(settings).FitAsync(task, 0));
        Assert.Equal(code, refused.Code);
        Assert.DoesNotContain(TestProvider.Key, refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("test", refused.What, StringComparison.Ordinal); // the provider's name
        if (
            status >= 400
            && ServiceError.Parse(body).Text.Replace(TestProvider.Key, "(key)", StringComparison.Ordinal) is { Length: > 0 } said
        )
            Assert.Contains($"\"{said}\"", refused.What, StringComparison.Ordinal);
        Assert.Equal(status == 200, !refused.What.Contains("request req-7", StringComparison.Ordinal)); // for the provider's support
        Assert.EndsWith(".", refused.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storm_of_faults_is_waited_out()
    {
        await using var service = await TestProvider.StartAsync();
        var (count, random) = (0, new Random(7));
        service.Instead = async (http, _) =>
        {
            int kind;
            lock (random)
                kind = random.Next(6);
            if (Interlocked.Increment(ref count) > 400 || kind > 2)
                return false;
            if (kind == 0)
                http.Abort();
            else
            {
                http.Response.StatusCode = kind == 1 ? 429 : 503;
                http.Response.Headers.RetryAfter = kind == 1 ? "3" : "nonsense";
                await http.Response.WriteAsync("busy");
            }
            return true;
        };
        var task = await TaskAsync("iris");
        using var model = await Learner(OpenAiSettings.Default(service.Provider, "tiny", task.Kind)).FitAsync(task, 0, Heard);
        var answers = await model.PredictAsync(task.Table, task.Split.Test);
        Assert.True(Score(task, answers) > 0.9);
        Assert.Single(service.Jobs);
        Assert.Contains(TimeSpan.FromSeconds(3), clock.Pauses);
    }

    [Fact]
    public async Task A_failed_job_tells_the_services_reason()
    {
        await using var service = await TestProvider.StartAsync();
        service.End = "failed";
        var task = await TaskAsync("iris");
        var failed = await Assert.ThrowsAsync<LearningFailedException>(() =>
            Learner(OpenAiSettings.Default(service.Provider, "tiny", task.Kind)).FitAsync(task, 0)
        );
        Assert.Contains("the file has too few rows", failed.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finish_now_cancels_the_job_and_uses_its_checkpoint()
    {
        await using var service = await TestProvider.StartAsync();
        service.LooksUntilDone = int.MaxValue - 1;
        var task = await TaskAsync("iris");
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        using var model = await Learner(OpenAiSettings.Default(service.Provider, "tiny", task.Kind), stop: stop.Token)
            .FitAsync(task, 0, Heard);
        Assert.EndsWith(":ckpt-step-3", model.Settings["chosen"]!["model"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("cancelled", service.Jobs[0]["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_discarded_run_ends_its_jobs_at_the_service()
    {
        await using var service = await TestProvider.StartAsync();
        service.LooksUntilDone = int.MaxValue - 1;
        var task = await TaskAsync("iris");
        using var end = new CancellationTokenSource();
        var fit = Learner(OpenAiSettings.Default(service.Provider, "tiny", task.Kind), () => true).FitAsync(task, 0, null, end.Token);
        while (!fit.IsCompleted && !service.Requests.Any(r => r.Path.EndsWith("/events", StringComparison.Ordinal)))
            await Task.Yield();
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fit);
        Assert.Equal("cancelled", service.Jobs[0]["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_number_that_cannot_be_read_is_drawn_again_and_is_never_a_mean()
    {
        await using var service = await TestProvider.StartAsync();
        var file = Path.Combine(folder, "line.csv");
        await File.WriteAllLinesAsync(
            file,
            ["x,y", .. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i}.5,{i * 2}.25"))]
        );
        var task = await TaskAsync(file);
        var asked = 0;
        service.Instead = async (http, path) =>
        {
            if (path != "completions" || Interlocked.Increment(ref asked) % 7 != 1)
                return false;
            await http.Response.WriteAsync("""{"choices":[{"text":"well, that depends"}]}""");
            return true;
        };
        using var model = await Learner(OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { AtOnce = 1 }).FitAsync(task, 0);
        var answers = await model.PredictAsync(task.Table, task.Split.Test);
        Assert.All(answers, a => Assert.IsType<Prediction.Answered>(a));
        Assert.Contains(service.Requests, r => r.Body.Contains("\"temperature\":0.75", StringComparison.Ordinal));
        service.Instead = async (http, path) =>
        {
            if (path == "completions")
                await http.Response.WriteAsync("""{"choices":[{"text":"who knows"}]}""");
            return path == "completions";
        };
        var other = Directory.CreateDirectory(Path.Combine(folder, "other")).FullName;
        using var lost = await new OpenAiLearner(OpenAiSettings.Default(service.Provider, "tiny", task.Kind), new(other), clock).FitAsync(
            task,
            0
        );
        Assert.All(await lost.PredictAsync(task.Table, task.Split.Test), a => Assert.IsType<Prediction.Unreadable>(a));
    }
}
