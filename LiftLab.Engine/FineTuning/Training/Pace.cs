namespace LiftLab.Engine.FineTuning.Training;

/// <summary>Tokens per second over the last <see cref="Window"/> steps, and the remaining time at that speed.</summary>
sealed class Pace(TimeProvider time)
{
    const int Window = 20;
    readonly Queue<(long At, long Tokens)> last = new([(time.GetTimestamp(), 0)]);
    readonly long started = time.GetTimestamp();
    long tokens,
        newest = time.GetTimestamp();

    public void Add(int fresh)
    {
        Count(fresh);
        Mark();
    }

    /// <summary>Adds tokens of the current step.</summary>
    public void Count(int fresh) => tokens += fresh;

    /// <summary>Ends the current step.</summary>
    public void Mark()
    {
        newest = time.GetTimestamp();
        last.Enqueue((newest, tokens));
        if (last.Count > Window + 1)
            last.Dequeue();
    }

    public double TokensPerSecond => Rate(last.Peek().At, tokens - last.Peek().Tokens);

    public double Overall => Rate(started, tokens);

    public double SecondsLeft(int steps) =>
        last.Count < 2 ? 0 : time.GetElapsedTime(last.Peek().At, newest).TotalSeconds / (last.Count - 1) * steps;

    double Rate(long since, long fresh) => time.GetElapsedTime(since, newest).TotalSeconds is > 0 and var seconds ? fresh / seconds : 0;
}
