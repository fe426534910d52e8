using System.Text;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Runs;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Tables;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage;

[Trait(Speed.Trait, Speed.Slow)]
public sealed class LabStorageTests
{
    static MemoryStream Csv(string text) => new(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task Times_are_read_back_as_UTC()
    {
        using var lab = new LabServer();
        lab.Start();
        var run = await lab.QueueAsync(StepLearner.Spec(2, 1));
        Assert.Equal(DateTimeKind.Utc, (await lab.RowAsync(run)).CreatedUtc.Kind);
        await lab.UntilAsync(run, RunState.Succeeded);
    }

    [Fact]
    public async Task A_lock_left_by_a_crashed_start_is_named_instead_of_waited_for()
    {
        using var lab = new LabServer();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(lab.Folder, "liftlab.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
                """;
            await command.ExecuteNonQueryAsync();
        }
        lab.Settings["LiftLab:MigrationTimeoutSeconds"] = "1";
        Assert.Contains("__EFMigrationsLock", Assert.Throws<TimeoutException>(() => lab.Start()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_index_is_made_again_from_the_folders()
    {
        var folder = Directory.CreateTempSubdirectory("liftlab-lab-").FullName;
        RunFolder run;
        Guid dataset;
        using (var lab = new LabServer(folder))
        {
            lab.Start();
            dataset = (await lab.Get<Datasets>().AddSampleAsync("iris")).Row.Id;
            run = await lab.QueueAsync(new("knn"), [new("majority")]);
            await lab.UntilAsync(run, RunState.Succeeded);
        }
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(folder, "liftlab.db*"))
            File.Delete(file);
        Directory.CreateDirectory(Path.Combine(folder, "runs", "not-a-run"));
        using (var lab = new LabServer(folder))
        {
            lab.Start();
            var row = await lab.RowAsync(run);
            Assert.Equal((RunState.Succeeded, 1.0, "Majority class"), (row.State, row.Score, row.BestBaseline));
            var found = Assert.Single((await lab.Get<Datasets>().ListAsync()).Items);
            Assert.Equal((dataset, "iris", true), (found.Id, found.Sample, found.Confirmed));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_upload_is_kept_under_an_id_and_its_name_is_never_a_path()
    {
        using var lab = new LabServer();
        lab.Start();
        var store = lab.Get<Datasets>();
        var added = await store.AddAsync(Csv(TestRuns.TwoClasses), "../../etc/<b>pass wd.csv");
        Assert.Equal(
            ("<b>pass wd.csv", "<b>pass wd", 120, false),
            (added.Row.FileName, added.Row.Name, added.Row.Rows, added.Row.Confirmed)
        );
        var kept = Directory.GetFiles(Path.Combine(lab.Folder, "datasets", added.Row.Id.ToString("N"))).Select(Path.GetFileName).Order();
        Assert.Equal(["dataset.json", "table.csv"], kept);

        var schema = added.Row.Schema.WithTarget("b", TaskKind.Regression);
        var confirmed = await store.ConfirmAsync(added.Row.Id, "My table", schema);
        Assert.Equal(
            ("My table", true, "b"),
            (confirmed.Row.Name, confirmed.Row.Confirmed, (await store.OpenAsync(added.Row.Id)).Row.Schema.Target.Name)
        );
        await store.DeleteAsync(added.Row.Id);
        Assert.Empty(Directory.GetDirectories(Path.Combine(lab.Folder, "datasets")));
    }

    [Fact]
    public async Task A_table_is_not_read_again_while_its_file_is_as_it_was()
    {
        using var lab = new LabServer();
        lab.Start();
        var store = lab.Get<Datasets>();
        var added = await store.AddAsync(Csv(TestRuns.TwoClasses), "two.csv");
        var opened = await store.OpenAsync(added.Row.Id);
        Assert.Same(added.Table, opened.Table);
        Assert.Equal(added.Problems, opened.Problems);

        var file = Directory.GetFiles(Path.Combine(lab.Folder, "datasets", added.Row.Id.ToString("N")), "table.*").Single();
        await File.WriteAllTextAsync(file, string.Concat(TestRuns.TwoClasses.Split('\n').Take(41).Select(l => l + "\n")));
        Assert.Equal(40, (await store.OpenAsync(added.Row.Id)).Table.RowCount);
        File.Delete(file);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => store.OpenAsync(added.Row.Id));
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_leaves_nothing_behind()
    {
        using var lab = new LabServer();
        lab.Settings["LiftLab:MaxUploadBytes"] = "2000";
        lab.Start();
        var store = lab.Get<Datasets>();
        await Assert.ThrowsAsync<BadDataException>(() => store.AddAsync(Csv(""), "empty.csv"));
        var large = await Assert.ThrowsAsync<BadDataException>(() =>
            store.AddAsync(Csv("a,b\n" + string.Concat(Enumerable.Repeat("1,2\n", 600))), "large.csv")
        );
        Assert.Equal("file-too-large", large.Problems[0].Code);
        Assert.Empty(Directory.GetDirectories(Path.Combine(lab.Folder, "datasets")));
        Assert.Equal(0, (await store.ListAsync()).Total);
    }

    [Fact]
    public async Task A_sample_becomes_one_dataset_however_often_it_is_asked_for()
    {
        using var lab = new LabServer();
        lab.Start();
        var store = lab.Get<Datasets>();
        var first = await store.AddSampleAsync("iris");
        Assert.True(first.Row.Confirmed);
        Assert.Equal(first.Row.Id, (await store.AddSampleAsync("iris")).Row.Id);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => store.AddSampleAsync("no-such-table"));
    }

    [Fact]
    public async Task A_run_that_cannot_work_is_refused_before_it_is_queued_with_every_reason()
    {
        using var lab = new LabServer();
        lab.Start();
        var dataset = await lab.Get<Datasets>().AddSampleAsync("iris");
        var request = new NewRun(
            dataset.Row.Id,
            "",
            new LearnerSpec("knn"),
            [new("linear"), new("no-such-learner")],
            Boundary: new("species", "petal width (cm)")
        );
        var refused = await Assert.ThrowsAsync<BadDataException>(() => lab.Get<LabRuns>().StartAsync(request));
        Assert.Equal(["wrong-task", "bad-setting", "boundary-column"], refused.Problems.Select(p => p.Code));
        Assert.Empty(Directory.GetDirectories(Path.Combine(lab.Folder, "runs")));
    }

    [Fact]
    public async Task Lists_come_in_pages_and_can_be_searched_and_sorted()
    {
        using var lab = new LabServer();
        lab.Settings["LiftLab:MaxParallelRuns"] = "1";
        lab.Start();
        var table = lab.Get<RunTable>();
        for (var i = 0; i < 30; i++)
        {
            var row = new RunRow
            {
                Id = $"run-{i:00}",
                Name = i % 2 == 0 ? $"even {i:00}" : $"odd {i:00}",
                DatasetName = "d",
                Task = TaskKind.Classification,
                Target = "y",
                Learner = "lift",
                CreatedUtc = DateTime.UnixEpoch.AddMinutes(i),
            };
            row.End(new(RunState.Cancelled), DateTime.UnixEpoch);
            await table.AddAsync(row, CancellationToken.None);
        }
        var runs = lab.Get<LabRuns>();
        var page = await runs.ListAsync(new(Skip: 10, Take: 5));
        Assert.Equal((30, "run-19"), (page.Total, page.Items[0].Id));
        Assert.Equal(
            (15, "odd 01"),
            (
                (await runs.ListAsync(new(Search: "odd"))).Total,
                (await runs.ListAsync(new(Search: "odd", Order: RunOrder.Name, Descending: false))).Items[0].Name
            )
        );
        Assert.Equal(0, (await runs.ListAsync(new(State: RunState.Running))).Total);
    }

    [Fact]
    public void All_wrong_settings_are_told_at_once()
    {
        using var lab = new LabServer();
        lab.Settings["LiftLab:MaxParallelRuns"] = "0";
        lab.Settings["LiftLab:MaxRows"] = "-5";
        lab.Settings["LiftLab:Engine"] = "/no/such/engine";
        lab.Settings["LiftLab:AccessToken"] = "short";
        var refused = Assert.Throws<OptionsValidationException>(() => lab.Start());
        Assert.Equal(4, refused.Failures.Count());
    }
}
