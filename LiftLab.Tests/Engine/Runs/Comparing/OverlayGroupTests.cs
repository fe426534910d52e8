using LiftLab.Engine.Runs.Comparing;
using static LiftLab.Tests.Engine.Runs.Comparing.ComparedRuns;

namespace LiftLab.Tests.Engine.Runs.Comparing;

public sealed class OverlayGroupTests
{
    [Fact]
    public void Only_runs_of_one_table_and_split_are_drawn_over_each_other_and_the_others_are_named()
    {
        var compared = RunComparison.Of(
            [
                Run("a", "iris", "k1", .9, .8),
                Run("b", "wine", "k2", .9, .8),
                Run("c", "wine", "k2", .9, .8),
                Run("d", "wine", "k2", .9, .8, split: 1),
            ],
            [],
            null
        );
        var groups = OverlayGroup.Of(compared);
        Assert.Equal(["wine, split 0", "iris, split 0", "wine, split 1"], groups.Select(g => g.Title));
        Assert.Equal(["b", "c"], groups[0].Runs.Select(r => r.Id));
        Assert.Equal(
            "These runs are on different tables or splits, so their figures are not drawn over each other: "
                + "wine, split 0 (b, c); iris, split 0 (a); wine, split 1 (d).",
            OverlayGroup.WhyApart(groups, compared)
        );
    }

    [Fact]
    public void Runs_of_one_split_with_other_seeds_or_settings_are_one_group()
    {
        var compared = RunComparison.Of([Run("a", "iris", "k1", .9, .8), Run("b", "iris", "k1", .9, .8, epochs: "20")], [], null);
        Assert.Equal("", OverlayGroup.WhyApart(OverlayGroup.Of(compared), compared));
    }
}
