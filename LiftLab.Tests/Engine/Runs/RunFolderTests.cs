using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Engine.Runs;

public sealed class RunFolderTests : IDisposable
{
    readonly TestRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public void A_created_run_opens_with_its_specification_and_table()
    {
        var created = runs.Create();
        var opened = RunFolder.Open(created.Path);
        var spec = opened.ReadSpec();
        Assert.Equal("run-1", spec.Id);
        Assert.Equal(TestRuns.TwoClasses, File.ReadAllText(opened.TableFile(spec)));
        Assert.Equal("class", spec.Schema.Target.Name);
    }

    [Theory]
    [InlineData("../etc")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("a\0b")]
    [InlineData("C:\\x")]
    public void A_name_that_could_leave_the_folder_is_refused(string id)
    {
        Assert.Null(RunFolder.Find(runs.Root, id));
        Assert.Throws<ArgumentException>(() => runs.Create(id));
    }

    [Fact]
    public void A_run_whose_table_cannot_be_written_leaves_nothing_behind()
    {
        var spec = runs.Create().ReadSpec() with { Id = "half" };
        Assert.Throws<IOException>(() => RunFolder.Create(runs.Root, spec, _ => throw new IOException("no space left on device")));
        Assert.Equal(["run-1"], Directory.GetFileSystemEntries(runs.Root).Select(Path.GetFileName));
    }

    [Fact]
    public void A_second_run_of_the_same_id_is_refused()
    {
        runs.Create();
        Assert.Throws<IOException>(() => runs.Create());
    }

    [Fact]
    public void A_folder_copied_elsewhere_opens_there()
    {
        var created = runs.Create();
        var elsewhere = Path.Combine(runs.Root, "other lab", "kept");
        Directory.CreateDirectory(elsewhere);
        foreach (var file in Directory.GetFiles(created.Path))
            File.Copy(file, Path.Combine(elsewhere, Path.GetFileName(file)));
        Assert.Equal("run-1", RunFolder.Open(elsewhere).ReadSpec().Id);
    }

    [Fact]
    public void A_damaged_specification_says_so()
    {
        var run = runs.Create();
        File.WriteAllText(run.SpecFile, "{ \"id\": ");
        var e = Assert.Throws<BadDataException>(run.ReadSpec);
        Assert.Equal("spec-unreadable", e.Problems[0].Code);
    }

    [Fact]
    public void A_specification_of_a_newer_format_says_so()
    {
        var run = runs.Create();
        File.WriteAllText(
            run.SpecFile,
            File.ReadAllText(run.SpecFile).Replace("\"version\": 4", "\"version\": 5", StringComparison.Ordinal)
        );
        Assert.Equal("spec-too-new", Assert.Throws<BadDataException>(run.ReadSpec).Problems[0].Code);
        File.WriteAllText(
            run.SpecFile,
            File.ReadAllText(run.SpecFile).Replace("\"version\": 5", "\"version\": \"x\"", StringComparison.Ordinal)
        );
        Assert.Equal("spec-unreadable", Assert.Throws<BadDataException>(run.ReadSpec).Problems[0].Code);
    }

    [Fact]
    public async Task A_run_has_the_stored_split_whatever_its_seed_would_give()
    {
        var run = runs.Create();
        var made = (await run.LoadAsync(run.ReadSpec())).Split;
        var stored = new Split(made.Test, made.Valid, made.Train);
        run.KeepSplit(stored);
        run.KeepSplit(made); // the first one stays
        var read = (await run.LoadAsync(run.ReadSpec())).Split;
        Assert.Equal(stored.Train, read.Train);
        Assert.Equal(stored.Valid, read.Valid);
        Assert.Equal(stored.Test, read.Test);
    }

    [Theory]
    [InlineData("{ \"train\": [1, ", "split-unreadable")]
    [InlineData("null", "split-unreadable")]
    [InlineData("{\"train\":[0],\"valid\":[1]}", "split-unreadable")]
    [InlineData("{\"train\":[0],\"valid\":[1],\"test\":[120]}", "split-does-not-fit")]
    [InlineData("{\"train\":[0],\"valid\":[1],\"test\":[-1]}", "split-does-not-fit")]
    [InlineData("{\"train\":[0],\"valid\":[1],\"test\":[0]}", "split-does-not-fit")]
    public async Task A_damaged_split_says_so(string content, string code)
    {
        var run = runs.Create();
        File.WriteAllText(run.SplitFile, content);
        var e = await Assert.ThrowsAsync<BadDataException>(() => run.LoadAsync(run.ReadSpec()));
        Assert.Equal(code, e.Problems[0].Code);
    }

    [Fact]
    public void A_created_run_keeps_its_split_and_how_its_table_is_read()
    {
        var table = CsvOf(TestRuns.TwoClasses);
        var run = LiftLab.Engine.Engine.CreateRun(runs.Root, runs.Create().ReadSpec() with { Id = "checked" }, table);
        Assert.True(File.Exists(run.SplitFile));
        var spec = run.ReadSpec();
        Assert.Equal(
            (4, ',', '.', true, "utf-8"),
            (spec.Version, spec.Reading!.Delimiter, spec.Reading.DecimalMark, spec.Reading.HasHeader, spec.Reading.Encoding)
        );
        Assert.Empty(spec.Reading.MissingMarks!);
    }

    [Fact]
    public async Task A_table_is_read_as_its_specification_says_and_not_guessed()
    {
        var spec = runs.Create().ReadSpec() with
        {
            Id = "semicolons",
            Reading = new()
            {
                Delimiter = ';',
                DecimalMark = ',',
                HasHeader = true,
                Encoding = "windows-1252",
                MissingMarks = ["low"],
            },
        };
        var text = TestRuns.TwoClasses.Replace(',', ';').Replace('.', ',').Replace("high", "h\u00f6ch", StringComparison.Ordinal);
        var run = RunFolder.Create(runs.Root, spec, file => File.WriteAllBytes(file, System.Text.Encoding.Latin1.GetBytes(text)));
        run.KeepSplit(new([1, 3], [5], [7]));
        var table = (await run.LoadAsync(run.ReadSpec())).Table;
        Assert.Equal("h\u00f6ch", table["class"].Cells[1]);
        Assert.True(table["class"].IsMissing(0));
        Assert.Equal(5.1, table["a"].Numbers[1]);
    }

    [Fact]
    public async Task A_run_s_table_reads_back_cell_by_cell()
    {
        string[] words =
        [
            .. Enumerable
                .Range(0, 120)
                .Select(i =>
                    i % 3 == 0 ? "none"
                    : i % 3 == 1 ? "NA"
                    : "?"
                ),
        ];
        var two = CsvOf(TestRuns.TwoClasses);
        var table = new Table("t", [two["a"], new("b", words), two["class"]]);
        var spec = runs.Create().ReadSpec() with { Id = "words" };
        var run = RunFolder.Create(runs.Root, spec, table);
        Assert.Equal(words, (await run.LoadAsync(run.ReadSpec())).Table["b"].Cells);
    }

    static Table CsvOf(string text)
    {
        string[][] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(','))];
        return new("t", [.. lines[0].Select((name, c) => new Column(name, [.. lines[1..].Select(l => l[c])]))]);
    }
}
