using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage;

namespace LiftLab.Tests.Web.Storage;

public sealed class RunRowTests
{
    static readonly DateTime Now = DateTime.UnixEpoch;

    static RunRow Queued() =>
        new()
        {
            Id = "r",
            Name = "a run",
            DatasetName = "d",
            Task = TaskKind.Classification,
            Target = "y",
            Learner = "lift",
            CreatedUtc = Now,
        };

    static RunRow In(RunState state)
    {
        var row = Queued();
        if (state == RunState.Queued)
            return row;
        row.Launch(Now, "local", 0);
        if (state == RunState.Interrupted)
            row.Interrupt("worker-killed", "killed", "wait");
        else if (state != RunState.Running)
            row.End(new(state), Now);
        return row;
    }

    static RunReport Report(TaskKind task, LearnerResult lift, LearnerResult other) =>
        new("r", "a run", task, "y", [], new(8, 1, 1), lift, [other], new("", []), new(0, 0, 0, 0, 0, 0, 0), null, null, false);

    [Fact]
    public void A_metric_that_this_version_does_not_know_is_shown_by_its_name()
    {
        LearnerResult Of(string learner, double value) => new(learner, learner, null, [new("new-metric", value, null, null, 30, 0)], 1, 1);
        var row = Queued();
        row.Show(Report(TaskKind.Classification, Of("lift", .9), Of("knn", .8)));
        Assert.Equal(("new-metric", .9, "knn", .8), (row.Metric, row.Score, row.BestBaseline, row.BestBaselineScore));
    }

    [Fact]
    public void A_run_without_a_readable_number_has_no_score_instead_of_another_metric()
    {
        LearnerResult lift = new("lift", "LIFT", null, [new("readable", 0, 0, .2, 15, 15)], 1, 1),
            mean = new("mean", "Mean", null, [new("rmse", 3, 2, 4, 15, 0)], 1, 1);
        var row = Queued();
        row.Show(Report(TaskKind.Regression, lift, mean));
        Assert.Equal((null, null, "Mean", 3.0), (row.Metric, row.Score, row.BestBaseline, row.BestBaselineScore));
    }

    [Theory]
    [InlineData(RunState.Queued, "cancel hold")]
    [InlineData(RunState.Running, "cancel end interrupt")]
    [InlineData(RunState.Interrupted, "cancel end resume requeue reopen adopt")]
    [InlineData(RunState.Succeeded, "reopen")]
    [InlineData(RunState.Failed, "resume reopen")]
    [InlineData(RunState.Cancelled, "resume reopen")]
    [InlineData(RunState.Paused, "resume reopen")]
    public void A_verb_that_makes_no_sense_is_refused(RunState state, string allowed)
    {
        (string Name, Action<RunRow> Verb)[] verbs =
        [
            ("cancel", r => r.RequestCancel()),
            ("interrupt", r => r.Interrupt(null, null, null)),
            ("resume", r => r.Resume(1)),
            ("requeue", r => r.Requeue(1, null)),
            ("hold", r => r.Hold()),
            ("reopen", r => r.Reopen(1)),
            ("adopt", r => r.Adopt(new("local", "1@2"), 0)),
            ("end", r => r.End(new(RunState.Succeeded), Now)),
        ];
        foreach (var (name, verb) in verbs)
        {
            var refused = Record.Exception(() => verb(In(state)));
            if (allowed.Split(' ').Contains(name) || (name == "end" && state == RunState.Queued))
                Assert.Null(refused);
            else
                Assert.Contains(
                    state.ToString().ToLowerInvariant(),
                    Assert.IsType<InvalidOperationException>(refused).Message,
                    StringComparison.Ordinal
                );
        }
        if (state != RunState.Queued)
            Assert.Throws<InvalidOperationException>(() => In(state).Launch(Now, "local", 0));
    }

    [Fact]
    public void Resuming_forgets_why_it_ended_and_counts_tries_anew()
    {
        var row = In(RunState.Running);
        row.End(new(RunState.Failed, "disk-full", "full", "make room"), Now);
        row.Resume(3);
        Assert.Equal((RunState.Queued, null, 0, 3.0), (row.State, row.Code, row.Tries, row.Position));
    }
}
