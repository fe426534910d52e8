using System.Text.Json.Nodes;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Runs.Comparing;

/// <summary>Finished runs of LIFT beside a decision tree, as a comparison reads them.</summary>
static class ComparedRuns
{
    static readonly Schema Classes = new(
        [new("a", ColumnKind.Number), new("class", ColumnKind.Category, ColumnRole.Target)],
        TaskKind.Classification
    );
    public static readonly Schema Numbers = new(
        [new("a", ColumnKind.Number), new("y", ColumnKind.Number, ColumnRole.Target)],
        TaskKind.Regression
    );

    public static ComparedRun Run(
        string id,
        string data,
        string key,
        double lift,
        double tree,
        int split = 0,
        string epochs = "10",
        Schema? schema = null,
        string? rows = null,
        JsonObject? treeSettings = null
    )
    {
        schema ??= Classes;
        var spec = new RunSpec(
            id,
            id,
            DateTimeOffset.UnixEpoch.AddMinutes(id[0]),
            "table.csv",
            schema,
            split,
            0,
            new("lift"),
            [new("tree", treeSettings)]
        );
        var report = new RunReport(
            id,
            id,
            schema.Task,
            schema.Target.Name,
            [],
            new(80, 10, 30),
            MadeUp.Result("lift", "LIFT", lift),
            [MadeUp.Result("tree", "Decision tree", tree, tree - .1, tree + .05)],
            new("", []),
            new(0, 0, 0, 0, 0, 0, 0),
            null,
            null,
            false
        );
        return new(spec, report, data, key, rows ?? key, new Dictionary<string, string> { ["recipe.epochs"] = epochs });
    }
}
