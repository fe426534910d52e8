using System.Globalization;
using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Work;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Experiments;

/// <summary>Small studies in a temporary lab folder.</summary>
sealed class TestStudies : IDisposable
{
    public string Lab { get; } = Directory.CreateTempSubdirectory("liftlab-studies-").FullName;

    public string Root => Directory.CreateDirectory(Path.Combine(Lab, "studies")).FullName;

    public void Dispose() => Directory.Delete(Lab, recursive: true);

    /// <summary>A table of 60 rows with three classes or a number, and two numeric features.</summary>
    public static (string Name, Table Table, Schema Schema, string? Dataset) Table(TaskKind task = TaskKind.Classification)
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 60).Select(_ => (A: random.NextDouble() * 9, B: random.NextDouble())).ToArray();
        string Cell(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
        var table = new Table(
            "small",
            [
                new("a", [.. rows.Select(r => Cell(r.A))]),
                new("b", [.. rows.Select(r => Cell(r.B))]),
                new(
                    "y",
                    [
                        .. rows.Select(r =>
                            task == TaskKind.Regression ? Cell(3 * r.A + r.B)
                            : r.A < 3 ? "low"
                            : r.A < 6 ? "mid"
                            : "top"
                        ),
                    ]
                ),
            ]
        );
        return (
            "small",
            table,
            new(
                [
                    new("a", ColumnKind.Number),
                    new("b", ColumnKind.Number),
                    new("y", task == TaskKind.Regression ? ColumnKind.Number : ColumnKind.Category, ColumnRole.Target),
                ],
                task
            ),
            null
        );
    }

    public static StudySpec Spec(
        string experiment = "robustness",
        string learners = "knn,majority",
        StudyChoice? choice = null,
        TaskKind task = TaskKind.Classification
    ) =>
        StudyMaker.Make(
            ExperimentList.Find(experiment),
            [Table(task)],
            (choice ?? new()) with
            {
                Learners = [.. learners.Split(',').Select(l => new LearnerSpec(l))],
            },
            LiftLab.Engine.Engine.Find,
            TimeProvider.System
        );

    public StudyFolder Create(StudySpec spec) => StudyFolder.Create(Root, spec, [Table(spec.Tables[0].Schema.Task).Table]);

    public static StudyWorker Worker(StudyFolder folder) => new(folder, LiftLab.Engine.Engine.Find, "cpu", TimeProvider.System);
}
