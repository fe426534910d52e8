using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Tests.Engine.Runs;

public sealed class RunHistoryTests
{
    static RunEvent Event(long sequence, int attempt, LearningEvent body) => new(sequence, attempt, DateTimeOffset.UnixEpoch, "lift", body);

    static TrainingStep Step(int step) => new(step, 10, step / 5.0, 1.0 / step, 1e-3, 100, 1);

    [Fact]
    public void Points_that_were_made_again_after_a_checkpoint_are_left_out()
    {
        RunEvent[] events =
        [
            Event(1, 1, new AttemptStarted(1, "h", "cpu", 2, null)),
            Event(2, 1, Step(1)),
            Event(3, 1, Step(2)),
            Event(4, 1, Step(3)),
            Event(5, 2, new AttemptStarted(2, "h", "cpu", 2, 2)),
            Event(6, 2, Step(3)),
            Event(7, 2, Step(4)),
        ];
        var steps = RunHistory.InForce(events).Select(e => e.Body).OfType<TrainingStep>().Select(s => s.Step);
        Assert.Equal([1, 2, 3, 4], steps);
    }

    [Fact]
    public void A_checkpoint_that_was_saved_but_not_yet_told_of_loses_no_point()
    {
        RunEvent[] events =
        [
            Event(1, 1, new AttemptStarted(1, "h", "cpu", 2, null)),
            Event(2, 1, Step(1)),
            Event(3, 1, Step(2)),
            Event(4, 1, Step(3)),
            Event(5, 2, new AttemptStarted(2, "h", "cpu", 2, null)),
            Event(6, 2, Step(3)),
            Event(7, 2, Step(4)),
        ];
        Assert.Equal([1, 2, 3, 4], RunHistory.InForce(events).Select(e => e.Body).OfType<TrainingStep>().Select(s => s.Step));
    }

    [Fact]
    public void An_attempt_that_starts_anew_takes_the_place_of_all_before()
    {
        RunEvent[] events =
        [
            Event(1, 1, new AttemptStarted(1, "h", "cpu", 2, null)),
            Event(2, 1, Step(1)),
            Event(3, 1, Step(2)),
            Event(4, 2, new AttemptStarted(2, "h", "cpu", 2, 1)),
            Event(5, 2, Step(2)),
            Event(6, 3, new AttemptStarted(3, "h", "cpu", 2, null)),
            Event(7, 3, Step(1)),
        ];
        Assert.Equal([1L, 4, 6, 7], RunHistory.InForce(events).Select(e => e.Sequence));
    }
}
