using LiftLab.Web.Pages.Studies;

namespace LiftLab.Tests.Web.Studies;

public sealed class CountDownTests
{
    sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }

    [Fact]
    public void The_share_never_falls_within_an_attempt_and_begins_anew_with_the_next()
    {
        var count = new CountDown(new Clock());
        count.Look(1, .5);
        count.Look(1, .4);
        Assert.Equal(.5, count.Share);
        count.Look(2, .1);
        Assert.Equal(.1, count.Share);
    }

    [Fact]
    public void The_time_left_runs_down_and_never_grows()
    {
        var clock = new Clock();
        var count = new CountDown(clock);
        count.Look(1, 0);
        Assert.Equal("no estimate yet", count.Words);
        count.Estimate(100);
        Assert.Equal("about 2 min", count.Words);
        clock.Seconds = 30;
        Assert.Equal(70, count.Left);
        count.Estimate(75);
        Assert.Equal(70, count.Left);
        count.Estimate(40);
        Assert.Equal(40, count.Left);
        count.Estimate(null);
        Assert.Equal("about 40 s", count.Words);
    }

    [Fact]
    public void Work_that_takes_longer_than_estimated_is_said_to()
    {
        var clock = new Clock();
        var count = new CountDown(clock);
        count.Look(1, 0);
        count.Estimate(20);
        clock.Seconds = 18;
        count.Estimate(60);
        Assert.Equal("longer than estimated", count.Words);
        Assert.Null(count.Left);
        clock.Seconds = 19;
        count.Estimate(1);
        Assert.Equal("less than 10 s", count.Words);
    }
}
