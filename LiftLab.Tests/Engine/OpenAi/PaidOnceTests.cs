using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.OpenAi;
using LiftLab.Engine.OpenAi.Asking;
using LiftLab.Engine.OpenAi.Money;
using LiftLab.Engine.OpenAi.Wire;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Tests.Engine.Hub;
using Microsoft.AspNetCore.Http;

namespace LiftLab.Tests.Engine.OpenAi;

/// <summary>An answer that a run has received is not paid for again, whenever the run dies.</summary>
public sealed class PaidOnceTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-paid-").FullName;
    readonly ImpatientTime clock = new(TimeSpan.FromMinutes(2));

    public PaidOnceTests() => Environment.SetEnvironmentVariable(ProviderKey.Variable("KEY", "test"), TestProvider.Key);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Exchanges => Path.Combine(folder, ExchangeLog.FileName);

    SpendingFile Spent => new(Path.Combine(folder, SpendingFile.FileName));

    static async Task<LearningTask> IrisAsync()
    {
        var opened = await OpenedTable.OpenAsync("iris");
        return new(opened.Table, opened.Schema, SplitMaker.Make(opened.Table, opened.Schema, 0));
    }

    OpenAiLearner Learner(OpenAiSettings settings) =>
        new(settings, new(folder) { Abandoned = () => false, SpendingFile = Path.Combine(folder, SpendingFile.FileName) }, clock);

    static bool IsQuestion((string Method, string Path, string Body) request) =>
        request.Method == "POST" && request.Path.EndsWith("completions", StringComparison.Ordinal);

    /// <summary>Dies at several questions, one after the other, and counts what the service was asked.</summary>
    [Theory]
    [InlineData(RowForm.Completion, true, true, 1)]
    [InlineData(RowForm.Completion, true, true, 4)]
    [InlineData(RowForm.Completion, false, true, 4)]
    [InlineData(RowForm.Completion, false, false, 4)]
    [InlineData(RowForm.Chat, true, true, 4)]
    public async Task Each_row_is_paid_once_whichever_question_the_run_dies_at(RowForm form, bool echoes, bool logs, int atOnce)
    {
        await using var service = await TestProvider.StartAsync();
        (service.Echoes, service.GivesLogProbabilities, service.LooksUntilDone) = (echoes, logs, 0);
        var task = await IrisAsync();
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with
        {
            Form = form,
            Samples = 2,
            AtOnce = atOnce,
            Rates = [0.1, 0.2],
        };
        var deaths = 0;
        IReadOnlyList<Prediction>? answers = null;
        foreach (var last in (int[])[1, 3, 5, 17, 40, 0])
        {
            using var crash = new CancellationTokenSource();
            var hits = 0;
            service.Instead = async (http, path) =>
            {
                if (path.EndsWith("completions", StringComparison.Ordinal) && Interlocked.Increment(ref hits) == last)
                    await crash.CancelAsync();
                return false;
            };
            try
            {
                using var model = await Learner(settings).FitAsync(task, 0, null, crash.Token);
                answers = await model.PredictAsync(task.Table, task.Split.Test, crash.Token);
            }
            catch (OperationCanceledException)
            {
                deaths++;
            }
        }
        Assert.True(deaths >= 5, $"{deaths}");
        Assert.NotNull(answers);

        var asked = service.Requests.Where(IsQuestion).Select(r => r.Body).ToArray();
        var kept = ExchangeLog.Read(Exchanges).Count(e => e.Path.EndsWith("completions", StringComparison.Ordinal));
        Assert.InRange(asked.Length - kept, deaths, deaths * atOnce); // those in flight at each death, and no others
        var bill = Bill.Of(Spent.Read());
        var each = form == RowForm.Chat ? (30, 3) : (20, 2);
        Assert.Equal((kept * each.Item1, kept * each.Item2), ((int)bill.Asked, (int)bill.Answered));

        // A run that does not die asks as often.
        service.Instead = (_, _) => Task.FromResult(false);
        var before = service.Requests.Count(IsQuestion);
        var whole = Directory.CreateDirectory(Path.Combine(folder, "whole")).FullName;
        using (var model = await new OpenAiLearner(settings, new(whole), clock).FitAsync(task, 0))
            await model.PredictAsync(task.Table, task.Split.Test);
        Assert.Equal(service.Requests.Count(IsQuestion) - before, kept);

        // The run is replayed with the same answers.
        var run = Path.Combine(folder, "run");
        var place = Directory.CreateDirectory(Path.Combine(run, "checkpoints", OpenAiSettings.LearnerName)).FullName;
        File.Copy(Exchanges, Path.Combine(place, ExchangeLog.FileName));
        using var again = await new OpenAiLearner(settings with { Replay = run }, new(""), clock).FitAsync(task, 0);
        Assert.Equal(JsonSerializer.Serialize(answers), JsonSerializer.Serialize(await again.PredictAsync(task.Table, task.Split.Test)));
    }

    [Fact]
    public async Task A_number_that_was_drawn_again_is_not_drawn_anew()
    {
        await using var service = await TestProvider.StartAsync();
        service.LooksUntilDone = 0;
        var file = Path.Combine(folder, "line.csv");
        await File.WriteAllLinesAsync(
            file,
            ["x,y", .. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{i}.5,{i * 2}.25"))]
        );
        var opened = await OpenedTable.OpenAsync(file);
        var task = new LearningTask(opened.Table, opened.Schema, SplitMaker.Make(opened.Table, opened.Schema, 0));
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind) with { AtOnce = 1 };
        using var crash = new CancellationTokenSource();
        var (hits, dead) = (0, false);
        service.Instead = async (http, path) =>
        {
            if (path != "completions")
                return false;
            if (!dead && hits == 11)
            {
                dead = true;
                await crash.CancelAsync();
                return true;
            }
            if (++hits % 3 == 0)
                return false;
            await http.Response.WriteAsync("""{"choices":[{"text":"hard to say"}],"usage":{"prompt_tokens":5,"completion_tokens":3}}""");
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var half = await Learner(settings).FitAsync(task, 0, null, crash.Token);
            await half.PredictAsync(task.Table, task.Split.Test, crash.Token);
        });
        Assert.Equal(12, service.Requests.Count(IsQuestion));
        using var model = await Learner(settings).FitAsync(task, 0);
        var answers = await model.PredictAsync(task.Table, task.Split.Test);
        Assert.All(answers, a => Assert.IsType<Prediction.Answered>(a));
        // three questions a row; one was in flight when the run died
        Assert.Equal(3 * task.Split.Test.Count + 1, service.Requests.Count(IsQuestion));
    }

    /// <summary>The answer was kept and the process died before it was booked.</summary>
    [Fact]
    public async Task An_answer_that_was_kept_and_not_booked_is_booked_later()
    {
        await using var service = await TestProvider.StartAsync();
        service.LooksUntilDone = 0;
        var task = await IrisAsync();
        var settings = OpenAiSettings.Default(service.Provider, "tiny", task.Kind);
        using (var model = await Learner(settings).FitAsync(task, 0))
            await model.PredictAsync(task.Table, task.Split.Test);
        var whole = Bill.Of(Spent.Read());
        var file = Path.Combine(folder, SpendingFile.FileName);
        await File.WriteAllLinesAsync(file, (await File.ReadAllLinesAsync(file))[..^3]);
        // and a line of an exchange that was cut off
        await File.AppendAllTextAsync(Exchanges, """{"at":"2026-11-27T00:00:00Z","method":"POST","path":"/comple""");
        var asked = service.Requests.Count(IsQuestion);
        using (var model = await Learner(settings).FitAsync(task, 0))
            await model.PredictAsync(task.Table, task.Split.Test);
        Assert.Equal(whole, Bill.Of(Spent.Read()));
        Assert.Equal(asked, service.Requests.Count(IsQuestion));
    }
}
