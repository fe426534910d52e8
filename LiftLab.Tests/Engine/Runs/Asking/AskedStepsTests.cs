using System.Text.Json;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;
using LiftLab.Tests.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs.Asking;

/// <summary>Rows for prediction are changed as the run's table was, and every row stays.</summary>
public sealed class AskedStepsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-asked-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    async Task<AskedTable> AskAsync(string learned, string asked, params TableStep[] steps)
    {
        var opened = OpenedTable.Of(await SomeTable.ReadAsync(learned));
        var changed = opened.With(SteppedTable.Of(opened.Table, steps).Demanded(_ => ""));
        var schema = changed.Schema.WithTarget("kind", TaskKind.Classification);
        var spec = new RunSpec("id", "name", default, "table.csv", schema, 0, 0, new("knn"), [])
        {
            Source = ReadAlike.Of(opened.Reading, schema, changed.Stepped),
            Steps = changed.Stepped!.Settled,
        };
        spec = JsonSerializer.Deserialize<RunSpec>(JsonSerializer.Serialize(spec, RunJson.Pretty), RunJson.Pretty)!;
        var file = Path.Combine(folder, "asked.csv");
        await File.WriteAllTextAsync(file, asked);
        return await AskedFile.ReadAsync(spec, new(changed.Table, schema, SplitMaker.Make(changed.Table, schema, 0)), file, new(), default);
    }

    static string Many(string header, Func<int, string> row) =>
        header + "\n" + string.Join('\n', Enumerable.Range(0, 60).Select(row)) + "\n";

    [Fact]
    public async Task Cells_are_changed_by_what_the_run_found_and_the_file_keeps_its_own()
    {
        var asked = await AskAsync(
            Many("age,town,kind", i => $"{(i % 10 == 0 ? "" : $"{20 + i % 7}")},{(i % 3 == 0 ? "rome" : "Rome")},{"ab"[i % 2]}"),
            "age,town\n,rome\n90,Rome\n21,rome\n",
            new FillMissing("age", FillWith.Median),
            new ClipNumbers("age", High: 26),
            new MergeAlike("town"),
            new RenameColumn("age", "years"),
            new DropDuplicateRows()
        );
        Assert.Equal(["23", "26", "21"], asked.Features["years"].Cells);
        Assert.Equal(["Rome", "Rome", "Rome"], asked.Features["town"].Cells);
        Assert.Equal(["age", "town"], asked.Given.Columns.Select(c => c.Name));
        Assert.Equal(["", "90", "21"], asked.Given["age"].Cells);
        Assert.Equal(3, asked.Problems.Count(p => p.Code == "changed-alike"));
        Assert.Contains(asked.Problems, p => p.Code == "rows-answered");
        Assert.DoesNotContain(asked.Problems, p => p.Code is "unseen-missing" or "unseen-categories" or "out-of-range");
        Assert.DoesNotContain(asked.Problems, p => p.Severity >= Severity.Warning);
    }

    [Fact]
    public async Task A_step_that_does_not_apply_is_said_where_the_run_needs_its_column()
    {
        var asked = await AskAsync(
            Many("paid,size,kind", i => $"{i % 9} pieces of {i},{i}.5,{"ab"[i % 2]}"),
            "paid,size\nmuch,3\n",
            new MergeLabels("paid", new Dictionary<string, string> { ["much"] = "a lot" }),
            new UseColumn("paid", true),
            new ClipNumbers("size", Low: 1)
        );
        Assert.Equal(["a lot"], asked.Features["paid"].Cells);
        asked = await AskAsync(Many("size,kind", i => $"{i}.5,{"ab"[i % 2]}"), "size\nbig\n", new ClipNumbers("size", Low: 1));
        Assert.Contains(asked.Problems, p => p.Code is "not-changed-alike" or "unreadable-cells" || p.Code == "marks-among-numbers");
    }

    [Fact]
    public async Task A_step_of_the_target_needs_no_target_in_the_file()
    {
        var asked = await AskAsync(
            Many("size,kind", i => $"{i}.5,{(i % 4) switch { 0 => "a", 1 => "A", _ => "b" }}"),
            "size\n3\n",
            new MergeAlike("kind")
        );
        Assert.DoesNotContain(asked.Problems, p => p.Severity >= Severity.Warning);
    }
}
