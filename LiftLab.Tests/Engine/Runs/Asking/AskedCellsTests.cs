using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;
using LiftLab.Engine.Tables.Steps;
using LiftLab.Engine.Tables.Steps.Kinds;
using LiftLab.Tests.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs.Asking;

/// <summary>Rows that are typed are read and changed as the file of the run's table was, and what was changed is said.</summary>
public sealed class AskedCellsTests
{
    static async Task<(RunSpec Spec, LearningTask Task)> RunAsync(string learned, params TableStep[] steps)
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
        return (spec, new(changed.Table, schema, SplitMaker.Make(changed.Table, schema, 0)));
    }

    static string Many(string header, Func<int, string> row) =>
        header + "\n" + string.Join('\n', Enumerable.Range(0, 60).Select(row)) + "\n";

    static Dictionary<string, string> Row(params (string Column, string Cell)[] cells) => cells.ToDictionary(c => c.Column, c => c.Cell);

    static Task<(RunSpec, LearningTask)> PeopleAsync() =>
        RunAsync(
            Many(
                "weight,town,age,kind",
                i => $"{60 + i % 9} kg,{(i % 3 == 0 ? "rome" : "Oslo")},{(i % 10 == 0 ? "" : $"{20 + i % 7}")},{"ab"[i % 2]}"
            ),
            new MergeLabels("town", new Dictionary<string, string> { ["rome"] = "Rome" }),
            new FillMissing("age", FillWith.Median),
            new ClipNumbers("age", High: 26),
            new RenameColumn("age", "years")
        );

    [Fact]
    public async Task A_typed_row_is_read_and_stepped_and_each_change_is_said()
    {
        var (spec, task) = await PeopleAsync();
        var asked = AskedCells.Of(spec, task, [Row(("weight", "65 kg"), ("town", "rome"), ("years", ""))]);
        Assert.Equal(
            ("65", "Rome", "23"),
            (asked.Features["weight"].Cells[0], asked.Features["town"].Cells[0], asked.Features["years"].Cells[0])
        );
        Assert.Equal(2, asked.Problems.Count(p => p.Code == "changed-alike"));
        Assert.Contains("'65 kg' as 65", Assert.Single(asked.Problems, p => p.Code == "unit-in-cells").What, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Problems, p => p.Severity >= Severity.Warning);
        // under the file's name of the column, and beyond the bound
        var named = AskedCells.Of(spec, task, [Row(("weight", "65"), ("town", "Oslo"), ("age", "90"))]);
        Assert.Equal(("65", "26"), (named.Features["weight"].Cells[0], named.Features["years"].Cells[0]));
        Assert.Contains("Clip 'age'", Assert.Single(named.Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_typed_row_is_as_a_row_of_a_file()
    {
        var (spec, task) = await PeopleAsync();
        var file = Path.Combine(Directory.CreateTempSubdirectory("liftlab-typed-").FullName, "asked.csv");
        string[][] rows =
        [
            ["61 kg", "rome", "90"],
            ["70", "Oslo", ""],
            ["heavy", "Pisa", "21"],
            ["", "", "?"],
        ];
        await File.WriteAllTextAsync(file, "weight,town,age\n" + string.Concat(rows.Select(r => string.Join(',', r) + "\n")));
        var read = await AskedFile.ReadAsync(spec, task, file, new(), default);
        var typed = AskedCells.Of(spec, task, [.. rows.Select(r => Row(("weight", r[0]), ("town", r[1]), ("age", r[2])))]);
        foreach (var feature in task.Schema.Features)
            Assert.Equal(read.Features[feature.Name].Cells, typed.Features[feature.Name].Cells);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Cells_of_the_runs_table_stay_and_only_what_was_typed_is_changed()
    {
        var (spec, task) = await RunAsync(
            Many("a,b,kind", i => $"{"uvw"[i % 3]},{i % 7},{"xy"[i % 2]}"),
            new MergeLabels(
                "a",
                new Dictionary<string, string>
                {
                    ["u"] = "v",
                    ["v"] = "w",
                    ["w"] = "u",
                }
            )
        );
        var row = Row(("a", "v"), ("b", "3"));
        Assert.Equal("v", AskedCells.Of(spec, task, [row], []).Features["a"].Cells[0]);
        Assert.Empty(AskedCells.Of(spec, task, [row], ["b"]).Problems);
        var typed = AskedCells.Of(spec, task, [row], ["a"]);
        Assert.Equal("w", typed.Features["a"].Cells[0]);
        Assert.Contains("Change", Assert.Single(typed.Problems).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,5", "1.5")] // as the file
    [InlineData("1.5", "1.5")] // as the form shows numbers
    [InlineData("1.234", "1.234")]
    [InlineData("1.234,5", "1234.5")]
    public async Task Decimal_commas_of_the_file_and_points_of_the_form_are_both_read(string cell, string read)
    {
        var (spec, task) = await RunAsync(Many("x;kind", i => $"{i % 40},{i % 9 + 1};{"ab"[i % 2]}"));
        var asked = AskedCells.Of(spec, task, [Row(("x", cell))]);
        Assert.Equal(double.Parse(read, System.Globalization.CultureInfo.InvariantCulture), asked.Features["x"].Numbers[0]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_missing_and_said()
    {
        var (spec, task) = await PeopleAsync();
        var asked = AskedCells.Of(spec, task, [Row(("weight", "heavy"), ("town", "Oslo"), ("years", "22"))]);
        Assert.True(asked.Features["weight"].IsMissing(0));
        Assert.Contains(
            "'heavy' cannot be read as a number",
            Assert.Single(asked.Problems, p => p.Code == "unreadable-cells").What,
            StringComparison.Ordinal
        );
    }
}
