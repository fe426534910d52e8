using System.Globalization;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Contracts;

/// <summary>
/// Stored answers are reused under a learner's edition. Each learner's answers for a small table are kept in Goldens/editions; a learner
/// that answers otherwise must raise its <see cref="LearnerEntry.Edition"/>. To write them anew: set LIFTLAB_WRITE_EDITIONS=1 and run this
/// class.
/// </summary>
[Trait(Speed.Trait, Speed.Slow)]
public sealed class EditionTests
{
    /// <summary>Other processors round otherwise; a changed algorithm changes more.</summary>
    const double Tolerance = 2e-3;

    public static TheoryData<string, TaskKind> Learners
    {
        get
        {
            var cases = new TheoryData<string, TaskKind>();
            foreach (var entry in LiftLab.Engine.Engine.Learners)
            foreach (var task in entry.Tasks)
                if (entry.Name != "tabpfn" && !entry.NeedsSettings) // tabpfn needs a network that is not part of the repository
                    cases.Add(entry.Name, task);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Learners))]
    public async Task A_learner_that_answers_otherwise_has_another_edition(string name, TaskKind kind)
    {
        var entry = LiftLab.Engine.Engine.Find(name);
        var work = Directory.CreateTempSubdirectory("liftlab-edition-").FullName;
        try
        {
            var task = TaskOf(kind);
            using var predictor = await entry.Create(SpecOf(name), kind, new(work)).FitAsync(task, 1);
            var answers = await predictor.PredictAsync(task.Table, task.Split.Test);
            double[] now = [.. answers.SelectMany(Numbers)];
            var file = GoldenFile.At("editions", $"{name}-{kind.ToString().ToLowerInvariant()}.json");
            if (Environment.GetEnvironmentVariable("LIFTLAB_WRITE_EDITIONS") is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                var written = new JsonObject
                {
                    ["edition"] = entry.Edition,
                    ["answers"] = new JsonArray([.. now.Select(v => (JsonNode)Math.Round(v, 6))]),
                };
                File.WriteAllText(file, written.ToJsonString() + "\n");
            }
            Assert.True(File.Exists(file), $"there are no stored answers of {name}: write them with LIFTLAB_WRITE_EDITIONS=1");
            var stored = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            Assert.True(
                stored["edition"]!.GetValue<int>() == entry.Edition,
                $"the edition of {name} was raised: write its answers anew with LIFTLAB_WRITE_EDITIONS=1"
            );
            double[] before = [.. stored["answers"]!.AsArray().Select(v => v!.GetValue<double>())];
            Assert.True(
                before.Length == now.Length
                    && before.Zip(now).All(p => Math.Abs(p.First - p.Second) <= Tolerance * Math.Max(1, Math.Abs(p.First))),
                $"{name} answers otherwise than edition {entry.Edition}: raise its Edition in Engine.cs and write its answers anew with "
                    + $"LIFTLAB_WRITE_EDITIONS=1. Before: {Line(before)}. Now: {Line(now)}"
            );
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>LIFT with few steps, so that rounding does not grow.</summary>
    static LearnerSpec SpecOf(string name)
    {
        JsonObject Short() =>
            new()
            {
                ["recipe"] = new JsonObject
                {
                    ["preset"] = "quick",
                    ["epochs"] = 2,
                    ["minimumSteps"] = 0,
                    ["members"] = 2,
                },
            };
        return name switch
        {
            "lift" => new(name, Short()),
            "average" => new(name, new() { ["lift"] = Short() }),
            _ => new(name),
        };
    }

    static double[] Numbers(Prediction answer) => answer is Prediction.Answered a ? [.. a.Probabilities ?? [a.Value]] : [double.MaxValue];

    static string Line(IEnumerable<double> values) =>
        string.Join(" ", values.Take(9).Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)));

    static LearningTask TaskOf(TaskKind kind)
    {
        var random = new Random(5);
        var rows = Enumerable.Range(0, 30).Select(i => (A: random.NextDouble() * 8, B: random.Next(20), C: "uvw"[i % 3])).ToArray();
        string Cell(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
        var table = new Table(
            "edition",
            [
                new("a", [.. rows.Select(r => Cell(r.A))]),
                new("b", [.. rows.Select(r => $"{r.B}")]),
                new("c", [.. rows.Select(r => $"{r.C}")]),
                new(
                    "y",
                    [
                        .. rows.Select(r =>
                            kind == TaskKind.Regression ? Cell(r.A * 2 - r.B * .3)
                            : r.A + r.B * .1 < 5 ? "no"
                            : "yes"
                        ),
                    ]
                ),
            ]
        );
        var schema = new Schema(
            [
                new("a", ColumnKind.Number),
                new("b", ColumnKind.Integer),
                new("c", ColumnKind.Category),
                new("y", kind == TaskKind.Regression ? ColumnKind.Number : ColumnKind.Category, ColumnRole.Target),
            ],
            kind
        );
        return new(table, schema, SplitMaker.Make(table, schema, 0));
    }
}
