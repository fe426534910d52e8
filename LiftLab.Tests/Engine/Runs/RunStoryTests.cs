using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Tests.Web;

namespace LiftLab.Tests.Engine.Runs;

public sealed class RunStoryTests
{
    static RunEvent Begin(long sequence, int attempt, int? from = null) =>
        MadeUp.Event(sequence, new AttemptStarted(1, "here", "cpu", 2, from), "run", attempt);

    /// <summary>A run of two averaged models, killed at step 6 of the second and resumed at step 5, beside a baseline.</summary>
    static RunEvent[] Long { get; } =
    [
        Begin(1, 1),
        MadeUp.Event(2, new PhaseEntered("train")),
        MadeUp.Event(3, new PhaseEntered("fit", "6 settings"), "mlp"),
        MadeUp.Event(4, MadeUp.Step(1, 4) with { Epoch = 1 }),
        MadeUp.Event(5, MadeUp.Step(2, 3) with { Epoch = 2 }),
        MadeUp.Event(6, new Validated(2, 2, 3.5, "accuracy", .5, true)),
        MadeUp.Event(7, new Heartbeat(100, Busy: 1), "run"),
        MadeUp.Event(8, MadeUp.Step(3, 5) with { Epoch = 1 }),
        MadeUp.Event(9, MadeUp.Step(4, 4) with { Epoch = 2 }),
        MadeUp.Event(10, new CheckpointSaved(4, 2)),
        MadeUp.Event(11, new LearnerFinished(MadeUp.Result("mlp", "Multilayer perceptron", .9)), "mlp"),
        MadeUp.Event(12, MadeUp.Step(5, 9) with { Epoch = 2.5 }),
        MadeUp.Event(13, new Validated(5, 2.5, 9, "accuracy", .1, false)),
        MadeUp.Event(14, new BoundaryDrawn(5, 2.5, MadeUp.Grid)),
        MadeUp.Event(15, new AnswersSampled(5, [])),
        MadeUp.Event(16, MadeUp.Step(6, 9) with { Epoch = 2.6 }),
        Begin(17, 2, 4),
        MadeUp.Event(18, new PhaseEntered("train"), attempt: 2),
        MadeUp.Event(19, MadeUp.Step(5, 3) with { Epoch = 3 }, attempt: 2),
        MadeUp.Event(20, new Validated(5, 3, 2.5, "accuracy", .8, true), attempt: 2),
        MadeUp.Event(21, new LearnerFinished(MadeUp.Result("lift", "LIFT", .8) with { Boundary = MadeUp.Grid }), attempt: 2),
        MadeUp.Event(22, new RunEnded(RunState.Succeeded), "run", 2),
    ];

    /// <summary>All that a story says, as text.</summary>
    static string Told(RunStory story) =>
        System.Text.Json.JsonSerializer.Serialize(
            new
            {
                story.Sequence,
                story.Attempt,
                story.Losses,
                story.Steps,
                story.Phase,
                Beside = story.Beside?.Learner,
                story.Answers,
                story.Boundaries,
                story.Results,
                story.Log,
                story.Started,
                story.FirstEventAt,
                story.LastEventAt,
                story.Heartbeat,
                story.Use,
                story.Checkpoint,
                story.Ended,
            },
            RunJson.Line
        );

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_fold_in_pieces_equals_the_fold_at_once(int piece)
    {
        RunStory whole = new("lift"),
            pieces = new("lift");
        whole.Apply(Long);
        foreach (var events in Long.Chunk(piece))
            pieces.Apply(events);
        Assert.Equal(Told(whole), Told(pieces));
    }

