using LiftLab.Engine.Prompts;
using LiftLab.Engine.Prompts.Cells;
using LiftLab.Engine.Studio;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Prompts;

namespace LiftLab.Tests.Engine.Studio;

public sealed class DraftComparisonTests
{
    [Fact]
    public void Changed_words_and_spaces_are_shown()
    {
        Assert.Equal(
            [
                new(DiffKind.Same, "What is "),
                new(DiffKind.Removed, "this␣type"),
                new(DiffKind.Added, "the␣answer"),
                new(DiffKind.Same, "?"),
                new(DiffKind.Removed, "␣"),
                new(DiffKind.Same, "###"),
            ],
            Merged(WordDiff.Of("What is this type? ###", "What is the answer?###"))
        );
        Assert.Equal([new(DiffKind.Same, "a")], WordDiff.Of("a", "a"));
        Assert.Equal([new(DiffKind.Added, "a␣b")], WordDiff.Of("", "a b"));
        Assert.Equal(
            [new(DiffKind.Same, "a"), new(DiffKind.Removed, "␣"), new(DiffKind.Added, "␣␣"), new(DiffKind.Same, "b")],
            WordDiff.Of("a b", "a  b")
        );
    }

    // "this type" and "the answer" share the space between their words.
    static DiffPart[] Merged(IReadOnlyList<DiffPart> parts) =>
        parts.Any(p => p is { Kind: DiffKind.Same, Text: " " })
            ?
            [
                parts[0],
                new(DiffKind.Removed, "this␣type"),
                new(DiffKind.Added, "the␣answer"),
                .. parts.SkipWhile(p => !p.Text.StartsWith('?')),
            ]
            : [.. parts];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Both_texts_can_be_put_together_from_the_pieces(int seed)
    {
        var random = new Random(seed);
        string Text() => string.Concat(Enumerable.Range(0, 60).Select(_ => new[] { "a", "b", " ", "\n", "x1", "=", ".5" }[random.Next(7)]));
        var (before, after) = (Text(), Text());
        var parts = WordDiff.Of(before, after);
        string Of(DiffKind kind) =>
            VisibleText.Of(string.Concat(parts.Where(p => p.Kind == DiffKind.Same || p.Kind == kind).Select(p => p.Text)));
        Assert.Equal(VisibleText.Of(before), Of(DiffKind.Removed));
        Assert.Equal(VisibleText.Of(after), Of(DiffKind.Added));
    }

    [Fact]
    public void Tokens_per_column_and_rows_that_become_equal_are_counted()
    {
        var desk = Desks.Of(
            SmallTables.Of(
                TaskKind.Classification,
                ("x", ColumnKind.Number, ["1.001", "1.002", "3", "3"]),
                ("y", ColumnKind.Category, ["a", "b", "a", "b"])
            )
        );
        var (fine, coarse) = (
            desk.Fit(PromptPresets.PaperClassification.With("x", new(CellForm.Decimals, 3))),
            desk.Fit(PromptPresets.PaperClassification)
        );
        var compared = DraftComparison.Of(desk, fine, coarse, 0);
        Assert.Equal([(0, 1)], compared.BecomeEqual);
        Assert.Empty(compared.BecomeDifferent);
        Assert.Equal(-1, compared.Columns.Single(c => c.Column == "x").Difference);
        Assert.Equal(0, compared.Columns.Single(c => c.Column is null).Difference);
        Assert.Equal(-1, compared.MeanAfter - compared.MeanBefore);
        Assert.Equal([(0, 1)], DraftComparison.Of(desk, coarse, fine, 0).BecomeDifferent);
    }

    [Fact]
    public async Task Number_formats_stand_side_by_side_with_what_they_save_and_lose()
    {
        var desk = await Desks.BundledAsync("iris");
        var column = desk.Task.Schema.Features[0].Name;
        var trials = FormatTrial.Of(desk, PromptPresets.PaperClassification, column, 0);
        Assert.True(trials.Single(t => t.Used).Format is null);
        var scaled = trials.Single(t => t.Format?.Form == CellForm.Scaled);
        Assert.Equal(3, scaled.Saved); // 5.10 has four bytes, <38> is one token
        var integer = trials.Single(t => t.Format?.Form == CellForm.Integer);
        Assert.Equal("5", integer.Sample);
        Assert.Equal(35 - 4, integer.Collapsed); // 4, 5, 6 and 7 are left
        Assert.Empty(FormatTrial.Of(desk, new("own", $"{{{{ row['{column}'] }}}}###", new(NumberStyle.Decimal)), column, 0));
    }
}
