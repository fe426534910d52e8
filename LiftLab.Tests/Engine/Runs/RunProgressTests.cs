using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Tests.Engine.Runs;

/// <summary>How far a run is, and how long it took.</summary>
public sealed class RunProgressTests
{
    long sequence;

    RunEvent At(double second, LearningEvent body, string source = "lift", int attempt = 1) =>
        new(++sequence, attempt, DateTimeOffset.UnixEpoch.AddSeconds(second), source, body);

    static TrainingStep Step(int step, int steps = 10) => new(step, steps, step / 10.0, 1, 1e-3, 1000, 0);

    static AttemptStarted Start => new(1, "here", "cpu", 2, null);

    [Fact]
    public void Progress_never_goes_back_through_phases_members_and_resumed_attempts()
    {
        var story = new RunStory("lift");
        RunEvent[] events =
        [
            At(0, Start, "run"),
            At(1, new PhaseEntered("load"), "run"),
            At(2, new PhaseEntered("load", "m", .5)),
            At(3, new PhaseEntered("tokenise")),
            At(4, new PhaseEntered("train")),
            At(5, Step(1)),
            At(6, Step(5)),
            At(7, new PhaseEntered("load", "m", .1)), // the second member
            At(8, new PhaseEntered("train")),
            At(9, Step(6)),
            At(100, Start, "run", 2),
            At(101, new PhaseEntered("load", "m", .1), attempt: 2),
            At(102, new PhaseEntered("train"), attempt: 2),
            At(103, Step(4), attempt: 2), // from a checkpoint
            At(104, Step(10), attempt: 2),
            At(105, new PhaseEntered("save"), attempt: 2),
            At(106, new PhaseEntered("predict"), attempt: 2),
            At(107, new PhaseEntered("fit"), "knn", 2),
            At(108, new PhaseEntered("boundary"), attempt: 2),
            At(109, new RunEnded(RunState.Succeeded), "run", 2),
        ];
        var last = 0.0;
        foreach (var e in events)
        {
            story.Apply(e);
            Assert.InRange(story.Progress, last, 1);
            last = story.Progress;
        }
        Assert.Equal(1, last);

        // a run that was done and is continued begins a new piece of work
        story.Apply(At(200, Start, "run", 3));
        Assert.Equal(0, story.Progress);
        story.Apply([At(201, new PhaseEntered("train"), attempt: 3), At(202, Step(15, 20), attempt: 3)]);
        Assert.InRange(story.Progress, 0.6, 0.8);
    }

    [Fact]
    public void Time_in_the_queue_and_between_attempts_is_not_run_time()
    {
        var story = new RunStory("lift");
        story.Apply([
            At(1000, Start, "run"),
            At(1010, Step(1)),
            At(5000, new RunEnded(RunState.Interrupted, "worker-gone"), "run"), // noticed much later
            At(9000, Start, "run", 2),
            At(9005, Step(2), attempt: 2),
            At(9006, new RunEnded(RunState.Paused), "run", 2),
            At(20_000, Start, "run", 3),
            At(20_004, new RunEnded(RunState.Succeeded), "run", 3),
        ]);
        Assert.Equal(10 + 6 + 4, story.Ran.TotalSeconds);
    }
}
