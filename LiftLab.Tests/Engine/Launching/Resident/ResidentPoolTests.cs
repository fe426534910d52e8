using System.Diagnostics;
using LiftLab.Engine.Launching.Resident;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Resident;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Tests.Engine.Runs.Asking;

namespace LiftLab.Tests.Engine.Launching.Resident;

/// <summary>Resident workers are real processes here: they answer, crash, are cancelled, leave and are replaced.</summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class ResidentPoolTests : IAsyncLifetime, IDisposable
{
    static readonly IReadOnlyDictionary<string, string> Row = new Dictionary<string, string> { ["a"] = "1.1", ["b"] = "2" };

    readonly TestRuns runs = new();
    readonly ManualClock clock = new();
    ResidentPool pool = default!;
    long? free;

    public Task InitializeAsync()
    {
        pool = Pool(2);
        return Task.CompletedTask;
    }

    ResidentPool Pool(int most) => new(null, new(most, TimeSpan.FromMinutes(10), _ => 1 << 20, () => free), clock);

    public async Task DisposeAsync() => await pool.DisposeAsync();

    public void Dispose() => runs.Dispose();

    async Task<string> LabelAsync(RunFolder run)
    {
        var rows = Assert.IsType<ResidentAnswer.Rows>(await pool.AskAsync(run.Path, new ResidentQuestion.Rows([Row])));
        return rows.Learners[0].Answers![0].Value == 1 ? "low" : "high";
    }

    ResidentQuestion.Table Table(int rows, out string csv)
    {
        var file = Path.Combine(runs.Root, "many.csv");
        File.WriteAllText(
            file,
            "a,b\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant($"{i % 61 * 0.1:0.0},{i % 5}\n")))
        );
        csv = Path.Combine(runs.Root, "out.csv");
        return new(file, null, 1 << 30, 1_000_000, 100, null, csv);
    }

    static void Kill(ResidentProcess process)
    {
        using var one = Process.GetProcessById(process.Id);
        one.Kill();
    }

    [Fact]
    public async Task One_process_answers_all_questions_about_a_run_and_leaves_with_the_pool()
    {
        var run = await AskedRun.FinishedAsync(runs, "run-1", "knn", "tree");
        Assert.Equal("low", await LabelAsync(run));
        var process = pool.Find(run.Path)!;
        Assert.Equal(["low", "low", "low"], await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LabelAsync(run))));
        var flips = Assert.IsType<ResidentAnswer.Flips>(await pool.AskAsync(run.Path, new ResidentQuestion.Flips(Row, "tree")));
        Assert.Equal("a", flips.Found[0].Column);
        var refused = await Assert.ThrowsAsync<ResidentRefusedException>(() =>
            pool.AskAsync(run.Path, new ResidentQuestion.Rows([Row], ["oracle"]))
        );
        Assert.Contains("the run has no 'oracle'", refused.What, StringComparison.Ordinal);
        Assert.Same(process, pool.Find(run.Path));
        await pool.DisposeAsync();
        Assert.True(process.Gone.IsCompleted);
    }

    [Fact]
    public async Task A_question_over_which_the_process_dies_is_asked_again_and_a_table_fails_with_the_reason()
    {
        var run = await AskedRun.FinishedAsync(runs, "run-1", "knn", "rf");
        Assert.Equal("low", await LabelAsync(run));
        var first = pool.Find(run.Path)!;

        var question = Table(300_000, out var csv);
        var table = pool.AskAsync(run.Path, question);
        await Eventually.TrueAsync(() => File.Exists(csv) && new FileInfo(csv).Length > 0);
        Assert.Equal("low", await LabelAsync(run)); // between two pieces
        Assert.False(table.IsCompleted, "the table was done before its process was killed");
        Kill(first);
        var gone = await Assert.ThrowsAsync<ResidentGoneException>(() => table);
        Assert.Contains("exit code 137", gone.What, StringComparison.Ordinal);
        Assert.Contains("ask again", gone.WhatToDo, StringComparison.Ordinal);

        Assert.Equal("low", await LabelAsync(run));
        Assert.NotEqual(first.Id, pool.Find(run.Path)!.Id);

        // many at once while the process dies: each is answered
        var many = Enumerable.Range(0, 20).Select(_ => LabelAsync(run)).ToArray();
        Kill(pool.Find(run.Path)!);
        Assert.All(await Task.WhenAll(many), l => Assert.Equal("low", l));
    }

    [Fact]
    public async Task A_table_that_is_cancelled_leaves_the_process_for_others()
    {
        var run = await AskedRun.FinishedAsync(runs);
        Assert.Equal("low", await LabelAsync(run));
        var process = pool.Find(run.Path)!;
        using var stop = new CancellationTokenSource();
        var news = new List<ResidentNews>();
        var table = pool.AskAsync(
            run.Path,
            Table(200_000, out _),
            n =>
            {
                lock (news)
                    news.Add(n);
                if (n.Now is { Phase: "answer", Rows: > 0 })
                    stop.Cancel();
            },
            stop.Token
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table);
        Assert.Equal("low", await LabelAsync(run));
        Assert.Same(process, pool.Find(run.Path));
        lock (news)
        {
            Assert.Contains(news, n => n.FirstRows is { Count: > 0 } && n.Columns!.Contains("class_predicted"));
            Assert.Contains(news, n => n.Now is { SecondsLeft: > 0, Total: 200_000 });
        }
    }

    [Fact]
    public async Task Idle_workers_leave_and_the_least_recently_asked_one_makes_room()
    {
        var (one, two, three) = (
            await AskedRun.FinishedAsync(runs, "one"),
            await AskedRun.FinishedAsync(runs, "two"),
            await AskedRun.FinishedAsync(runs, "three")
        );
        await LabelAsync(one);
        clock.Advance(TimeSpan.FromMinutes(1));
        await LabelAsync(two);
        clock.Advance(TimeSpan.FromMinutes(1));
        await LabelAsync(one);
        clock.Advance(TimeSpan.FromMinutes(1));
        await LabelAsync(three);
        Assert.Equal([one.Path, three.Path], pool.Open.Order());
        clock.Advance(TimeSpan.FromMinutes(9));
        await Eventually.TrueAsync(() => pool.Open.SequenceEqual([three.Path]));
        clock.Advance(TimeSpan.FromMinutes(5));
        await Eventually.TrueAsync(() => pool.Open.Count == 0);
        Assert.Equal("low", await LabelAsync(two));
    }

    [Fact]
    public async Task Models_for_which_there_is_no_memory_are_refused_before_a_process_starts()
    {
        var run = await AskedRun.FinishedAsync(runs);
        free = 1000;
        var refused = await Assert.ThrowsAsync<ResidentRefusedException>(() => LabelAsync(run));
        Assert.Equal("resident-memory", refused.Code);
        Assert.Empty(pool.Open);
        free = null;
        Assert.Equal("low", await LabelAsync(run));
    }

    [Fact]
    public async Task A_run_that_cannot_be_read_is_refused_with_the_words_of_the_process()
    {
        var run = runs.Create("unfinished");
        var gone = await Assert.ThrowsAsync<ResidentGoneException>(() => LabelAsync(run));
        Assert.Contains("it has not finished", gone.What, StringComparison.Ordinal);
    }
}
