using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Work;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Runs.Asking;

/// <summary>Finished runs of baselines, made in this process.</summary>
static class AskedRun
{
    /// <summary>A run of <see cref="TestRuns"/>.</summary>
    public static async Task<RunFolder> FinishedAsync(TestRuns runs, string id = "run-1", string learner = "knn", params string[] baselines)
    {
        var run = runs.Create(id, new(learner), [.. baselines.Select(b => new LearnerSpec(b))]);
        return await FinishAsync(run);
    }

    /// <summary>A run on a text.</summary>
    public static async Task<RunFolder> LearnedAsync(TestRuns runs, string csv, string learner, string target, params string[] baselines)
    {
        var file = Path.Combine(runs.Root, "given.csv");
        await File.WriteAllTextAsync(file, csv);
        var opened = await OpenedTable.OpenAsync(file);
        var kind = opened.Schema.Columns.First(c => c.Name == target).Kind;
        var schema = opened.Schema.WithTarget(target, kind == ColumnKind.Category ? TaskKind.Classification : TaskKind.Regression);
        var spec = new RunSpec(
            "run-1",
            "A test",
            DateTimeOffset.UnixEpoch,
            "table.csv",
            schema,
            0,
            0,
            new(learner),
            [.. baselines.Select(b => new LearnerSpec(b))]
        )
        {
            Source = ReadAlike(opened, schema),
        };
        return await FinishAsync(RunFolder.Create(runs.Root, spec, opened.Table));
    }

    static TableReadOptions ReadAlike(OpenedTable opened, Schema schema) => LiftLab.Engine.Runs.Asking.ReadAlike.Of(opened.Reading, schema);

    static async Task<RunFolder> FinishAsync(RunFolder run)
    {
        var ended = await new Worker(run, TestWorker.Find, _ => "cpu", TimeProvider.System).RunAsync(CancellationToken.None);
        Assert.True(ended?.State == RunState.Succeeded, $"{ended?.State}: {ended?.What}");
        return run;
    }
}
