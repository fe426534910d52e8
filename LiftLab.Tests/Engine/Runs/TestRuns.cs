using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>A temporary folder of runs.</summary>
sealed class TestRuns : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("liftlab-runs-").FullName;

    /// <summary>120 rows of two well separated classes, with one numeric feature that says nothing.</summary>
    public static string TwoClasses { get; } =
        "a,b,class\n"
        + string.Concat(
            Enumerable
                .Range(0, 120)
                .Select(i =>
                    FormattableString.Invariant($"{(i % 2 == 0 ? 1 : 5) + (i % 7 * 0.1):0.0},{i % 5},{(i % 2 == 0 ? "low" : "high")}\n")
                )
        );

    public static Schema Schema { get; } =
        new(
            [new("a", ColumnKind.Number), new("b", ColumnKind.Integer), new("class", ColumnKind.Category, ColumnRole.Target)],
            TaskKind.Classification
        );

    public RunFolder Create(
        string id = "run-1",
        LearnerSpec? learner = null,
        IReadOnlyList<LearnerSpec>? baselines = null,
        FeaturePair? boundary = null
    ) =>
        RunFolder.Create(
            Root,
            new(
                id,
                "A test",
                DateTimeOffset.UnixEpoch,
                "table.csv",
                Schema,
                0,
                0,
                learner ?? new("knn", new JsonObject()),
                baselines ?? [],
                boundary
            ),
            file => File.WriteAllText(file, TwoClasses)
        );

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
