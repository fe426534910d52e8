using System.Text;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;
using LiftLab.Web.Live;
using LiftLab.Web.Storage;
using LiftLab.Web.Storage.Database;
using LiftLab.Web.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace LiftLab.Tests.Web.Storage;

/// <summary>Steps of a dataset: versions, what stays of the schema, another file, and what a run keeps.</summary>
public sealed class DatasetStepsTests : IDisposable
{
    readonly LabServer lab = new();

    public DatasetStepsTests() => lab.Start();

    public void Dispose() => lab.Dispose();

    Datasets Store => lab.Get<Datasets>();

    static byte[] Rows(string head = "age,town,kind") =>
        Encoding.UTF8.GetBytes(
            head
                + "\n"
                + string.Concat(
                    Enumerable
                        .Range(0, 60)
                        .Select(i => $"{(i % 10 == 3 ? "" : $"{20 + i % 9}")},{(i % 3 == 0 ? "rome" : "Rome")},{"ab"[i % 2]}\n")
                )
        );

    Task<Dataset> AddAsync() => Store.AddAsync(new MemoryStream(Rows()), "people.csv");

    static readonly TableStep Fill = new FillMissing("age", FillWith.Median),
        Merge = new MergeAlike("town"),
        Drop = new DropColumns(["town"]);

