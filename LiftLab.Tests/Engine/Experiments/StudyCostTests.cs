using LiftLab.Engine.Experiments;
using LiftLab.Engine.Experiments.Answers;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Experiments;

/// <summary>What a study will take: from measured fits, from rows and epochs, or not known.</summary>
public sealed class StudyCostTests : IDisposable
{
    readonly TestStudies studies = new();

    public void Dispose() => studies.Dispose();

    static readonly Func<string, LearnerEntry> Find = LiftLab.Engine.Engine.Find;

    string Answers => Path.Combine(studies.Lab, "answers");

    StudyCost Cost(StudySpec spec, Func<StudyTable, LearnerSpec, int, decimal?>? price = null) =>
        StudyCost.Of(StudyCells.Of(spec, Find), Find, Answers, price);

    static StudySpec Labels(string learners, int[]? seeds = null) =>
        TestStudies.Spec("label-corruption", learners, new(Kinds: [new("label-noise", null, [10, 20])], Seeds: seeds ?? [0]));

    /// <summary>Stores answers of the study's fits as if they had taken so many seconds.</summary>
    void Measure(StudySpec spec, Func<PlannedFit, double> fitSeconds, double predictSeconds = 0.5)
    {
        var store = new AnswerStore(Answers, null);
        foreach (var fit in StudyCells.Of(spec, Find).Fits)
            store.Put(
                fit.Probes[0].Key,
                new(fit.Probes[0].Key.Json, [], [.. new double[12]], [], null, 0, fitSeconds(fit), predictSeconds),
                []
            );
    }

    [Fact]
    public void A_learner_that_was_never_measured_has_no_seconds_and_is_named()
    {
        var cost = Cost(Labels("knn,rf"));
        Assert.Equal((6, 6, 6, 0), (cost.Cells, cost.Fits, cost.Predictions, cost.Known));
        Assert.Null(cost.Seconds);
        Assert.Equal(2, cost.Unmeasured.Count);
        Assert.All(cost.Learners, l => Assert.Equal((CostBasis.Unknown, null, 3), (l.Basis, l.Seconds, l.Fits)));
    }

    [Fact]
    public void Lift_mini_is_estimated_from_rows_and_epochs_and_fits_that_train_together_take_less()
    {
        var cost = Cost(Labels("lift"));
        var lift = Assert.Single(cost.Learners);
        Assert.Equal(CostBasis.Estimated, lift.Basis);
        var work = Find("lift").Work(new("lift"), TaskKind.Classification, 38, 2)!;
        Assert.True(work.Together < work.Alone);
        // One clean fit alone, two of changed labels together; 12 test rows each.
        Assert.Equal(work.Steps * (work.Alone!.Value + 2 * work.Together!.Value) + 3 * 12 * work.Row!.Value, cost.Seconds!.Value, 6);
        Assert.Empty(cost.Unmeasured);

        var longer = Labels("lift") with
        {
            Learners =
            [
                new(
                    "lift",
                    new()
                    {
                        ["recipe"] = new System.Text.Json.Nodes.JsonObject
                        {
                            ["preset"] = "standard",
                            ["epochs"] = 1000,
                            ["maximumSteps"] = 0,
                        },
                    }
                ),
            ],
        };
        Assert.True(Cost(longer).Seconds > 3 * cost.Seconds);
    }

    [Fact]
    public void Measured_fits_count_and_those_that_were_trained_together_stand_for_others_of_their_kind()
    {
        Measure(Labels("lift", [0]), f => f.Fit.Training is null ? 6 : 2);
        var cost = Cost(Labels("lift", [0, 1]));
        Assert.Equal((3, 3), (cost.Fits, cost.Known));
        Assert.Equal(CostBasis.Measured, Assert.Single(cost.Learners).Basis);
        Assert.Equal(6 + 2 + 2 + 3 * 0.5, cost.Seconds!.Value, 6);
        Assert.Equal(0, Cost(Labels("lift", [0])).Seconds);
    }

    [Fact]
    public void A_fit_is_scaled_by_its_steps_and_a_table_of_another_size_is_said()
    {
        Measure(Labels("lift", [0]), f => f.Fit.Training is null ? 6 : 2);
        var spec = Labels("lift", [1]);
        var large = spec with { Tables = [spec.Tables[0] with { Rows = 600, Key = "another" }] };
        var cost = Cost(large);
        Assert.Equal(CostBasis.Scaled, Assert.Single(cost.Learners).Basis);
        var (before, now) = (
            Find("lift").Work(new("lift"), TaskKind.Classification, 38, 2)!.Steps,
            Find("lift").Work(new("lift"), TaskKind.Classification, 384, 2)!.Steps
        );
        Assert.Equal(10.0 * now / before + 3 * 0.5 * 10, cost.Seconds!.Value, 3);
    }

    [Fact]
    public void Lift_and_the_baselines_compute_side_by_side()
    {
        Measure(Labels("lift,knn", [0]), f => f.Fit.Learner.Name == "lift" ? 5 : 3, predictSeconds: 0);
        var cost = Cost(Labels("lift,knn", [1]));
        Assert.Equal(15, cost.Seconds!.Value, 6);
        Assert.Equal(24, cost.Learners.Sum(l => l.Seconds!.Value), 6);
    }

    [Fact]
    public void Paid_fits_are_summed_and_known_ones_cost_nothing()
    {
        Assert.Null(Cost(Labels("knn,rf")).Money);
        var price = (StudyTable _, LearnerSpec l, int _) => l.Name == "knn" ? 0.25m : (decimal?)null;
        Assert.Equal(0.75m, Cost(Labels("knn,rf"), price).Money);
        Measure(Labels("knn,rf"), _ => 1);
        Assert.Null(Cost(Labels("knn,rf"), price).Money);
    }

    [Fact]
    public void A_damaged_file_of_answers_is_no_measurement()
    {
        Measure(Labels("knn"), _ => 1);
        foreach (var file in Directory.GetFiles(Answers, "*.json", SearchOption.AllDirectories))
            File.WriteAllText(file, "{ half");
        Assert.Equal(CostBasis.Unknown, Assert.Single(Cost(Labels("knn", [1])).Learners).Basis);
    }
}
