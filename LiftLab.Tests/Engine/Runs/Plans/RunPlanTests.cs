using System.Text.Json;
using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Plans;
using LiftLab.Engine.Tables;
using LiftLab.Engine.Tables.Reading;

namespace LiftLab.Tests.Engine.Runs.Plans;

public sealed class RunPlanTests
{
    static readonly MachineFacts Machine = new(8L << 30, false, "this machine", []);

    static LearnerEntry Entry(string name, Func<LearnerSpec, LearningTask, MachineFacts, LearnerPlan> plan) =>
        new(name, name, [TaskKind.Classification], (_, _, context) => new StepLearner(null, context))
        {
            Plan = (s, t, m, _) => plan(s, t, m),
        };

    static RunSpec Spec(FeaturePair? boundary, params LearnerSpec[] learners) =>
        new("id", "A test", DateTimeOffset.UnixEpoch, "table.csv", TestRuns.Schema, 0, 0, learners[0], learners[1..], boundary);

    static async Task<Table> TwoClassesAsync()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, TestRuns.TwoClasses);
            return (await TableReader.ReadAsync(file)).Table;
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task<RunPlan> PlanAsync(RunSpec spec, params LearnerEntry[] entries) =>
        RunPlan.Of(
            spec,
            await TwoClassesAsync(),
            name => entries.FirstOrDefault(e => e.Name == name) ?? throw new ArgumentException($"there is no learner '{name}'"),
            Machine
        );

    [Fact]
    public async Task A_plan_looks_at_each_learner_once()
    {
        var looked = 0;
        var entry = Entry("main", (_, _, _) => new("main", "Main"));
        entry = entry with { Check = (_, _, _) => looked++ >= 0 ? [] : [] };
        await PlanAsync(Spec(null, new LearnerSpec("main")), entry);
        Assert.Equal(0, looked); // its plan has the same problems
    }

    [Fact]
    public async Task What_the_learners_plan_is_added_up()
    {
        var plan = await PlanAsync(
            Spec(new("a", "b"), new("main"), new("paid"), new("silent")),
            Entry(
                "main",
                (_, _, _) =>
                    new("main", "Main")
                    {
                        Steps = 10,
                        Tokens = 100,
                        Seconds = 5,
                        Memory = new(7, 9, false, true, "small"),
                    }
            ),
            Entry(
                "paid",
                (_, _, _) =>
                    new("paid", "Paid")
                    {
                        Steps = 1,
                        Tokens = 20,
                        Seconds = 50,
                        Money = 1.25m,
                        Memory = new(8, 9, false, true, "more"),
                    }
            ),
            Entry("silent", (_, _, _) => new("silent", "Silent"))
        );
        Assert.Equal((11, 120, 5, 1.25m), (plan.Steps, plan.Tokens, plan.Seconds, plan.Money));
        Assert.Equal("more", plan.Memory!.Words);
        Assert.Equal(["main", "paid", "silent"], plan.Learners.Select(l => l.Learner));
        Assert.Equal((new SplitSizes(76, 20, 24), TaskKind.Classification), (plan.Rows, plan.Task));
        Assert.Equal((new FeaturePair("a", "b"), new FeaturePair("a", "b")), (plan.Boundary, plan.DefaultBoundary));
        Assert.True(plan.CanStart);
    }

    [Fact]
    public async Task What_no_learner_says_is_unknown_and_not_zero()
    {
        var plan = await PlanAsync(Spec(null, new LearnerSpec("silent")), Entry("silent", (_, _, _) => new("silent", "Silent")));
        Assert.Equal((null, null, null, null), (plan.Steps, plan.Tokens, plan.Seconds, plan.Money));
        Assert.Null(plan.Memory);
    }

    [Fact]
    public async Task Problems_of_table_learners_and_boundary_are_listed_together_errors_first()
    {
        var warning = new Problem(Severity.Warning, "slow", "it is slow", "Wait.");
        var plan = await PlanAsync(
            Spec(new("a", "class"), new("main"), new("main"), new("unknown"), new("strict")),
            Entry("main", (_, _, _) => new("main", "Main") { Problems = [warning] }),
            Entry("strict", (_, _, _) => throw new ArgumentException("k must be 1 or more"))
        );
        Assert.False(plan.CanStart);
        string[] errors = [.. plan.Problems.Where(p => p.Severity == Severity.Error).Select(p => p.Code)];
        Assert.Equal(["learner-twice", "bad-setting", "boundary-column", "bad-setting"], errors);
        Assert.Contains(plan.Problems, p => p.What == "there is no learner 'unknown'");
        Assert.Contains(plan.Problems, p => p.What == "k must be 1 or more");
        Assert.Single(plan.Problems, warning); // the learner is named twice
        Assert.Equal(Severity.Error, plan.Problems[0].Severity);
        Assert.Contains(plan.Problems, p => p.Code == "duplicate-rows"); // the table's own warning
    }

    [Fact]
    public void A_table_that_cannot_be_split_gives_its_errors_and_no_rows()
    {
        var table = new Table("t", [new("a", ["1", "2", "3"]), new("b", ["1", "2", "3"]), new("class", ["x", "y", "x"])]);
        var plan = RunPlan.Of(Spec(null, new LearnerSpec("main")), table, _ => throw new ArgumentException("not asked"), Machine);
        Assert.False(plan.CanStart);
        Assert.Null(plan.Rows);
        Assert.Empty(plan.Learners);
        Assert.Contains(plan.Problems, p => p.Code == "too-few-rows");
    }

    [Fact]
    public async Task A_plan_is_a_plain_JSON_document()
    {
        var table = await TwoClassesAsync();
        var plan = LiftLab.Engine.Engine.Plan(Spec(null, new LearnerSpec("lift"), new LearnerSpec("knn")), table, []);
        var document = JsonSerializer.SerializeToNode(plan, RunJson.Line)!.AsObject();
        Assert.Equal(76, (int)document["rows"]!["train"]!);
        Assert.Equal(plan.Steps, (long)document["steps"]!);
        Assert.Equal(
            ["learner", "title", "models", "passes", "steps", "tokens", "memory"],
            document["learners"]![0]!.AsObject().Select(p => p.Key)
        );
        Assert.Equal(6, (int)document["learners"]![1]!["settingsTried"]!);
        Assert.True((bool)document["canStart"]!);
    }

    [Fact]
    public async Task A_setting_that_a_baseline_does_not_have_is_found_before_the_run()
    {
        var table = await TwoClassesAsync();
        var plan = LiftLab.Engine.Engine.Plan(Spec(null, new LearnerSpec("knn", new JsonObject { ["neighbours"] = 3 })), table, []);
        Assert.Contains(
            "knn has no setting 'neighbours'",
            Assert.Single(plan.Problems, p => p.Code == "bad-setting").What,
            StringComparison.Ordinal
        );
    }
}