    [Fact]
    public async Task A_changed_table_is_a_version_and_an_undone_one_is_the_former_version()
    {
        var dataset = await AddAsync();
        var id = dataset.Row.Id;
        Assert.Null(dataset.Row.History);
        var file = Directory.GetFiles(Path.Combine(lab.Get<LabFolder>().Datasets, id.ToString("N")), "table.*").Single();
        var filled = await Store.ChangeStepsAsync(id, t => t.Add(Fill));
        Assert.Equal((2, 0), (filled.History.Current, filled.Table["age"].Cells.Count(c => c.Length == 0)));
        var merged = await Store.ChangeStepsAsync(id, t => t.Add(Merge));
        Assert.Equal((3, 3), (merged.History.Current, merged.History.Versions.Count));
        Assert.Equal(2, (await Store.ChangeStepsAsync(id, t => t.Undo())).History.Current);
        var without = await Store.ChangeStepsAsync(id, t => t.Redo().Switch(1, false));
        Assert.Equal((4, 6), (without.History.Current, without.Table["age"].Cells.Count(c => c.Length == 0)));
        Assert.Equal("as read", without.History.Find(1).Name);
        Assert.Equal(Merge.Words, without.History.Find(4).Name);
        var first = await Store.GoToVersionAsync(id, 1);
        Assert.Equal((1, 0), (first.History.Current, first.Stepped.Outcomes.Count));
        Assert.Equal(Rows(), await File.ReadAllBytesAsync(file));
        var third = await Store.GoToVersionAsync(id, 3);
        Assert.Equal([Fill, Merge], third.Row.Steps.Active);
        Assert.Equal("clean", (await Store.NameVersionAsync(id, 3, " clean ")).History.Version.Name);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => Store.GoToVersionAsync(id, 9));
        // Read anew from the database and from the folder.
        Assert.Equal([Fill, Merge], (await Store.OpenAsync(id)).Row.Steps.Active);
        SqliteConnection.ClearAllPools();
        await lab.Get<LabDatabase>()
            .UseAsync(
                async db =>
                {
                    db.Datasets.RemoveRange(db.Datasets);
                    await db.SaveChangesAsync();
                },
                default
            );
        await lab.Get<LabIndex>().ReadAgainAsync(default);
        Assert.Equal(3, (await Store.OpenAsync(id)).History.Current);
    }

    [Fact]
    public async Task What_a_person_said_of_a_column_stays_and_comes_back()
    {
        var dataset = await AddAsync();
        var id = dataset.Row.Id;
        var schema = dataset.Row.Schema with
        {
            Columns =
            [
                .. dataset.Row.Schema.Columns.Select(c =>
                    c.Name == "town" ? c with { Unit = "place" }
                    : c.Name == "age" ? c with { Unit = "years" }
                    : c
                ),
            ],
        };
        await Store.ConfirmAsync(id, "People", schema);
        var renamed = await Store.ChangeStepsAsync(id, t => t.Add([new RenameColumn("age", "how old"), Drop]));
        Assert.True(renamed.Row.Confirmed);
        Assert.Equal(["how old", "kind"], renamed.Row.Schema.Columns.Select(c => c.Name));
        Assert.Equal("years", renamed.Row.Schema.Columns[0].Unit);
        Assert.Equal("kind", renamed.Row.Schema.Target.Name);
        var undone = await Store.ChangeStepsAsync(id, t => t.GoTo(0));
        Assert.Equal(["years", "place", null], undone.Row.Schema.Columns.Select(c => c.Unit));
        Assert.True(undone.Row.Confirmed);
        // A column that is used otherwise is to be looked at.
        var used = await Store.ChangeStepsAsync(id, t => t.Add(new UseColumn("town", false)));
        Assert.Equal((ColumnRole.Ignored, false), (used.Row.Schema.Columns[1].Role, used.Row.Confirmed));
    }

    [Fact]
    public async Task A_removed_target_comes_back_as_target()
    {
        var id = (await AddAsync()).Row.Id;
        var gone = await Store.ChangeStepsAsync(id, t => t.Add(new DropColumns(["kind"])));
        Assert.NotEqual("kind", gone.Row.Schema.Columns.FirstOrDefault(c => c.Role == ColumnRole.Target)?.Name);
        Assert.Equal("kind", (await Store.ChangeStepsAsync(id, t => t.Undo())).Row.Schema.Target.Name);
    }

    [Fact]
    public async Task The_steps_are_done_on_another_file_and_one_that_does_not_apply_is_left_out()
    {
        var id = (await AddAsync()).Row.Id;
        await Store.ChangeStepsAsync(id, t => t.Add([Fill, Merge, Drop]));
        using var same = await Store.ReceiveAsync(new MemoryStream(Rows()), "more.csv");
        var more = await Store.AddLikeAsync(same, null, id, []);
        Assert.Equal(["age", "kind"], more.Table.Columns.Select(c => c.Name));
        Assert.Equal((2, 3), (more.History.Current, more.Stepped.Outcomes.Count(o => o.State == StepState.Done)));
        using var other = await Store.ReceiveAsync(new MemoryStream(Rows("years,town,kind")), "other.csv");
        var tried = await Store.TryLikeAsync(other, null, id, []);
        Assert.Equal([StepState.Failed, StepState.Done, StepState.Done], tried.Outcomes.Select(o => o.State));
        var bad = await Assert.ThrowsAsync<BadDataException>(() => Store.AddLikeAsync(other, null, id, []));
        Assert.Contains("without step 1", Assert.Single(bad.Problems).WhatToDo, StringComparison.Ordinal);
        var without = await Store.AddLikeAsync(other, null, id, [1]);
        Assert.Equal(["years", "kind"], without.Table.Columns.Select(c => c.Name));
        Assert.Equal([1], without.Row.Steps.Off);
    }

    [Fact]
    public async Task Two_windows_do_not_overwrite_each_other()
    {
        var id = (await AddAsync()).Row.Id;
        var both = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => TryAsync(() => Store.ChangeStepsAsync(id, t => t.Add(new RenameColumn("age", $"a{i}")))))
        );
        var done = both.Count(b => b);
        Assert.InRange(done, 1, 4);
        Assert.Equal(done, (await Store.OpenAsync(id)).Row.Steps.Nodes.Count);

        static async Task<bool> TryAsync(Func<Task> work)
        {
            try
            {
                await work();
                return true;
            }
            catch (InvalidOperationException e)
            {
                Assert.Contains("another window", e.Message, StringComparison.Ordinal);
                return false;
            }
        }
    }

    [Fact]
    public async Task A_run_keeps_its_version_and_says_which()
    {
        var id = (await AddAsync()).Row.Id;
        var runs = lab.Get<LabRuns>();
        NewRun Wanted() => new(id, "A run", new("knn"), []);
        var first = await runs.StartAsync(Wanted());
        await Store.ChangeStepsAsync(id, t => t.Add([Fill, Merge]));
        await Store.NameVersionAsync(id, 2, "mended");
        var second = await runs.StartAsync(Wanted());
        await Store.ChangeStepsAsync(id, t => t.Undo().Add(Drop));
        Assert.Equal("version 1 (as read)", runs.Folder(first).ReadSpec().Origin!.VersionWords);
        var spec = runs.Folder(second).ReadSpec();
        Assert.Equal("version 2 (mended)", spec.Origin!.VersionWords);
        Assert.Equal("version 2 (mended)", (await runs.GetAsync(second)).DatasetVersion);
        Assert.Equal(2, spec.Steps!.Count);
        Assert.Equal("23.5", ((FillMissing)spec.Steps[0]).Value); // as computed, for rows to come
        var table = (await OpenRun.ReadAsync(runs.Folder(second), default)).Task.Table;
        Assert.Equal(["age", "town", "kind"], table.Columns.Select(c => c.Name));
        Assert.Equal(["Rome"], table["town"].Cells.Distinct());
        Assert.Contains("", (await OpenRun.ReadAsync(runs.Folder(first), default)).Task.Table["age"].Cells);
        foreach (var run in (string[])[first, second])
            await Eventually.TrueAsync(async () => (await runs.GetAsync(run)).IsOver);
    }
}
