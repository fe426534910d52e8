using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

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
}
