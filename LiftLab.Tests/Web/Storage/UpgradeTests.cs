using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage;

/// <summary>A lab whose database has the tables of an earlier version opens with all its runs.</summary>
public sealed class UpgradeTests : IDisposable
{
    const string First = "20261123050945_First";

    readonly string folder = Directory.CreateTempSubdirectory("liftlab-upgrade-").FullName;
    readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    SqliteDatabase Open() => new(new(Options.Create(new LabOptions { LabFolder = folder })), services);

    /// <summary>A database of the first version.</summary>
    Task OldAsync(params (string Id, string State, int? ProcessId, string? Mark, int Attempt, int Tries)[] rows) =>
        Open()
            .UseAsync(
                async db =>
                {
                    await db.GetService<IMigrator>().MigrateAsync(First);
                    foreach (var row in rows)
                        await db.Database.ExecuteSqlAsync(
                            $"""
                            INSERT INTO Runs (Id, Name, State, Position, DatasetName, Task, Target, Learner, Attempt, Tries, ProcessId,
                                ProcessMark, CancelRequested, CreatedUtc, Score)
                            VALUES ({row.Id}, 'A test', {row.State}, 1.5, 'two classes', 'Classification', 'class', 'steps', {row.Attempt},
                                {row.Tries}, {row.ProcessId}, {row.Mark}, 0, '2026-11-20 10:00:00', 0.25)
                            """
                        );
                },
                CancellationToken.None
            );

    [Fact]
    public async Task Every_run_is_kept_and_a_process_id_becomes_a_handle()
    {
        await OldAsync(
            ("done", "Succeeded", null, null, 2, 1),
            ("waiting", "Queued", null, null, 0, 0),
            ("running", "Running", 4711, "boot:99", 3, 2),
            ("started", "Running", null, null, 3, 2)
        );
        var database = Open();
        await database.UpgradeAsync(TimeSpan.FromMinutes(5), CancellationToken.None);
        var rows = await database.UseAsync(db => db.Runs.AsNoTracking().ToDictionaryAsync(r => r.Id), CancellationToken.None);
        Assert.Equal(["done", "running", "started", "waiting"], rows.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((RunState.Succeeded, 2, 0.25), (rows["done"].State, rows["done"].Attempt, rows["done"].Score));
        Assert.Equal((1.5, null), (rows["waiting"].Position, rows["waiting"].Handle));
        Assert.Equal(
            (RunState.Running, "local", new LocalProcess(4711, "boot:99").Handle, 2, 2),
            (rows["running"].State, rows["running"].Launcher, rows["running"].Handle, rows["running"].AttemptsBefore, rows["running"].Tries)
        );
        Assert.Equal((RunState.Running, "local", null), (rows["started"].State, rows["started"].Launcher, rows["started"].Handle));
        Assert.Equal(new DateTime(2026, 11, 20, 10, 0, 0, DateTimeKind.Utc), rows["done"].CreatedUtc);
    }

    [Fact]
    public async Task A_run_that_runs_is_taken_up_again_by_the_new_version()
    {
        var spec = new RunSpec(
            "run-1",
            "A test",
            DateTimeOffset.UnixEpoch,
            "table.csv",
            TestRuns.Schema,
            0,
            0,
            StepLearner.Held(100, at: 50),
            []
        );
        var run = RunFolder.Create(
            Directory.CreateDirectory(Path.Combine(folder, "runs")).FullName,
            spec,
            file => File.WriteAllText(file, TestRuns.TwoClasses)
        );
        var job = await new LocalLauncher(TestWorker.Assembly).SubmitAsync(JobSpec.Of(run, 0), CancellationToken.None);
        await Eventually.TrueAsync(() => LabServer.Steps(run).Count >= 3);
        var process = LocalProcess.Parse(job.Handle)!.Value;
        await OldAsync((run.Id, "Running", process.Id, process.StartMark, 1, 1));

        using var lab = new LabServer(folder);
        lab.Start();
        Assert.Equal(job.Handle, (await lab.RowAsync(run)).Handle);
        StepLearner.Release(run);
        await lab.UntilAsync(run, RunState.Succeeded);
        Assert.Equal(1, run.LastAttempt);
        Assert.Equal(Enumerable.Range(1, 100), LabServer.Steps(run));
    }
}
