using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>
/// A run folder of format version 2. Its file had decimal commas, so that "1,247,514" stayed a text; the copy was read again by guesses and
/// made it a number, on which the models were fitted.
/// </summary>
public sealed class VersionTwoTests
{
    static readonly RunFolder Run = RunFolder.Open(GoldenFile.At("runs", "version-2"));

    [Fact]
    public async Task Its_table_is_read_as_its_learners_read_it()
    {
        var spec = Run.ReadSpec();
        Assert.Equal((RunSpec.CurrentVersion, CellRules.Second), (spec.Version, spec.Reading!.Cells));
        var task = await Run.LoadAsync(spec);
        Assert.Equal((1247514, 1.30), (task.Table["people"].Numbers[0], task.Table["mass"].Numbers[0]));
        Assert.Equal(task.Split.Test, Run.ReadOutcome("knn")!.Answers.Select(a => a.Row));
    }
}
