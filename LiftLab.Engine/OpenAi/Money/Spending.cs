using LiftLab.Engine.Learning;

namespace LiftLab.Engine.OpenAi.Money;

/// <summary>What a run has used and what it costs by the price list. Thread-safe.</summary>
/// <param name="price">Null where the list has none: tokens are counted, and a limit in dollars cannot be kept.</param>
/// <param name="most">The run ends before it costs more; null for no limit.</param>
public sealed class Spending(Price? price, decimal? most)
{
    readonly Lock gate = new();
    long trained,
        asked,
        answered;

    public long Trained => Interlocked.Read(ref trained);
    public long AskedTokens => Interlocked.Read(ref asked);
    public long AnsweredTokens => Interlocked.Read(ref answered);

    /// <summary>Null where there is no price.</summary>
    public decimal? Dollars
    {
        get
        {
            lock (gate)
                return price?.Of(trained, asked, answered);
        }
    }

    /// <summary>Tokens that jobs have trained, all together.</summary>
    public void Trains(long tokens)
    {
        lock (gate)
            trained = tokens;
    }

    public void Answered(long prompt, long answer)
    {
        lock (gate)
            (asked, answered) = (asked + prompt, answered + answer);
    }

    /// <exception cref="LearningFailedException">The limit is reached.</exception>
    public void CheckLimit()
    {
        if (most is { } limit && Dollars is { } spent && spent >= limit)
            throw new LearningFailedException(
                "money-limit",
                FormattableString.Invariant($"The run has cost {spent:0.00} US dollars, and its limit is {limit:0.00}"),
                "Raise the limit and resume the run: answers so far are kept."
            );
    }
}
