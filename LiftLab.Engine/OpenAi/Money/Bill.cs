namespace LiftLab.Engine.OpenAi.Money;

/// <summary>The sum of entries. A job counts once, whatever repeats it.</summary>
/// <param name="Dollars">Of the entries with a price.</param>
/// <param name="HasUnpriced">Whether entries have no price, so that more was spent than <paramref name="Dollars"/>.</param>
public sealed record Bill(long Trained, long Asked, long Answered, decimal Dollars, bool HasUnpriced)
{
    public static Bill None { get; } = new(0, 0, 0, 0, false);

    public bool IsEmpty => Trained + Asked + Answered == 0;

    public static Bill Of(IEnumerable<SpendingEntry> entries)
    {
        var bill = None;
        var jobs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var e in entries)
            if (e.Job is null || jobs.Add(e.Job))
                bill = new(
                    bill.Trained + e.Trained,
                    bill.Asked + e.Asked,
                    bill.Answered + e.Answered,
                    bill.Dollars + (e.Dollars ?? 0),
                    bill.HasUnpriced || e.Dollars is null
                );
        return bill;
    }
}
