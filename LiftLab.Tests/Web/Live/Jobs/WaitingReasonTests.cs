using LiftLab.Engine.Tables;
using LiftLab.Web.Live.Jobs;
using LiftLab.Web.Storage;

namespace LiftLab.Tests.Web.Live.Jobs;

public sealed class WaitingReasonTests
{
    static readonly DateTime Now = DateTime.UnixEpoch;

    static RunRow Row() =>
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

    [Theory]
    [InlineData(0, 41, "First in queue; “Wine” is running, about 40 s left.")]
    [InlineData(1, 41, "Second in queue; “Wine” is running, about 40 s left.")]
    [InlineData(1, 7, "Second in queue; “Wine” is running, less than 10 s left.")]
    [InlineData(2, 190, "Third in queue; “Wine” is running, about 3 min left.")]
    [InlineData(9, 9000, "Tenth in queue; “Wine” is running, about 2.5 h left.")]
    [InlineData(10, null, "Number 11 in queue; “Wine” is running.")]
    public void It_names_the_place_and_what_takes_the_place(int before, int? left, string expected) =>
        Assert.Equal(
            expected,
            WaitingReason.Of(WaitingReason.Waiting.Of(Row()), before, [new("Wine", left is { } s ? TimeSpan.FromSeconds(s) : null)], Now)
        );

    [Fact]
    public void Several_running_runs_are_counted()
    {
        WaitingReason.Ahead[] running = [new("Wine", TimeSpan.FromSeconds(60)), new("Iris", null), new("Cars", TimeSpan.FromSeconds(20))];
        Assert.Equal(
            "First in queue; 3 runs are running, the first has about 20 s left.",
            WaitingReason.Of(WaitingReason.Waiting.Of(Row()), 0, running, Now)
        );
        Assert.Equal(
            "First in queue; 2 runs are running.",
            WaitingReason.Of(WaitingReason.Waiting.Of(Row()), 0, [new("Wine", null), new("Iris", null)], Now)
        );
        Assert.Equal(
            "First in queue; 2 runs and studies are running.",
            WaitingReason.Of(WaitingReason.Waiting.Of(Row()), 0, [new("Wine", null), new("Wrong labels: Iris", null, IsStudy: true)], Now)
        );
        Assert.Equal("First in queue; it starts now.", WaitingReason.Of(WaitingReason.Waiting.Of(Row()), 0, [], Now));
        Assert.Equal(
            "Second in queue; “Wine” was interrupted and starts again first.",
            WaitingReason.Of(WaitingReason.Waiting.Of(Row()), 1, [new("Wine", null, StartsAgain: true)], Now)
        );
        Assert.Equal("Running, about 40 s left.", WaitingReason.Running(TimeSpan.FromSeconds(41)));
    }

    [Fact]
    public void A_run_that_is_to_be_cancelled_or_starts_again_later_says_so()
    {
        var cancelled = Row();
        cancelled.RequestCancel();
        Assert.Equal("It is being cancelled.", WaitingReason.Of(WaitingReason.Waiting.Of(cancelled), 0, [], Now));

        var later = Row();
        later.Launch(Now, "local", 0);
        later.Interrupt("worker-killed", "The worker was killed", "Nothing.");
        later.Requeue(1, Now.AddSeconds(20));
        Assert.Equal(
            "Starts again after 00:00:20 UTC: The worker was killed.",
            WaitingReason.Of(WaitingReason.Waiting.Of(later), 0, [], Now)
        );
        Assert.Equal("First in queue; it starts now.", WaitingReason.Of(WaitingReason.Waiting.Of(later), 0, [], Now.AddMinutes(1)));
    }
}
