using System.Text.Json.Nodes;
using LiftLab.Engine.Baselines;
using LiftLab.Engine.Baselines.Choosing;
using LiftLab.Engine.Baselines.Encoding;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Baselines;

public sealed class ProtocolTests
{
    static (IReadOnlyList<GridRow> Rows, GridChoice Choice) Run(Protocol protocol, string table, string baseline, string grid)
    {
        var run = new ProtocolRun(
            [.. Enumerable.Range(0, 3).Select(s => GoldenSplit.Load(table, s).Task)],
            protocol,
            0,
            TimeProvider.System
        );
        return run.Run(
            BaselineList.Find(baseline),
            BaselineOptions.Parse(new JsonObject { ["grid"] = grid, ["encoding"] = "raw" }),
            null,
            CancellationToken.None
        );
    }

    [Fact]
    public void Validation_chooses_in_each_split_and_reports_mean_and_deviation()
    {
        var (rows, choice) = Run(Protocol.Validation, "wine", "knn", "paper");
        Assert.Equal(18, rows.Count);
        var chosen = rows.Where(r => r.Chosen).ToArray();
        Assert.Equal([0, 1, 2], chosen.Select(r => r.Split));
        Assert.All(chosen, c => Assert.Equal(rows.Where(r => r.Split == c.Split).Max(r => r.Valid), c.Valid));
        Assert.Equal(chosen.Average(r => r.Test!.Value), choice.Test!.Value, 1e-12);
        Assert.NotNull(choice.Deviation);
    }

    [Fact]
    public void The_papers_protocol_reports_the_split_with_the_best_validation_score()
    {
        var (rows, choice) = Run(Protocol.Paper, "wine", "knn", "paper");
        var chosen = rows.Where(r => r.Chosen).ToArray();
        Assert.Single(chosen.Select(r => r.Setting).Distinct());
        Assert.Equal(chosen.MaxBy(r => r.Valid)!.Test, choice.Test);
        Assert.Null(choice.Deviation);
        Assert.Contains(
            ProtocolRun.Leaks(Protocol.Paper, TaskKind.Classification, FeatureEncoding.Paper),
            l => l.Contains("test rows included", StringComparison.Ordinal)
        );
        Assert.Empty(ProtocolRun.Leaks(Protocol.Validation, TaskKind.Classification, FeatureEncoding.Standard));
    }

    [Fact]
    public void Regression_chooses_by_relative_absolute_error()
    {
        var (rows, _) = Run(Protocol.Paper, "syn_cos_p2", "krr", "paper");
        foreach (var split in rows.GroupBy(r => r.Split))
            Assert.Equal(split.Min(r => r.ValidRae), split.Single(r => r.Chosen).ValidRae);
    }
}
