using System.Globalization;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Perturbations;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Splits;

namespace LiftLab.Tests.Contracts;

/// <summary>What every kind of perturbation promises, at every default level and in every way.</summary>
public sealed class PerturbationContractTests
{
    public static TheoryData<string, string?, double, TaskKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, string?, double, TaskKind>();
            foreach (var kind in PerturbationList.All)
            foreach (var way in kind.Ways.DefaultIfEmpty(null))
            foreach (var level in kind.Axis.Levels.Prepend(kind.Axis.Clean))
            foreach (var task in Enum.GetValues<TaskKind>())
                cases.Add(kind.Name, way, level, task);
            return cases;
        }
    }

    static bool Applies(string kind, string? way, TaskKind task) =>
        (kind, way, task) switch
        {
            ("label-noise" or "imbalance", _, TaskKind.Regression) => false,
            ("outliers", "paper", TaskKind.Classification) => false,
            ("mixup", _, _) => false, // needs two classes and numbers only
            _ => true,
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Same_specification_same_cells_and_only_its_stage_is_changed(string name, string? way, double level, TaskKind target)
    {
        var kind = PerturbationList.Find(name);
        var clean = Task(target);
        if (!Applies(name, way, target) && level != kind.Axis.Clean)
        {
            Assert.NotEmpty(Assert.Throws<CannotApplyException>(() => kind.Apply(clean, new(name, level, 3, way))).Message);
            return;
        }
        if (!Applies(name, way, target))
            return;
        var once = kind.Apply(clean, new(name, level, 3, way));
        var again = kind.Apply(Task(target), new(name, level, 3, way));
        Assert.Equal(Cells(once.Task.Table), Cells(again.Task.Table));
        Assert.Equal(once.Task.Split.Train, again.Task.Split.Train);
        Assert.Equal(once.Touched, again.Touched);

        var inTraining = clean.Split.Train.ToHashSet();
        var renames = once.Task.Table.Columns.Zip(clean.Table.Columns).Any(p => p.First.Name != p.Second.Name);
        if (!renames)
            for (var row = 0; row < clean.Table.RowCount; row++)
            {
                var same = clean.Table.Columns.All(c => once.Task.Table[c.Name].Cells[row] == c.Cells[row]);
                Assert.Equal(!once.Touched.Contains(row), same);
                if (!same)
                    Assert.Equal(kind.Stage == PerturbationStage.Training, inTraining.Contains(row));
            }
        if (kind.Stage == PerturbationStage.Training)
        {
            Assert.Equal(clean.Split.Test, once.Task.Split.Test);
            Assert.Equal(clean.Split.Valid, once.Task.Split.Valid);
        }
        else
        {
            Assert.Equal(clean.Split.Train, once.Task.Split.Train);
            var origins = once.Origins ?? [.. Enumerable.Range(0, clean.Split.Test.Count)];
            Assert.Equal(once.Task.Split.Test.Count, origins.Count);
            for (var i = 0; i < origins.Count; i++)
                Assert.Equal(clean.Targets[clean.Split.Test[origins[i]]], once.Task.Targets[once.Task.Split.Test[i]]);
        }
        if (level == kind.Axis.Clean)
        {
            Assert.Empty(once.Touched);
            Assert.Equal(clean.Split.Train, once.Task.Split.Train);
            Assert.Equal(Cells(clean.Table), Cells(once.Task.Table));
        }
        foreach (var row in once.Task.Split.Train.Concat(once.Task.Split.Test))
        {
            if (renames || way == "paper")
                continue;
            var whole = once.Task.Table["whole"].Cells[row];
            Assert.True(
                whole.Length == 0 || int.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
                whole
            );
        }
    }

    [Fact]
    public void Another_seed_changes_other_cells()
    {
        var clean = Task(TaskKind.Classification);
        foreach (
            var kind in PerturbationList.All.Where(k =>
                k.Name
                    is not (
                        "renamed-columns"
                        or "mixup"
                        or "lost-columns"
                        or "transfer-attack"
                        or "reworded-prompts"
                        or "reworded-questions"
                    )
            )
        )
        {
            var level = kind.Axis.Levels[^1];
            string Sum(int seed)
            {
                var task = kind.Apply(clean, new(kind.Name, level, seed)).Task;
                return Cells(task.Table) + string.Join(",", task.Split.Train);
            }
            Assert.Equal(3, new[] { 0, 1, 2 }.Select(Sum).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Theory]
    [InlineData("label-noise")]
    [InlineData("missing-cells")]
    public void A_stronger_level_contains_the_weaker_one(string name)
    {
        var clean = Task(TaskKind.Classification);
        var weak = PerturbationList.Apply(clean, new(name, 10, 5)).Touched;
        var strong = PerturbationList.Apply(clean, new(name, 40, 5)).Touched;
        Assert.NotEmpty(weak);
        Assert.Subset(strong.ToHashSet(), weak.ToHashSet());
    }

    [Fact]
    public void Attacks_stay_in_the_training_range_and_leave_categories()
    {
        var clean = Task(TaskKind.Classification);
        foreach (var name in new[] { "random-signs", "transfer-attack" })
        {
            var task = PerturbationList.Apply(clean, new(name, 1, 2)).Task;
            var known = clean.Split.Train.Select(r => clean.Table["x"].Numbers[r]).ToArray();
            var origins = PerturbationList.Apply(clean, new(name, 1, 2)).Origins ?? [.. Enumerable.Range(0, clean.Split.Test.Count)];
            for (var i = 0; i < origins.Count; i++)
            {
                var (from, to) = (clean.Split.Test[origins[i]], task.Split.Test[i]);
                Assert.Equal(clean.Table["c"].Cells[from], task.Table["c"].Cells[to]);
                var (before, after) = (clean.Table["x"].Numbers[from], task.Table["x"].Numbers[to]);
                if (before >= known.Min() && before <= known.Max())
                    Assert.InRange(after, known.Min(), known.Max());
                else
                    Assert.Equal(before, after);
            }
        }
    }

    [Fact]
    public void Mixup_gives_labels_from_zero_to_ten()
    {
        var table = new Table(
            "t",
            [
                new("a", [.. Enumerable.Range(0, 40).Select(i => $"{i}.5")]),
                new("y", [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "no" : "yes")]),
            ]
        );
        var schema = new Schema([new("a", ColumnKind.Number), new("y", ColumnKind.Category, ColumnRole.Target)], TaskKind.Classification);
        var task = new LearningTask(table, schema, SplitMaker.Make(table, schema, 0));
        var mixed = PerturbationList.Apply(task, new("mixup", 1, 0)).Task;
        Assert.All(mixed.Split.Test, r => Assert.Contains(mixed.Table["y"].Cells[r], new[] { "0", "10" }));
        Assert.All(mixed.Split.Train, r => Assert.InRange(int.Parse(mixed.Table["y"].Cells[r], CultureInfo.InvariantCulture), 0, 10));
        Assert.Contains(mixed.Split.Train, r => mixed.Table["y"].Cells[r] is not ("0" or "10"));
    }

    [Theory]
    [InlineData("reworded-prompts")]
    [InlineData("reworded-questions")]
    public void Another_wording_changes_no_cell(string name)
    {
        var clean = Task(TaskKind.Classification);
        var task = PerturbationList.Apply(clean, new(name, 2, 0)).Task;
        Assert.Equal((2, Cells(clean.Table)), (task.Wording, Cells(task.Table)));
        Assert.Throws<ArgumentException>(() => PerturbationList.Apply(clean, new(name, LearningTask.OtherWordings + 1, 0)));
        Assert.Throws<ArgumentException>(() => PerturbationList.Apply(clean, new(name, 1.5, 0)));
        // what is changed afterwards keeps the wording
        Assert.Equal(2, PerturbationList.Apply(task, new("missing-cells", 20, 0)).Task.Wording);
        Assert.Equal(2, PerturbationList.Apply(task, new("shuffled-names", 1, 0)).Task.Wording);
    }

    [Theory]
    [InlineData("label-noise", 101, null)]
    [InlineData("label-noise", -1, null)]
    [InlineData("label-noise", double.NaN, null)]
    [InlineData("label-noise", 5, "backwards")]
    [InlineData("nothing", 5, null)]
    public void Levels_and_ways_that_do_not_exist_are_refused(string name, double level, string? way) =>
        Assert.Throws<ArgumentException>(() => PerturbationList.Apply(Task(TaskKind.Classification), new(name, level, 0, way)));

    [Fact]
    public void A_level_that_leaves_nothing_to_learn_has_a_reason()
    {
        var clean = Task(TaskKind.Classification);
        Assert.Contains(
            "one must stay",
            Assert.Throws<CannotApplyException>(() => PerturbationList.Apply(clean, new("lost-columns", 4, 0))).Message
        );
    }

    static string Cells(Table table) => string.Join("|", table.Columns.Select(c => c.Name + ":" + string.Join(",", c.Cells)));

    static LearningTask Task(TaskKind kind)
    {
        var random = new Random(7);
        var rows = Enumerable
            .Range(0, 90)
            .Select(_ => (X: random.NextDouble() * 4, Whole: random.Next(50), C: "rst"[random.Next(3)]))
            .ToArray();
        var table = new Table(
            "t",
            [
                new("x", [.. rows.Select(r => r.X.ToString("F2", CultureInfo.InvariantCulture))]),
                new("whole", [.. rows.Select(r => $"{r.Whole}")]),
                new("c", [.. rows.Select(r => $"{r.C}")]),
                new("d", [.. rows.Select((_, i) => $"{i % 7}.25")]),
                new(
                    "y",
                    [
                        .. rows.Select(r =>
                            kind == TaskKind.Regression ? (r.X * 2 + r.Whole).ToString("F2", CultureInfo.InvariantCulture)
                            : r.X < 1 ? "low"
                            : r.X < 2.5 ? "middle"
                            : "top"
                        ),
                    ]
                ),
            ]
        );
        var schema = new Schema(
            [
                new("x", ColumnKind.Number),
                new("whole", ColumnKind.Integer),
                new("c", ColumnKind.Category),
                new("d", ColumnKind.Number),
                new("y", kind == TaskKind.Regression ? ColumnKind.Number : ColumnKind.Category, ColumnRole.Target),
            ],
            kind
        );
        return new(table, schema, SplitMaker.Make(table, schema, 0));
    }
}
