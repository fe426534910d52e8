using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Experiments.Robustness;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Tests.Engine.Experiments;

namespace LiftLab.Tests.Contracts;

/// <summary>What every question promises.</summary>
public sealed class ExperimentContractTests
{
    public static TheoryData<string, TaskKind, Protocol> Experiments
    {
        get
        {
            var cases = new TheoryData<string, TaskKind, Protocol>();
            foreach (var experiment in ExperimentList.All)
            foreach (var task in Enum.GetValues<TaskKind>())
            foreach (var protocol in Enum.GetValues<Protocol>())
                cases.Add(experiment.Name, task, protocol);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void The_plan_is_the_same_twice_and_has_no_place_twice(string name, TaskKind task, Protocol protocol)
    {
        var experiment = ExperimentList.Find(name);
        var study = Spec(experiment, task, protocol);
        var plan = experiment.Plan(study);
        Assert.InRange(plan.Count, 1, StudyMaker.MostCells);
        Assert.Equal(plan.Select(c => c.Place), experiment.Plan(study).Select(c => c.Place));
        Assert.All(plan, c => Assert.True(double.IsFinite(c.X)));
        Assert.NotNull(experiment.Deviations(study));
        Assert.Equal(plan.Select(c => c.Place), experiment.Plan(study).Select(c => c.Place));
        Assert.Equal(Keys(study), Keys(study));
        Assert.Equal(plan.Count, plan.Select(c => c.Place).Distinct(StringComparer.Ordinal).Count());
        Assert.All(plan, c => Assert.NotNull(LiftLab.Engine.Engine.Find(c.Probe.Fit.Learner.Name)));
        var cells = StudyCells.Of(study, LiftLab.Engine.Engine.Find);
        Assert.Equal(cells.Probes, cells.Fits.Sum(f => f.Probes.Count));
        Assert.Equal(study.Seeds[0], cells.Fits[0].Fit.Seed);
        Assert.Null(cells.Fits[0].Fit.Training);
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void Figures_are_drawn_from_no_answer_from_one_and_from_all(string name, TaskKind task, Protocol protocol)
    {
        var experiment = ExperimentList.Find(name);
        var study = Spec(experiment, task, protocol);
        var plan = experiment.Plan(study);
        foreach (var count in new[] { 0, 1, plan.Count / 2, plan.Count })
        {
            var answers = new StudyAnswers(n => n.ToUpperInvariant());
            for (var i = 0; i < count; i++)
                answers.Add(plan[i], CellScores.Of(Made(study, i)));
            var figures = experiment.Draw(study, answers);
            Assert.NotEmpty(figures);
            Assert.All(figures, f => Assert.NotEmpty(f.Title));
            Assert.All(figures, f => Assert.All(f.Table.Rows, r => Assert.Equal(f.Table.Headings.Count, r.Count)));
            Assert.NotEmpty(System.Text.Json.JsonSerializer.Serialize(figures, RunJson.Pretty));
            if (experiment is PerturbationExperiment question)
                Assert.All(
                    BoardTable.Of(study, question.Board(study, answers), answers.Title).Rows,
                    r => Assert.DoesNotContain("NaN", string.Concat(r), StringComparison.Ordinal)
                );
            if (count == 0)
                Assert.All(figures, f => Assert.NotNull(f.Waiting));
            if (count == plan.Count)
                Assert.All(figures, f => Assert.Null(f.Waiting));
            Assert.All(experiment.Verdicts(study, answers), v => Assert.DoesNotContain("NaN", v, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Experiments))]
    public void Another_level_asks_for_new_cells_only(string name, TaskKind task, Protocol protocol)
    {
        var experiment = ExperimentList.Find(name);
        var study = Spec(experiment, task, protocol);
        if (study.Kinds.Count == 0)
            return;
        var weaker = study with { Kinds = [.. study.Kinds.Select(k => k with { Levels = [.. k.Levels.Take(1)] })] };
        var few = Keys(weaker);
        var all = Keys(study);
        Assert.Subset(all, few);
        Assert.True(few.Count < all.Count || study.Kinds.All(k => k.Levels.Count == 1));
    }

    static HashSet<string> Keys(StudySpec study) => [.. StudyCells.Of(study, LiftLab.Engine.Engine.Find).All.Select(c => c.Key.Hash)];

    static StudySpec Spec(Experiment experiment, TaskKind task, Protocol protocol) =>
        StudyMaker.Make(
            experiment,
            [TestStudies.Table(task)],
            new() { Protocol = protocol },
            LiftLab.Engine.Engine.Find,
            TimeProvider.System
        );

    /// <summary>Made-up answers of twelve rows, different from cell to cell.</summary>
    static StoredAnswers Made(StudySpec study, int seed)
    {
        var random = new Random(seed);
        var classes = study.Tables[0].Schema.Task == TaskKind.Classification;
        double[] truth = [.. Enumerable.Range(0, 12).Select(i => classes ? i % 3 : i * 1.5)];
        return new(
            [],
            classes ? ["low", "mid", "top"] : [],
            truth,
            [
                .. truth.Select(
                    (t, i) =>
                        new RowAnswer(
                            i,
                            random.Next(5) == 0 ? null
                                : classes ? random.Next(3)
                                : t + random.NextDouble(),
                            null,
                            null,
                            ""
                        )
                ),
            ],
            null,
            3,
            .1,
            .1
        );
    }
}
