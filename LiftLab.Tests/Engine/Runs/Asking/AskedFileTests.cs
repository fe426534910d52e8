using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Asking;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Runs.Asking;

/// <summary>A table for prediction is read as the run read its own, and what differs is said per column.</summary>
public sealed class AskedFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("liftlab-asked-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Text(string text, string name = "asked.csv")
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    static async Task<(RunSpec Spec, LearningTask Task)> RunAsync(string learned, string? target = null)
    {
        var opened = await OpenedTable.OpenAsync(learned);
        var schema = target is null ? opened.Schema : opened.Schema.WithTarget(target, TaskKind.Classification);
        var spec = new RunSpec("id", "name", default, "table.csv", schema, 0, 0, new("knn"), [])
        {
            Source = ReadAlike.Of(opened.Reading, schema),
        };
        // As spec.json stores it.
        spec = JsonSerializer.Deserialize<RunSpec>(JsonSerializer.Serialize(spec, RunJson.Pretty), RunJson.Pretty)!;
        return (spec, new(opened.Table, schema, SplitMaker.Make(opened.Table, schema, 0)));
    }

    static async Task<AskedTable> AskAsync(string learned, string asked, string? target = null, TableReadOptions? chosen = null)
    {
        var (spec, task) = await RunAsync(learned, target);
        return await AskedFile.ReadAsync(spec, task, asked, chosen ?? new(), default);
    }

    static (string, string?, int?)[] Told(AskedTable asked) => [.. asked.Problems.Select(p => (p.Code, p.Column, p.Row))];

    static string Many(string header, Func<int, string> row) =>
        header + "\n" + string.Join('\n', Enumerable.Range(0, 60).Select(row)) + "\n";

    [Fact]
    public async Task Grouped_digits_keep_the_meaning_that_they_had_in_the_run()
    {
        var asked = await AskAsync(CaseFile.At("revenue-learn.csv"), CaseFile.At("revenue-ask.csv"));
        Assert.Equal([52000, 950000, 31500], asked.Features["revenue"].Numbers);
        Assert.Contains(asked.Problems, p => p.Code == "out-of-range" && p.Column == "revenue");
    }

    [Fact]
    public async Task Everything_that_the_run_has_not_seen_is_said_with_column_and_row()
    {
        var asked = await AskAsync(CaseFile.At("new-learn.csv"), CaseFile.At("new-ask.csv"));
        Assert.Contains(("unseen-categories", "colour", 2), Told(asked));
        Assert.Contains(("unseen-missing", "a", 3), Told(asked));
        Assert.Contains(asked.Problems, p => p.Column == "n" && p.Row == 3);
        Assert.All(asked.Features["n"].Cells.Skip(2), c => Assert.Equal("", c)); // n.d. and 1e400
        Assert.Equal("", asked.Features["a"].Cells[3]); // inf
        Assert.Contains("'green'", asked.Problems.Single(p => p.Code == "unseen-categories").What, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Problems, p => p.Severity == Severity.Error);
    }

    [Fact]
    public async Task A_table_like_the_run_s_own_is_answered_without_a_word()
    {
        foreach (var name in (string[])["iris", "penguins", "sacramento", "scat", "wine"])
            Assert.Empty((await AskAsync(BundledTables.Get(name).Path, BundledTables.Get(name).Path)).Problems);
    }

    [Fact]
    public async Task A_decimal_comma_stays_one_in_a_table_of_two_rows()
    {
        var learned = Text(Many("a;b;kind", i => $"{i},{i % 7}25;{i * 3 % 17};{(i % 2 == 0 ? "x" : "y")}"), "learned.csv");
        var asked = await AskAsync(learned, Text("a;b\n1,125;3\n2,500;4\n"));
        Assert.Equal([1.125, 2.5], asked.Features["a"].Numbers);
    }

    [Fact]
    public async Task A_file_whose_numbers_only_its_own_mark_reads_is_read_with_it()
    {
        var learned = Text(Many("a,b,kind", i => $"{i}.25,{i * 3 % 17},{(i % 2 == 0 ? "x" : "y")}"), "learned.csv");
        var path = Text("a;b\n1,25;3\n2,50;4\n3,75;5\n");
        var asked = await AskAsync(learned, path);
        var problem = Assert.Single(asked.Problems);
        Assert.Equal(("decimal-mark-differs", "a", 1), (problem.Code, problem.Column, problem.Row));
        Assert.Contains("--decimal-mark .", problem.WhatToDo, StringComparison.Ordinal);
        Assert.Equal([1.25, 2.5, 3.75], asked.Features["a"].Numbers);
        var chosen = await AskAsync(learned, path, chosen: new() { DecimalMark = '.' });
        Assert.All(chosen.Features["a"].Cells, c => Assert.Equal("", c));
        Assert.DoesNotContain(chosen.Problems, p => p.Code == "decimal-mark-differs");
    }

    [Fact]
    public async Task A_file_that_both_marks_read_is_read_with_the_run_s_and_warned_of()
    {
        var learned = Text(Many("a,b,kind", i => $"{i}.250,{i * 3 % 17}.5,{(i % 2 == 0 ? "x" : "y")}"), "learned.csv");
        var path = Text("a;b\n1.250;3,5\n2.500;4\n3.750;5.5\n");
        var asked = await AskAsync(learned, path);
        Assert.Equal([1.25, 2.5, 3.75], asked.Features["a"].Numbers);
        // 3,5 cannot group digits: it is read with its own mark, and said.
        Assert.Equal([3.5, 4, 5.5], asked.Features["b"].Numbers);
        Assert.Contains(asked.Problems, p => p is { Code: "decimal-marks-mixed", Column: "b", Row: 1, Severity: Severity.Warning });
    }

    [Fact]
    public async Task A_column_with_both_decimal_marks_is_read_as_it_was_learned()
    {
        string Row(int i) => $"{i}{(i % 5 == 0 ? ',' : '.')}25;{(i % 2 == 0 ? "x" : "y")}\n";
        var text = "mass;kind\n" + string.Concat(Enumerable.Range(0, 40).Select(Row));
        var asked = await AskAsync(Text(text, "learned.csv"), Text(text));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i + 0.25), asked.Features["mass"].Numbers);
        Assert.Contains(asked.Problems, p => p is { Code: "decimal-marks-mixed", Column: "mass" });
    }

    [Fact]
    public async Task A_file_with_other_separators_and_names_is_refused_for_its_names()
    {
        var learned = Text(Many("size (cm),b,kind", i => $"{i}.25,{i * 3 % 17},{(i % 2 == 0 ? "x" : "y")}"), "learned.csv");
        var refused = await Assert.ThrowsAsync<BadDataException>(() => AskAsync(learned, Text("size_cm;b\n1,25;3\n2,50;4\n")));
        var problem = Assert.Single(refused.Problems);
        Assert.Equal("size (cm)", problem.Column);
        Assert.Contains("'size_cm'", problem.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_table_of_words_has_the_header_that_the_run_s_had()
    {
        var learned = Text(
            Many("colour,shape,kind", i => $"{(i % 3 == 0 ? "red" : "blue")},{(i % 4 == 0 ? "round" : "flat")},{(i % 2 == 0 ? "x" : "y")}"),
            "learned.csv"
        );
        var asked = await AskAsync(learned, Text("colour,shape\nred,round\n"));
        Assert.Equal(("red", 1), (asked.Features["colour"].Cells[0], asked.Features.RowCount));
    }

    [Fact]
    public async Task Categories_that_are_the_same_number_are_the_same_category()
    {
        var learned = Text(
            Many("code,b,kind", i => $"{(i % 5 < 3 ? "abc"[i % 3].ToString() : $"{i % 4}")},{i},{(i % 2 == 0 ? "x" : "y")}"),
            "learned.csv"
        );
        var asked = await AskAsync(learned, Text("code,b\n1.0,3\n2.0,4\n,5\n9.0,6\n"), "kind");
        Assert.Equal(["1", "2", "", "9.0"], asked.Features["code"].Cells);
        Assert.Contains(("unseen-categories", "code", 4), Told(asked));
    }

    [Fact]
    public async Task Missing_columns_are_refused_with_the_name_that_is_meant_and_extra_ones_are_said()
    {
        var learned = BundledTables.Get("iris").Path;
        var header = File.ReadAllLines(learned)[0].Split(',');
        var renamed = Text(string.Join(',', header.Select(h => h.ToUpperInvariant().Replace(' ', '_'))) + "\n5,3,1,0.2,setosa\n");
        var refused = await Assert.ThrowsAsync<BadDataException>(() => AskAsync(learned, renamed));
        Assert.Equal(4, refused.Problems.Count);
        Assert.All(refused.Problems, p => Assert.StartsWith("Rename '", p.WhatToDo, StringComparison.Ordinal));

        var more = Text(string.Join(',', header) + ",garden,\"bed, row\"\n5,3,1.4,0.2,setosa,north,3\n");
        var problem = Assert.Single((await AskAsync(learned, more)).Problems);
        Assert.Contains("'garden', 'bed, row'", problem.What, StringComparison.Ordinal);
    }
}
