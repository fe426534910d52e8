using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Web.Parts;

namespace LiftLab.Tests.Web;

public sealed class RunProgressTests
{
    [Fact]
    public void An_event_that_comes_twice_counts_once()
    {
        var progress = new RunProgress();
        var events = MadeUp.Steps(5);
        progress.Apply(events);
        var again = progress.Apply(events);
        Assert.Equal([1, 2, 3, 4, 5], progress.Losses.Steps);
        Assert.Empty(again.Steps);
        Assert.False(again.Redraw);
    }

    [Fact]
    public void A_change_names_only_what_is_new()
    {
        var progress = new RunProgress();
        progress.Apply(MadeUp.Steps(3));
        var change = progress.Apply([MadeUp.Event(4, MadeUp.Step(4)), MadeUp.Event(5, new BoundaryDrawn(4, .4, MadeUp.Grid))]);
        Assert.Equal([3], change.Steps);
        Assert.True(change.Boundary);
        Assert.False(change.Validated);
    }

    [Fact]
    public void A_new_attempt_forgets_what_came_after_its_checkpoint()
    {
        var progress = new RunProgress();
        progress.Apply(MadeUp.Steps(8));
        progress.Apply([MadeUp.Event(9, new BoundaryDrawn(4, .4, MadeUp.Grid)), MadeUp.Event(10, new BoundaryDrawn(8, .8, MadeUp.Grid))]);
        var change = progress.Apply([
            MadeUp.Event(11, new AttemptStarted(1, "here", "cpu", 2, 5), "run", 2),
            MadeUp.Event(12, MadeUp.Step(6), attempt: 2),
        ]);
        Assert.True(change.Redraw);
        Assert.Equal([1, 2, 3, 4, 5, 6], progress.Losses.Steps);
        Assert.Equal(4, Assert.Single(progress.Boundaries).Step);
        Assert.Equal(2, progress.Attempt);
    }

    [Fact]
    public void An_attempt_goes_on_from_where_it_does_and_not_from_where_the_last_one_said()
    {
        var progress = new RunProgress();
        progress.Apply(MadeUp.Steps(8));
        // it died after saving step 8 and before saying so: what was said last is step 5
        progress.Apply([
            MadeUp.Event(11, new AttemptStarted(1, "here", "cpu", 2, 5), "run", 2),
            MadeUp.Event(12, MadeUp.Step(9), attempt: 2),
        ]);
        Assert.Equal(Enumerable.Range(1, 9), progress.Losses.Steps);
    }

    [Fact]
    public void A_learner_that_is_scored_again_is_listed_once()
    {
        var progress = new RunProgress();
        progress.Apply([
            MadeUp.Event(1, new LearnerFinished(MadeUp.Result("knn", "k-nearest neighbours", .5))),
            MadeUp.Event(2, new LearnerFinished(MadeUp.Result("knn", "k-nearest neighbours", .9))),
        ]);
        Assert.Equal(.9, Assert.Single(progress.Results).Scores[0].Value);
    }

    [Fact]
    public void The_end_is_known_until_the_run_is_resumed()
    {
        var progress = new RunProgress();
        Assert.True(
            progress
                .Apply([MadeUp.Event(1, new RunEnded(RunState.Failed, "disk-full", "The disk is full", "Free some space."), "run")])
                .Ended
        );
        Assert.Equal("disk-full", progress.Ended!.Code);
        Assert.Contains(progress.Log, line => line.IsWarning && line.Text.Contains("disk is full", StringComparison.Ordinal));
        progress.Apply([MadeUp.Event(2, new AttemptStarted(1, "here", "cpu", 2, null), "run", 2)]);
        Assert.Null(progress.Ended);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_not_drawn()
    {
        var progress = new RunProgress();
        progress.Apply([MadeUp.Event(1, MadeUp.Step(1, double.NaN)), MadeUp.Event(2, MadeUp.Step(2))]);
        Assert.Equal([2], progress.Losses.Steps);
    }

    [Fact]
    public void A_baseline_at_work_does_not_hide_what_the_learner_does()
    {
        var progress = new RunProgress();
        progress.Apply([MadeUp.Event(1, new PhaseEntered("train")), MadeUp.Event(2, new PhaseEntered("fit", "6 settings"), "mlp")]);
        Assert.Equal("train", progress.Phase!.Phase);
        Assert.Equal("mlp", progress.Beside!.Value.Learner);
        progress.Apply([MadeUp.Event(3, new LearnerFinished(MadeUp.Result("mlp", "Multilayer perceptron", .9)), "mlp")]);
        Assert.Null(progress.Beside);
    }

    [Fact]
    public void The_boundary_of_the_kept_weights_is_the_last_of_all()
    {
        var progress = new RunProgress();
        progress.Apply(MadeUp.Steps(4));
        progress.Apply([
            MadeUp.Event(5, new BoundaryDrawn(2, .2, MadeUp.Grid)),
            MadeUp.Event(6, new LearnerFinished(MadeUp.Result("lift", "LIFT", .9) with { Boundary = MadeUp.Grid })),
        ]);
        Assert.Equal([2, 4], progress.Boundaries.Select(b => b.Step));
    }
}
