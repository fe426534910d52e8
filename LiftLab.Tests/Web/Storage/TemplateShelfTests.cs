using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;
using Microsoft.Extensions.Options;

namespace LiftLab.Tests.Web.Storage;

/// <summary>Saved templates: versions are added and never changed, and nothing is lost.</summary>
public sealed class TemplateShelfTests : IDisposable
{
    readonly LabFolder lab = new(
        Options.Create(new LabOptions { LabFolder = Directory.CreateTempSubdirectory("liftlab-shelf-").FullName })
    );
    readonly ManualClock clock = new();

    public void Dispose() => Directory.Delete(lab.Path, recursive: true);

    TemplateShelf Shelf => new(lab, clock);

    static readonly PromptTemplate Own = PromptPresets.PaperClassification with { Name = "own", Text = "x={{ features[0].value }}###" };

    string[] Files() => Directory.GetFiles(Path.Combine(lab.Path, "templates"));

    [Fact]
    public void A_version_is_added_for_each_change_and_the_former_ones_stay()
    {
        var first = Shelf.Save("iris wording", Own, "a start");
        Assert.Equal(("iris wording", 1), (first.Name, first.Version));
        Assert.Equal(first, Shelf.Save("iris wording", Own, "again")); // no change, no version
        var second = Shelf.Save("iris wording", first with { Text = "y={{ features[0].value }}###" }, "y instead of x");
        Assert.Equal(2, second.Version);
        var back = Shelf.Save("iris wording", first, "back to x");
        Assert.Equal(3, back.Version);
        var kept = Shelf.Find("iris wording")!;
        Assert.Equal([1, 2, 3], kept.Versions.Select(v => v.Number));
        Assert.Equal(["a start", "y instead of x", "back to x"], kept.Versions.Select(v => v.Note));
        Assert.Equal([first, second, back], kept.Versions.Select(v => v.Template));
        Assert.Null(kept.ForkedFrom);
    }

    [Fact]
    public void A_template_keeps_formats_marks_and_columns_that_are_written_out()
    {
        var whole = (
            Own with
            {
                Missing = "–",
                Joint = " ",
                TextBytes = 300,
                WriteOut = ["note", "é ✓"],
                SpacedMarks = true,
                Classes = ClassWording.Label,
            }
        ).With("price ($)", new(CellForm.Significant, 3));
        var saved = Shelf.Save("whole", whole);
        Assert.Equal(saved, Shelf.Find("whole")!.Newest.Template);
        Assert.Equal(whole with { Name = "whole", Version = 1 }, saved);
        Assert.Equal(saved, PromptFile.Parse("whole.json", PromptFile.Write(saved), TaskKind.Classification)); // out and in again
    }

    [Fact]
    public void A_copy_names_its_origin_and_the_origin_stays()
    {
        var origin = Shelf.Save("origin", Own);
        Shelf.Save("copy", origin with { Text = "z###" }, forkedFrom: "origin, version 1");
        Shelf.Save("copy", origin with { Text = "zz###" }, forkedFrom: "something else");
        Assert.Equal("origin, version 1", Shelf.Find("copy")!.ForkedFrom);
        Assert.Equal([1, 2], Shelf.Find("copy")!.Versions.Select(v => v.Number));
        Assert.Single(Shelf.Find("origin")!.Versions);
        Assert.Equal(["copy", "origin"], Shelf.All().Select(t => t.Name));
        Shelf.Delete("origin");
        Assert.Equal(["copy"], Shelf.All().Select(t => t.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("paper")]
    [InlineData("LIFT-Mini")]
    [InlineData("-x")]
    [InlineData("ends with a space ")]
    [InlineData("new\nline")]
    public void Names_that_are_no_file_or_a_preset_s_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => Shelf.Save(name, Own));
        Assert.Null(Shelf.Find(name));
        Shelf.Delete(name);
        Assert.Empty(Shelf.All());
    }

    [Fact]
    public void Names_of_other_languages_are_names_and_case_makes_no_second_template()
    {
        Shelf.Save("Größe 2.0", Own);
        Shelf.Save("größe 2.0", Own with { Text = "b###" });
        var only = Assert.Single(Shelf.All());
        Assert.Equal("Größe 2.0", only.Name);
        Assert.Equal([1, 2], only.Versions.Select(v => v.Number));
        Assert.All(only.Versions, v => Assert.Equal("Größe 2.0", v.Template.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"name\":\"mine\",\"versions\":[]}")]
    [InlineData("{\"name\":\"mine\",\"versions\":[null]}")]
    [InlineData("{\"name\":\"mine\",\"versions\":[{\"number\":1}]}")]
    [InlineData("{\"name\":\"mine\",\"versions\":[{\"number\":1,\"template\":{\"name\":\"mine\"}}]}")]
    [InlineData(
        "{\"versions\":[{\"number\":1,\"template\":{\"name\":\"mine\",\"text\":\"a\",\"numbers\":{\"style\":\"decimal\",\"decimals\":99}}}]}"
    )]
    public void A_damaged_file_is_named_and_nothing_is_written_over_it(string content)
    {
        Shelf.Save("mine", Own);
        Shelf.Save("other", Own);
        var file = Files().Single(f => File.ReadAllText(f).Contains("\"mine\"", StringComparison.Ordinal));
        File.WriteAllText(file, content);
        Assert.Equal(["other"], Shelf.All().Select(t => t.Name));
        Assert.Equal([file], Shelf.Damaged());
        Assert.Null(Shelf.Find("mine"));
        Assert.Contains(file, Assert.Throws<IOException>(() => Shelf.Save("mine", Own)).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(file));
    }

    [Fact]
    public async Task Saves_at_the_same_time_lose_no_version()
    {
        var shelf = Shelf;
        await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => shelf.Save("busy", Own with { Text = $"text {i}###" }))));
        var versions = Shelf.Find("busy")!.Versions;
        Assert.Equal(Enumerable.Range(1, 24), versions.Select(v => v.Number));
        Assert.Equal(24, versions.Select(v => v.Template.Text).Distinct().Count());
        Assert.All(versions, v => Assert.Equal(v.Number, v.Template.Version));
        Assert.Single(Files()); // no temporary file is left
    }

    [Fact]
    public void A_file_that_is_no_template_is_refused_with_its_name()
    {
        foreach (
            var text in new[]
            {
                "{ \"name\": ",
                "{ \"name\": \"a\" }",
                "{ \"name\": \"a\", \"text\": 5, \"numbers\": {} }",
                "{ \"text\": \"a###\", \"numbers\": { \"style\": \"roman\" }, \"name\": \"a\" }",
                "{ \"name\": \""
                    + new string('a', 2_000)
                    + "\", \"text\": \"a###\", \"numbers\": { \"style\": \"decimal\", \"decimals\": 2 } }",
            }
        )
            Assert.Contains(
                "mine.json",
                Assert.Throws<FormatException>(() => PromptFile.Parse("mine.json", text, TaskKind.Classification)).Message,
                StringComparison.Ordinal
            );
        Assert.Equal("{{ target }}?###", PromptFile.Parse("mine.txt", "{{ target }}?###\n", TaskKind.Classification).Text);
        Assert.Equal("mine", PromptFile.Parse("mine.liquid", "{% if true %}a{% endif %}###", TaskKind.Classification).Name);
    }
}
