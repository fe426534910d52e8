using System.Text.Json.Nodes;
using LiftLab.Engine.Learning;

namespace LiftLab.Tests.Engine.Learning;

public sealed class ChosenSettingsTests
{
    static LearnerResult Result(string learner, string settings) => new(learner, learner, JsonNode.Parse(settings)!.AsObject(), [], 0, 0);

    [Fact]
    public void Ways_of_LIFT_show_what_they_chose_and_not_all_they_were_given()
    {
        var context = Result(
            "in-context",
            """{"model": "lift-mini-context", "contexts": 16, "chosen": {"slope": 1.23456, "shift": -2, "spread": 0.5, "parameters": 7}}"""
        );
        Assert.Equal(
            [("model", "lift-mini-context"), ("slope", "1.235"), ("shift", "-2"), ("spread", "0.5")],
            ChosenSettings.Of(context, LearnerKind.LiftWay)
        );
        var average = Result("average", """{"lift": {"model": "lift-mini"}, "chosen": {"part": 0.75}}""");
        Assert.Equal("part of the fine-tuned 0.75", ChosenSettings.InWords(average, LearnerKind.LiftWay));
        Assert.Equal(
            "best epoch 12",
            ChosenSettings.InWords(Result("lift", """{"chosen": {"bestEpoch": 12, "steps": 300}}"""), LearnerKind.Lift)
        );
    }

    [Fact]
    public void Baselines_show_their_settings_and_a_learner_without_any_says_so()
    {
        Assert.Equal([("k", "5")], ChosenSettings.Of(Result("knn", """{"k": 5, "setting": "k=5", "grid": []}"""), LearnerKind.Baseline));
        Assert.Equal("k=5", ChosenSettings.InWords(Result("knn", """{"k": 5, "setting": "k=5"}"""), LearnerKind.Baseline));
        Assert.Equal("nothing to choose", ChosenSettings.InWords(Result("mean", "{}"), LearnerKind.Baseline));
    }
}
