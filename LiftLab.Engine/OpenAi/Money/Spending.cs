using LiftLab.Engine.Learning;

namespace LiftLab.Engine.OpenAi.Money;

/// <summary>What a fit has used and what it costs by the price list. Thread-safe.</summary>
/// <param name="price">Null where the list has none: tokens are counted, and a limit in dollars cannot be kept.</param>
/// <param name="most">The fit ends before it costs more; null for no limit.</param>
public sealed class Spending(Price? price, decimal? most)
{
    readonly Lock gate = new();
    readonly HashSet<string> billed = new(StringComparer.Ordinal);
    long trained,
        asked,
        answered;
    decimal reserved;

    /// <summary>Where entries are kept; null to keep none.</summary>
    SpendingFile? file;
    string fit = "";
    TimeProvider clock = TimeProvider.System;

    /// <summary>Counts on from the entries that earlier attempts of the same fit have kept, and keeps the new ones.</summary>
    public static Spending Kept(Price? price, decimal? most, SpendingFile file, string fit, TimeProvider clock)
    {
        var spending = new Spending(price, most)
        {
            file = file,
            fit = fit,
            clock = clock,
        };
        foreach (var entry in file.Read().Where(e => e.Fit == fit))
            spending.Take(entry.Job, entry.Trained, entry.Asked, entry.Answered);
        return spending;
    }

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

    /// <summary>Tokens that a job has trained, as its service bills them. A job counts once.</summary>
    public void Trains(string job, long tokens) => Add(job, tokens, 0, 0);

    public void Answered(long prompt, long answer) => Add(null, 0, prompt, answer);

    /// <summary>Books what was answered and not booked, because an earlier attempt died between the two.</summary>
    /// <param name="asks">Tokens of all prompts that were answered, ever.</param>
    public void CatchUp(long asks, long answers)
    {
        lock (gate)
            if (asks > asked || answers > answered)
                Add(null, 0, Math.Max(0, asks - asked), Math.Max(0, answers - answered));
    }

    void Add(string? job, long trains, long asks, long answers)
    {
        lock (gate)
            if (Take(job, trains, asks, answers))
                file?.Add(new(clock.GetUtcNow(), fit, job, trains, asks, answers, price?.Of(trains, asks, answers)));
    }

    bool Take(string? job, long trains, long asks, long answers)
    {
        if (job is not null && !billed.Add(job))
            return false;
        (trained, asked, answered) = (trained + trains, asked + asks, answered + answers);
        return true;
    }

    /// <summary>Sets the price of work aside while it is under way, so that requests side by side keep the limit together.</summary>
    /// <returns>Give it back when the work is done or has failed.</returns>
    /// <exception cref="LearningFailedException">The work would exceed the limit, or its price is not known.</exception>
    public IDisposable Reserve(long trains, long asks, long answers)
    {
        if (most is not { } limit)
            return new Reservation(this, 0);
        if (price is null)
            throw new LearningFailedException(
                "price-unknown",
                FormattableString.Invariant(
                    $"The limit of {limit:0.00} US dollars cannot be kept: the list of prices has none for this model"
                ),
                "Add the model to the list of prices, or remove the limit."
            );
        var cost = price.Of(trains, asks, answers);
        lock (gate)
        {
            var spent = price.Of(trained, asked, answered);
            if (spent + reserved + cost > limit)
                throw new LearningFailedException(
                    "money-limit",
                    FormattableString.Invariant(
                        $"The run has cost {spent:0.00##} US dollars, its next step costs about {cost:0.00##}, and its limit is {limit:0.00##}"
                    ),
                    "Start a run with a higher limit, or with fewer rows, epochs or rates."
                );
            reserved += cost;
        }
        return new Reservation(this, cost);
    }

    sealed class Reservation(Spending spending, decimal cost) : IDisposable
    {
        decimal cost = cost;

        public void Dispose()
        {
            lock (spending.gate)
                (spending.reserved, cost) = (spending.reserved - cost, 0);
        }
    }
}
