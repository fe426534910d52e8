using LiftLab.Engine.Launching;
using LiftLab.Tests.Web.Live.Jobs;

namespace LiftLab.Tests.Engine.Launching;

public sealed class PacedLauncherTests
{
    static readonly Job First = new("scripted", "#1"),
        Second = new("scripted", "#2");

    readonly ManualClock clock = new();
    readonly ScriptedLauncher inner = new();
    readonly PacedLauncher launcher;

    public PacedLauncherTests() => launcher = new(inner, TimeSpan.FromSeconds(2), clock);

    Task<IReadOnlyDictionary<Job, JobStatus>> LookAsync(params Job[] jobs) => launcher.LookAsync(jobs, CancellationToken.None);

    [Fact]
    public async Task One_look_serves_an_interval_and_a_new_job_is_looked_at_at_once()
    {
        Assert.Equal(JobState.Running, (await LookAsync(First))[First].State);
        inner.Statuses[First] = new(JobState.Ended, 0);
        Assert.Equal(JobState.Running, (await LookAsync(First))[First].State);
        Assert.Equal([First, Second], (await LookAsync(First, Second)).Keys);
        Assert.Equal(JobState.Ended, (await LookAsync(First))[First].State);
        inner.Statuses[First] = new(JobState.Gone);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(JobState.Gone, (await LookAsync(First))[First].State);
    }

    [Fact]
    public async Task A_launcher_that_does_not_answer_is_left_alone_for_a_while()
    {
        inner.Fault = new LauncherUnreachableException("no route");
        await Assert.ThrowsAsync<LauncherUnreachableException>(() => LookAsync(First));
        inner.Fault = null;
        var again = await Assert.ThrowsAsync<LauncherUnreachableException>(() => LookAsync(First));
        Assert.Equal("no route", again.Message);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(JobState.Running, (await LookAsync(First))[First].State);
    }

    [Fact]
    public async Task A_job_is_cancelled_again_only_after_a_while()
    {
        for (var times = 0; times < 3; times++)
            await launcher.CancelAsync(First, CancellationToken.None);
        Assert.Single(inner.Cancelled);
        clock.Advance(TimeSpan.FromSeconds(6));
        await launcher.CancelAsync(First, CancellationToken.None);
        Assert.Equal(2, inner.Cancelled.Count);
    }
}
