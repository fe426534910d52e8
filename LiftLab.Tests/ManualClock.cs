namespace LiftLab.Tests;

/// <summary>A clock that a test sets forward; its timers ring when their time has passed.</summary>
sealed class ManualClock : TimeProvider
{
    readonly List<Timer> timers = [];
    DateTimeOffset now = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state), now + dueTime, period);
        timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        now += by;
        foreach (var timer in timers)
            timer.Ring(now);
    }

    sealed class Timer(Action rings, DateTimeOffset due, TimeSpan period) : ITimer
    {
        bool gone;

        public void Ring(DateTimeOffset now)
        {
            if (gone || due > now)
                return;
            due = now + period;
            rings();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose() => gone = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