    [Fact]
    public void A_resumed_attempt_takes_the_place_of_the_points_after_its_checkpoint()
    {
        var story = new RunStory("lift");
        story.Apply(Long[..16]);
        Assert.Equal([1, 2, 3, 4, 5, 6], story.Losses.Steps);
        Assert.NotNull(story.Answers);
        story.Apply(Long[16..20]);
        Assert.Equal([1, 2, 3, 4, 5], story.Losses.Steps);
        Assert.Equal([4, 3, 5, 4, 3], story.Losses.Loss);
        Assert.Equal([2, 5], story.Losses.Validations.Select(v => v.Step));
        Assert.Equal(2.5, story.Losses.Validations[^1].Loss);
        Assert.Empty(story.Boundaries);
        Assert.Null(story.Answers);
        Assert.Equal(4, story.Checkpoint!.Step);
    }

    [Fact]
    public void Each_averaged_model_has_a_curve_of_its_own_also_after_a_resume()
    {
        var story = new RunStory("lift");
        story.Apply(Long);
        var second = new LossCurve();
        foreach (var step in story.Steps.Skip(2))
            second.Add(step);
        Assert.Equal(second.Smooth, story.Losses.Smooth.Skip(2));
    }

    [Fact]
    public void Points_of_another_learner_are_not_on_the_curve()
    {
        var story = new RunStory("lift");
        story.Apply([MadeUp.Event(1, MadeUp.Step(1), "other"), MadeUp.Event(2, new CheckpointSaved(1, 1), "other")]);
        Assert.Equal((0, null, 2L), (story.Steps.Count, story.Checkpoint, story.Sequence));
    }

    sealed record Unheard : LearningEvent;

