using System.Collections.Concurrent;

namespace LiftLab.Tests.Engine.Hub;

/// <summary>A clock on which every pause shorter than a limit is over at once, and is remembered; longer ones never end.</summary>
sealed class ImpatientTime(TimeSpan limit) : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Pauses { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Once(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class Once(ImpatientTime time, TimerCallback callback, object? state) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime < TimeSpan.Zero || dueTime >= time.Limit)
                return true;
            if (dueTime > TimeSpan.Zero)
                time.Pauses.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    TimeSpan Limit => limit;
}
