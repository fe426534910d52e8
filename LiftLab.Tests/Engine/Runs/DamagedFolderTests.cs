using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>Whatever lies in a run folder, reading it gives a value or one kind of exception with the reason.</summary>
public sealed class DamagedFolderTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    public static TheoryData<string> Damages =>
        [
            "",
            "{}",
            "[]",
            "null",
            "12",
            "\"text\"",
            "{",
            "\0\0\0\0",
            "<html></html>",
            """{"runId":"x"}""",
            """{"runId":null,"name":null,"learner":null,"baselines":null,"result":null,"answers":null,"request":null,"drawn":[null]}""",
            """{"result":{},"answers":[null],"learner":{},"baselines":[null],"labels":[],"rows":{},"verdict":{},"seconds":{}}""",
            """{"version":1e400,"schema":{},"learner":5,"baselines":"none","table":7}""",
            """{"version":2,"id":"x","name":"x","created":"yesterday","table":"table.csv","schema":{"columns":[null]},"baselines":[null]}""",
            "[" + "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        ];

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_said_and_nothing_else_is_thrown(string content)
    {
        var run = runs.Create();
        Directory.CreateDirectory(Path.Combine(run.Path, "results"));
        File.WriteAllText(run.ReportFile, content);
        File.WriteAllText(run.ResultFile("knn"), content);
        Assert.Equal("result-damaged", Assert.Throws<BadDataException>(() => run.ReadReport()).Problems[0].Code);
        Assert.Contains("report.json", Assert.Throws<BadDataException>(() => run.ReadReport()).Message, StringComparison.Ordinal);
        Assert.Throws<BadDataException>(() => run.ReadOutcome("knn"));
        Assert.Null(RunPace.Of(run));

        var request = new BoundaryRequest("a", "b", new Dictionary<string, string>());
        Directory.CreateDirectory(Path.Combine(run.Path, "boundaries"));
        File.WriteAllText(run.BoundaryFile(request), content);
        Assert.Null(run.ReadBoundaries(request)); // drawn again

        File.WriteAllText(run.SpecFile, content);
        Assert.StartsWith("spec-", Assert.Throws<BadDataException>(() => run.ReadSpec()).Problems[0].Code, StringComparison.Ordinal);
    }

    public static TheoryData<string> Lines =>
        [
            "",
            "{}",
            "null",
            "garbage",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"run","body":{"text":"no kind"}}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"run","body":{"kind":"from-the-future","text":"x"}}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"run","body":null}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"run"}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":null,"body":{"kind":"note","text":"x"}}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"run","body":{"kind":"note"}}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"knn","body":{"kind":"finished"}}""",
            """{"sequence":2,"attempt":1,"at":"2026-01-01T00:00:00Z","source":"knn","body":{"kind":"boundary","step":1,"epoch":1,"grid":{"x":[1]}}}""",
            """{"sequence":2,"attempt":99999999999,"at":"2026-01-01T00:00:00Z","source":"run","body":{"kind":"note","text":"x"}}""",
            """{"sequence":2,"attempt":1,"at":"never","source":"run","body":{"kind":"note","text":"x"}}""",
        ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_damaged_event_is_left_out_and_the_next_attempt_counts_on(string line)
    {
        var run = runs.Create();
        using (var log = AttemptLog.Claim(run, TimeProvider.System))
            log.Write("run", new Noted("before"));
        File.AppendAllText(run.AttemptFile(1), line + "\n");
        using (var log = AttemptLog.Claim(run, TimeProvider.System))
            log.Write("run", new Noted("after"));
        Assert.Equal(["before", "after"], RunStory.Read(run, "knn").Log.Select(e => e.Body).OfType<Noted>().Select(n => n.Text));
    }

    [Fact]
    public async Task A_damaged_result_of_an_attempt_before_fails_the_run_with_the_file()
    {
        var run = runs.Create(learner: new("knn"), baselines: [new("majority")]);
        Directory.CreateDirectory(Path.Combine(run.Path, "results"));
        await File.WriteAllTextAsync(run.ResultFile("knn"), "{}");
        var ended = await new Worker(run, TestWorker.Find, _ => "cpu", TimeProvider.System).RunAsync(CancellationToken.None);
        Assert.Equal((RunState.Failed, "result-damaged"), (ended!.State, ended.Code));
        Assert.Contains("knn.json", ended.What, StringComparison.Ordinal);
    }

    [Fact]
    [Trait(Speed.Trait, Speed.Slow)]
    public async Task A_table_with_more_rows_than_an_upload_may_have_is_read_whole_by_the_worker()
    {
        const int rows = 1_000_010;
        var run = RunFolder.Create(
            runs.Root,
            runs.Create().ReadSpec() with
            {
                Id = "long",
            },
            new Table(
                "t",
                [
                    new("a", [.. Enumerable.Repeat("1", rows)]),
                    new("b", [.. Enumerable.Repeat("2", rows)]),
                    new("class", [.. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? "low" : "high")]),
                ]
            )
        );
        var spec = run.ReadSpec();
        File.WriteAllText(run.SplitFile, """{"train":[0],"valid":[1],"test":[1000009]}""");
        Assert.Equal(rows, (await run.LoadAsync(spec)).Table.RowCount);
    }
}
