using System.Text.Json.Nodes;
using LiftLab.Engine;
using LiftLab.Engine.FineTuning;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Tests.Engine.Learning;

public sealed class LearnerSpecTests
{
    static RunSpec Run(LearnerSpec learner) =>
        new("r", "r", DateTimeOffset.UnixEpoch, "table.csv", Runs.TestRuns.Schema, 0, 0, learner, []);

    [Fact]
    public void Settings_are_parsed_once_for_a_task_and_anew_for_a_copy_with_others()
    {
        var parses = 0;
        string Parse(JsonObject? json, TaskKind task)
        {
            parses++;
            return $"{json?.Count} {task}";
        }
        var spec = new LearnerSpec("x", new JsonObject { ["a"] = 1 });
        Assert.Same(spec.SettingsFor(TaskKind.Regression, Parse), spec.SettingsFor(TaskKind.Regression, Parse));
        Assert.Equal(1, parses);
        Assert.Equal("1 Classification", spec.SettingsFor(TaskKind.Classification, Parse));
        Assert.Equal("0 Classification", (spec with { Settings = [] }).SettingsFor(TaskKind.Classification, Parse));
    }

    [Fact]
    public void What_was_parsed_is_no_part_of_a_specification_s_value()
    {
        LearnerSpec one = new("knn"),
            other = new("knn");
        one.SettingsFor(TaskKind.Regression, (_, _) => "parsed");
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Fact]
    public void A_run_has_its_settings_of_LIFT_typed()
    {
        var run = Run(new("lift", JsonNode.Parse("""{"recipe": {"members": 4}}""")!.AsObject()));
        Assert.Equal(4, run.Lift!.Recipe.Members);
        Assert.Same(run.Lift, LiftSettings.Of(run.Learner, run.Schema.Task));
    }

    [Fact]
    public void Another_learner_s_settings_and_unreadable_ones_stay_as_they_are()
    {
        var other = Run(new("unheard-of", new JsonObject { ["a"] = 1 }));
        Assert.Null(other.Lift);
        Assert.Equal("""{"a":1}""", other.Learner.Settings!.ToJsonString());
        var unreadable = Run(new("lift", new JsonObject { ["recipe"] = 7 }));
        Assert.Null(unreadable.Lift);
        Assert.Equal("""{"recipe":7}""", unreadable.Learner.Settings!.ToJsonString());
    }
}