    [Fact]
    public void An_event_of_an_unknown_kind_is_passed_over()
    {
        var story = new RunStory("lift");
        story.Apply([MadeUp.Event(1, MadeUp.Step(1)), MadeUp.Event(2, new Unheard()), MadeUp.Event(3, MadeUp.Step(2))]);
        Assert.Equal([1, 2], story.Losses.Steps);
        Assert.Equal(3, story.Sequence);
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Cancelled)]
    public void The_last_attempt_says_how_the_run_ended(RunState state)
    {
        var story = new RunStory(learner: null);
        story.Apply([Begin(1, 1), MadeUp.Event(2, new RunEnded(RunState.Interrupted, "worker-killed"), "run")]);
        Assert.Equal(RunState.Interrupted, story.Ended!.State);
        story.Apply(Begin(3, 2));
        Assert.Null(story.Ended);
        Assert.True(story.Apply(MadeUp.Event(4, new RunEnded(state), "run", 2)).Ended);
        Assert.Equal((2, state), (story.Attempt, story.Ended!.State));
    }

    [Fact]
    public void An_attempt_that_starts_anew_takes_the_place_of_all_before()
    {
        var story = new RunStory("lift");
        story.Apply([
            Begin(1, 1),
            MadeUp.Event(2, MadeUp.Step(1)),
            MadeUp.Event(3, MadeUp.Step(2)),
            Begin(4, 2, 1),
            MadeUp.Event(5, MadeUp.Step(2), attempt: 2),
            Begin(6, 3),
            MadeUp.Event(7, MadeUp.Step(1, 7), attempt: 3),
        ]);
        Assert.Equal([7.0], story.Losses.Loss);
    }

    [Fact]
    public void What_a_reader_wants_to_see_is_listed_and_no_more()
    {
        var story = new RunStory("lift");
        story.Apply(Long);
        Assert.Equal([1L, 2, 10, 11, 17, 18, 21, 22], story.Log.Select(e => e.Sequence));
    }

    [Fact]
    public void An_event_that_comes_twice_counts_once()
    {
        var story = new RunStory("lift");
        var events = MadeUp.Steps(5);
        story.Apply(events);
        var again = story.Apply(events);
        Assert.Equal([1, 2, 3, 4, 5], story.Losses.Steps);
        Assert.Empty(again.Steps);
        Assert.False(again.Redraw);
    }

    [Fact]
    public void A_change_names_only_what_is_new()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(3));
        var change = story.Apply([MadeUp.Event(4, MadeUp.Step(4)), MadeUp.Event(5, new BoundaryDrawn(4, .4, MadeUp.Grid))]);
        Assert.Equal([3], change.Steps);
        Assert.True(change.Boundary);
        Assert.False(change.Validated);
    }

    [Fact]
    public void A_new_attempt_forgets_what_came_after_its_checkpoint()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(8));
        story.Apply([MadeUp.Event(9, new BoundaryDrawn(4, .4, MadeUp.Grid)), MadeUp.Event(10, new BoundaryDrawn(8, .8, MadeUp.Grid))]);
        var change = story.Apply([
            MadeUp.Event(11, new AttemptStarted(1, "here", "cpu", 2, 5), "run", 2),
            MadeUp.Event(12, MadeUp.Step(6), attempt: 2),
        ]);
        Assert.True(change.Redraw);
        Assert.Equal([1, 2, 3, 4, 5, 6], story.Losses.Steps);
        Assert.Equal(4, Assert.Single(story.Boundaries).Step);
        Assert.Equal(2, story.Attempt);
    }

    [Fact]
    public void An_attempt_goes_on_from_where_it_does_and_not_from_where_the_last_one_said()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(8));
        // it died after saving step 8 and before saying so: what was said last is step 5
        story.Apply([MadeUp.Event(11, new AttemptStarted(1, "here", "cpu", 2, 5), "run", 2), MadeUp.Event(12, MadeUp.Step(9), attempt: 2)]);
        Assert.Equal(Enumerable.Range(1, 9), story.Losses.Steps);
    }

    [Fact]
    public void A_learner_that_is_scored_again_is_listed_once()
    {
        var story = new RunStory("lift");
        story.Apply([
            MadeUp.Event(1, new LearnerFinished(MadeUp.Result("knn", "k-nearest neighbours", .5))),
            MadeUp.Event(2, new LearnerFinished(MadeUp.Result("knn", "k-nearest neighbours", .9))),
        ]);
        Assert.Equal(.9, Assert.Single(story.Results).Scores[0].Value);
    }

    [Fact]
    public void The_end_is_known_until_the_run_is_resumed()
    {
        var story = new RunStory("lift");
        Assert.True(
            story.Apply([MadeUp.Event(1, new RunEnded(RunState.Failed, "disk-full", "The disk is full", "Free some space."), "run")]).Ended
        );
        Assert.Equal("disk-full", story.Ended!.Code);
        Assert.Equal("disk-full", ((RunEnded)story.Log[^1].Body).Code);
        story.Apply([MadeUp.Event(2, new AttemptStarted(1, "here", "cpu", 2, null), "run", 2)]);
        Assert.Null(story.Ended);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_not_drawn()
    {
        var story = new RunStory("lift");
        story.Apply([MadeUp.Event(1, MadeUp.Step(1, double.NaN)), MadeUp.Event(2, MadeUp.Step(2))]);
        Assert.Equal([2], story.Losses.Steps);
    }

    [Fact]
    public void A_baseline_at_work_does_not_hide_what_the_learner_does()
    {
        var story = new RunStory("lift");
        story.Apply([MadeUp.Event(1, new PhaseEntered("train")), MadeUp.Event(2, new PhaseEntered("fit", "6 settings"), "mlp")]);
        Assert.Equal("train", story.Phase!.Phase);
        Assert.Equal("mlp", story.Beside!.Value.Learner);
        story.Apply([MadeUp.Event(3, new LearnerFinished(MadeUp.Result("mlp", "Multilayer perceptron", .9)), "mlp")]);
        Assert.Null(story.Beside);
    }

    [Fact]
    public void The_boundary_of_the_kept_weights_is_the_last_of_all()
    {
        var story = new RunStory("lift");
        story.Apply(MadeUp.Steps(4));
        story.Apply([
            MadeUp.Event(5, new BoundaryDrawn(2, .2, MadeUp.Grid)),
            MadeUp.Event(6, new LearnerFinished(MadeUp.Result("lift", "LIFT", .9) with { Boundary = MadeUp.Grid })),
        ]);
        Assert.Equal([2, 4], story.Boundaries.Select(b => b.Step));
    }
}
