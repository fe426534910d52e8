using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Jobs;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Tests.Engine.Hub;
using Microsoft.AspNetCore.Http;

namespace LiftLab.Tests.Engine.OpenAi;

/// <summary>A service that answers badly: cut answers, wrong pages, paused jobs, expired files, retired models, null fields.</summary>
public sealed class BadServiceTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-bad-").FullName;
    readonly ImpatientTime clock = new(TimeSpan.FromMinutes(2));
    readonly List<LearningEvent> events = [];

    public BadServiceTests() => Environment.SetEnvironmentVariable(ProviderKey.Variable("KEY", "test"), TestProvider.Key);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    sealed class Heard(List<LearningEvent> events) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            lock (events)
                events.Add(value);
        }
    }

    static async Task<LearningTask> IrisAsync()
    {
        var opened = await OpenedTable.OpenAsync("iris");
        return new(opened.Table, opened.Schema, SplitMaker.Make(opened.Table, opened.Schema, 0));
    }

    OpenAiLearner Learner(OpenAiSettings settings, Func<bool>? abandoned = null) =>
        new(settings, new(folder) { Abandoned = abandoned, SpendingFile = Path.Combine(folder, SpendingFile.FileName) }, clock);

    async Task<double> ScoreAsync(TestProvider service, LearningTask task, OpenAiSettings? settings = null)
    {
        using var model = await Learner(settings ?? OpenAiSettings.Default(service.Provider, "tiny", task.Kind))
            .FitAsync(task, 0, new Heard(events));
        return ScoreSheet.Headline(task, task.Split.Test, await model.PredictAsync(task.Table, task.Split.Test), 0).Value;
    }

    string Notes => string.Join('\n', events.OfType<Noted>().Select(n => n.Text));

    [Theory]
    [InlineData("GET", "fine_tuning/jobs/ftjob-1")]
    [InlineData("GET", "fine_tuning/jobs/ftjob-1/events")]
    [InlineData("POST", "completions")]
    [InlineData("POST", "fine_tuning/jobs")]
    public async Task An_answer_that_is_cut_is_asked_for_again(string method, string path)
    {
        await using var service = await TestProvider.StartAsync();
        var cut = 0;
        service.Instead = async (http, asked) =>
        {
            if (http.Request.Method != method || asked != path || Interlocked.Increment(ref cut) > 2)
                return false;
            http.Response.ContentLength = 5_000;
            await http.Response.WriteAsync("{\"id\": \"ftjob-");
            await http.Response.Body.FlushAsync();
            http.Abort();
            return true;
        };
        Assert.True(await ScoreAsync(service, await IrisAsync()) > 0.9);
        Assert.Single(service.Jobs);
    }

    [Fact]
    public async Task Pages_that_repeat_themselves_end()
    {
        await using var service = await TestProvider.StartAsync();
        service.Instead = async (http, path) =>
        {
            if (!path.EndsWith("/events", StringComparison.Ordinal))
                return false;
            // says for ever that there is more, ignores "after", and lists items without an id
            await http.Response.WriteAsync(
                """
                {"data":[{"id":"e2","created_at":2,"message":"two"},{"message":"no id"},{"id":"e1","created_at":1,"message":"one"},7,null],
                 "has_more":true}
                """
            );
            return true;
        };
        Assert.True(await ScoreAsync(service, await IrisAsync()) > 0.9);
        Assert.Equal(1, events.OfType<Noted>().Count(n => n.Text == "two"));
    }

    [Fact]
    public async Task A_paused_job_is_said_and_waited_for()
    {
        await using var service = await TestProvider.StartAsync();
        var looks = 0;
        service.Instead = async (http, path) =>
        {
            if (path != "fine_tuning/jobs/ftjob-1" || Interlocked.Increment(ref looks) > 3)
                return false;
            await http.Response.WriteAsync("""{"id":"ftjob-1","status":"paused"}""");
            return true;
        };
        Assert.True(await ScoreAsync(service, await IrisAsync()) > 0.9);
        Assert.Contains("has paused job ftjob-1. Resume it there", Notes, StringComparison.Ordinal);
        Assert.Equal(1, events.OfType<Noted>().Count(n => n.Text.Contains("paused", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_has_expired_meanwhile_is_uploaded_again()
    {
        await using var service = await TestProvider.StartAsync();
        var task = await IrisAsync();
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind);
        service.Instead = async (http, path) =>
        {
            if (http.Request.Method != "POST" || path != "fine_tuning/jobs")
                return false;
            await TestProvider.RefuseAsync(http, 400, "not today", "no");
            return true;
        };
        await Assert.ThrowsAsync<LearningFailedException>(() => Learner(settings).FitAsync(task, 0));
        service.Instead = async (http, path) =>
        {
            if (http.Request.Method != "GET" || !path.StartsWith("files", StringComparison.Ordinal))
                return false;
            if (path == "files")
                await http.Response.WriteAsync("""{"data":[],"has_more":false}""");
            else
                await TestProvider.RefuseAsync(http, 404, "the file has expired", "file_expired");
            return true;
        };
        Assert.True(await ScoreAsync(service, task, settings) > 0.9);
        Assert.Single(service.Jobs);
    }

    [Theory]
    [InlineData(-1, "retired")]
    [InlineData(20, null)]
    public async Task A_retired_model_is_refused_before_anything_is_spent(int days, string? code)
    {
        await using var service = await TestProvider.StartAsync();
        service.Models["tiny"] = DateTimeOffset.UtcNow.AddDays(days).ToUnixTimeSeconds();
        var task = await IrisAsync();
        if (code is null)
        {
            Assert.True(await ScoreAsync(service, task) > 0.9);
            Assert.Contains("retires tiny on", Notes, StringComparison.Ordinal);
            return;
        }
        var refused = await Assert.ThrowsAsync<LearningFailedException>(() => ScoreAsync(service, task));
        Assert.Equal(code, refused.Code);
        Assert.DoesNotContain(service.Requests, r => r.Method == "POST");
    }

    [Fact]
    public async Task Null_and_odd_fields_are_no_values()
    {
        await using var service = await TestProvider.StartAsync();
        var looks = 0;
        service.Instead = async (http, path) =>
        {
            if (path == "fine_tuning/jobs/ftjob-1" && Interlocked.Increment(ref looks) <= 2)
                await http.Response.WriteAsync(
                    """{"id":"ftjob-1","status":null,"error":null,"trained_tokens":null,"seed":null,"created_at":1.5,"hyperparameters":{"n_epochs":"auto"}}"""
                );
            else if (path == "fine_tuning/jobs/ftjob-1")
                await http.Response.WriteAsync(
                    """{"id":"ftjob-1","status":"SUCCEEDED","fine_tuned_model":"ft:tiny:lab:ftjob-1","trained_tokens":"4.0"}"""
                );
            else if (path.EndsWith("/events", StringComparison.Ordinal))
                await http.Response.WriteAsync(
                    """{"data":[{"id":null,"message":null,"data":null},{"id":"a","data":{"step":1.0,"train_loss":"NaN"}},{"id":"b","created_at":null,"data":{"step":2,"train_loss":0.5,"total_steps":null}}]}"""
                );
            else
                return false;
            return true;
        };
        Assert.True(await ScoreAsync(service, await IrisAsync()) > 0.9);
        Assert.Equal([2], events.OfType<TrainingStep>().Select(s => s.Step));
        Assert.Equal(4, Bill.Of(new SpendingFile(Path.Combine(folder, SpendingFile.FileName)).Read()).Trained);
    }

    [Fact]
    public async Task A_service_without_a_bill_is_counted_by_the_training_file()
    {
        await using var service = await TestProvider.StartAsync();
        service.Instead = async (http, path) =>
        {
            if (path != "fine_tuning/jobs/ftjob-1")
                return false;
            await http.Response.WriteAsync("""{"id":"ftjob-1","status":"succeeded","fine_tuned_model":"ft:tiny:lab:ftjob-1"}""");
            return true;
        };
        await ScoreAsync(service, await IrisAsync());
        Assert.Contains("does not say how many tokens", Notes, StringComparison.Ordinal);
        Assert.True(Bill.Of(new SpendingFile(Path.Combine(folder, SpendingFile.FileName)).Read()).Trained > 1_000);
    }

    [Theory]
    [InlineData("fine_tuning/jobs/ftjob-1/events")]
    [InlineData("completions")]
    public async Task A_crash_while_following_or_predicting_makes_no_second_job(string path)
    {
        await using var service = await TestProvider.StartAsync();
        var task = await IrisAsync();
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { Rates = [0.1, 0.2] };
        using var crash = new CancellationTokenSource();
        var hits = 0;
        service.Instead = async (_, asked) =>
        {
            if (asked == path && Interlocked.Increment(ref hits) == 2)
                await crash.CancelAsync();
            return false;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var half = await Learner(settings).FitAsync(task, 0, null, crash.Token);
            await half.PredictAsync(task.Table, task.Split.Test, crash.Token);
        });
        Assert.True(await ScoreAsync(service, task, settings) > 0.9);
        Assert.Equal(2, service.Jobs.Count);
        Assert.Equal([1, 2, 3, 4, 5, 6], events.OfType<TrainingStep>().Where(s => s.Member == 1).Select(s => s.Step));
        var bill = Bill.Of(new SpendingFile(Path.Combine(folder, SpendingFile.FileName)).Read());
        Assert.Equal(2 * 1234, bill.Trained); // each job once, although two attempts saw it end
    }

    [Fact]
    public async Task What_a_run_has_there_is_ended_and_deleted_without_its_worker()
    {
        await using var service = await TestProvider.StartAsync();
        service.LooksUntilDone = int.MaxValue - 1;
        var task = await IrisAsync();
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind);
        using var crash = new CancellationTokenSource();
        var fit = Learner(settings).FitAsync(task, 0, null, crash.Token);
        await Eventually.TrueAsync(() => RemoteState.Read(folder) is { Jobs: [{ State: not null }] });
        await crash.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fit);
        Assert.NotEqual("cancelled", (string?)service.Jobs[0]["status"]); // an interrupted run goes on later

        var work = new RemoteWork(service.Provider, TestProvider.Key, folder, TimeProvider.System);
        Assert.Empty(await work.CancelJobsAsync(null, default));
        Assert.Equal("cancelled", (string?)service.Jobs[0]["status"]);
        Assert.True(work.State!.Jobs[0].IsOver);
        Assert.Empty(await work.DeleteAsync(default));
        Assert.Contains(work.State.Training!.Id!, service.Deleted);

        service.Instead = async (http, _) =>
        {
            await TestProvider.RefuseAsync(http, 403, "not yours", "no");
            return true;
        };
        Assert.Contains("not yours", Assert.Single((await work.DeleteAsync(default)).Take(1)), StringComparison.Ordinal);
    }
}
