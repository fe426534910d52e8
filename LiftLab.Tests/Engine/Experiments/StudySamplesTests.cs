using LiftLab.Engine.Experiments;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables;
using LiftLab.Web.Pages.Studies;

namespace LiftLab.Tests.Engine.Experiments;

public sealed class StudySamplesTests
{
    /// <summary>Every kind and way that can be applied to a table of classes, at its strongest default level.</summary>
    public static TheoryData<string, string?> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, string?>();
            foreach (var kind in PerturbationList.All.Where(k => k.Name is not ("mixup" or "transfer-attack")))
            foreach (var way in kind.Ways.Where(w => (kind.Name, w) != ("outliers", "paper")).DefaultIfEmpty(null))
                kinds.Add(kind.Name, way);
            return kinds;
        }
    }

    static (StudyFolder Folder, StudySpec Spec, Cell Cell) Make(
        TestStudies lab,
        string kind,
        string? way,
        TaskKind task = TaskKind.Classification
    )
    {
        // The table has two features, of which one can be lost.
        var level = PerturbationList.Find(kind).Axis.Levels is var levels && kind == "lost-columns" ? levels[0] : levels[^1];
        var spec = TestStudies.Spec("label-corruption", "knn", new(Kinds: [new(kind, way, [level])], Seeds: [0]), task);
        var cell = ExperimentList.Find(spec.Experiment).Plan(spec).First(c => c.X == level);
        return (lab.Create(spec), spec, cell);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Three_rows_of_every_kind_are_shown_as_cells_and_prompts(string kind, string? way)
    {
        using var lab = new TestStudies();
        var (folder, spec, cell) = Make(lab, kind, way);
        var samples = await StudySamples.ReadAsync(folder, spec, cell, 3);
        Assert.InRange(samples.Rows.Count, 1, 3);
        Assert.Equal(samples.Rows.Count, samples.Rows.Distinct().Count());
        var (texts, noPrompt) = SampleText.Of(samples, lift: null);
        Assert.Null(noPrompt);
        Assert.Equal(samples.Rows.Count, texts.Count);
        foreach (var text in texts)
        {
            // What is changed is seen: other cells, another prompt, or a row that is not there any more.
            var (before, after) = (Whole(text.Before), Whole(text.After));
            Assert.True(before is null || after is null || before != after || text.BeforeCoded != text.AfterCoded, text.Title);
            if (before is not null && after is not null && text.Cells.Count > 0)
                Assert.Contains(text.After!, p => p.IsChanged);
        }
    }

    static string? Whole(IReadOnlyList<SampleText.Piece>? pieces) => pieces is null ? null : string.Concat(pieces.Select(p => p.Text));

    [Fact]
    public async Task Changed_cells_are_marked_in_the_sentence_and_nothing_else_is()
    {
        using var lab = new TestStudies();
        var (folder, spec, cell) = Make(lab, "label-noise", "pair");
        var (texts, _) = SampleText.Of(await StudySamples.ReadAsync(folder, spec, cell, 3), lift: null);
        foreach (var text in texts)
        {
            var (column, before, after) = Assert.Single(text.Cells);
            Assert.Equal("y", column);
            Assert.NotEqual(before, after);
            Assert.EndsWith(", training", text.Title, StringComparison.Ordinal);
            Assert.StartsWith("When", text.Before![0].Text, StringComparison.Ordinal);
            Assert.Equal([after], text.After!.Where(p => p.IsChanged).Select(p => p.Text.Trim()));
            Assert.NotNull(text.AfterCoded);
        }
    }

    [Fact]
    public async Task A_level_that_cannot_be_applied_and_a_vanished_table_are_said()
    {
        using var lab = new TestStudies();
        var (folder, spec, cell) = Make(lab, "label-noise", "random", TaskKind.Regression);
        Assert.NotEmpty((await Assert.ThrowsAsync<CannotApplyException>(() => StudySamples.ReadAsync(folder, spec, cell, 3))).Message);
        File.Delete(folder.TableFile(spec.Tables[0]));
        var gone = await Assert.ThrowsAsync<BadDataException>(() => StudySamples.ReadAsync(folder, spec, cell, 3));
        Assert.Equal("table-gone", gone.Problems[0].Code);
    }
}
