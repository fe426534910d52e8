using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Evidence;
using LiftLab.Engine.Runs.Comparing;
using LiftLab.Tests.Web;
using static LiftLab.Tests.Engine.Runs.Comparing.ComparedRuns;

namespace LiftLab.Tests.Engine.Runs.Comparing;

/// <summary>Providers' models beside local learners in a comparison.</summary>
public sealed class RemoteTitlesTests
{
    static ComparedRun Remote(
        string id,
        string model,
        double accuracy,
        decimal? dollars,
        int split = 0,
        int epochs = 3,
        bool trains = true,
        int examples = 0,
        decimal? most = null
    )
    {
        var settings = new JsonObject
        {
            ["provider"] = new JsonObject
            {
                ["name"] = "far",
                ["kind"] = "compatible",
                ["address"] = "https://x.example/v1",
            },
            ["model"] = model,
            ["trains"] = trains,
            ["examples"] = examples,
            ["epochs"] = epochs,
            ["chosen"] = new JsonObject { ["job"] = id },
            [LearnerBill.Setting] = new LearnerBill(1000, 200, 10, dollars).ToJson(),
        };
        if (most is not null)
            settings["mostDollars"] = most;
        var run = Run(id, "iris", "k1", .9, .8, split);
        return run with
        {
            Spec = run.Spec with { Learner = new("openai", settings), Baselines = [] },
            Report = run.Report with
            {
                Learner = MadeUp.Result("openai", "LIFT on a provider's model", accuracy) with { Settings = settings },
                Baselines = [],
            },
        };
    }

    static (Study Study, IReadOnlyList<ComparedCost?> Costs) Of(params ComparedRun[] runs)
    {
        var compared = RunComparison.Of(runs, [], null);
        var study = compared.Study(compared.Headline);
        return (study, compared.Costs(study));
    }

    [Fact]
    public void Each_model_and_way_is_a_learner_with_its_name_and_its_cost()
    {
        var (study, costs) = Of(
            Run("a", "iris", "k1", .9, .8),
            Remote("b", "big", .95, 0.5m),
            Remote("c", "small", .9, 0.02m, most: 1),
            Remote("d", "small", .92, 0.04m, split: 1, most: 7),
            Remote("e", "small", .5, 0.01m, trains: false),
            Remote("f", "small", .7, null, trains: false, examples: 8)
        );
        Assert.Equal(
            [
                "LIFT",
                "Decision tree",
                "LIFT on big at far",
                "LIFT on small at far",
                "LIFT on small at far (asked as it is)",
                "LIFT on small at far (asked with 8 examples)",
            ],
            study.Learners
        );
        Assert.Equal([null, null, 0.5m, 0.03m, 0.01m, null], costs.Select(c => c?.PerRun));
        Assert.Equal((2, 2420L), (costs[3]!.Runs, costs[3]!.Tokens)); // the limit of money is no setting of the learner
        Assert.NotNull(costs[5]); // it has a bill without a price
    }

    [Fact]
    public void Other_settings_of_one_model_are_told_apart_by_their_runs()
    {
        var (study, _) = Of(
            Remote("a", "small", .9, 1),
            Remote("b", "small", .8, 1, epochs: 9),
            Remote("c", "small", .7, 1, epochs: 9, split: 1)
        );
        Assert.Equal(["LIFT on small at far (a)", "LIFT on small at far (b and 1 more)"], study.Learners);
    }

    [Fact]
    public void Without_a_provider_there_is_no_column_of_costs() => Assert.Empty(Of(Run("a", "iris", "k1", .9, .8)).Costs);
}
