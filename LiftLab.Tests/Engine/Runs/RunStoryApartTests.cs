using LiftLab.Engine.Figures.Charts;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>Jobs side by side at a provider: each counts its own steps, at its own pace.</summary>
public sealed class RunStoryApartTests
{
    long sequence;

    RunEvent Step(int member, int step, double loss, int attempt = 1) =>
        new(
            ++sequence,
            attempt,
            DateTimeOffset.UnixEpoch,
            "openai",
            new TrainingStep(step, 3, step, loss, 0.1, 0, 0) { Member = member, Apart = true }
        );

    [Fact]
    public void No_job_takes_anothers_steps_away()
    {
        var story = new RunStory("openai");
        // the second job is queued until the first has done two steps, and overtakes it
        story.Apply([Step(0, 1, 3), Step(0, 2, 2), Step(1, 1, 9), Step(1, 2, 8), Step(1, 3, 7), Step(0, 3, 1)]);
        var members = story.Losses.Members;
        Assert.Equal(2, members.Count);
        Assert.Equal([3, 2, 1], members[0].Indices.Select(i => story.Losses.Loss[i]));
        Assert.Equal([9, 8, 7], members[1].Indices.Select(i => story.Losses.Loss[i]));
        Assert.All(members, m => Assert.Equal([1, 2, 3], m.Indices.Select(i => m.Own(story.Losses.Steps[i]))));

        // another attempt follows both again from their first steps
        story.Apply([Step(1, 1, 9, 2), Step(0, 1, 3, 2), Step(1, 2, 8.5, 2)]);
        Assert.Equal([3], story.Losses.Members[0].Indices.Select(i => story.Losses.Loss[i]));
        Assert.Equal([9, 8.5], story.Losses.Members[1].Indices.Select(i => story.Losses.Loss[i]));
    }

    [Fact]
    public void Each_rate_has_a_curve_of_its_name()
    {
        var story = new RunStory("openai");
        story.Apply([Step(1, 1, 9)]); // the first has no step yet
        story.Apply([
            new(++sequence, 1, DateTimeOffset.UnixEpoch, "openai", new Validated(1, 1, 5, null, null, true) { Member = 1, Apart = true }),
            Step(0, 1, 3),
        ]);
        var figure = LossChart.Of(story.Losses, logarithmic: false, 2, ["rate 0.1", "rate 0.2"]);
        Assert.Contains(figure.Series, s => s.Name == "rate 0.1");
        Assert.Contains(figure.Series, s => s.Name == "rate 0.2, validation");
        Assert.Contains("one job for each learning rate", figure.Caption, StringComparison.Ordinal);
    }
}
