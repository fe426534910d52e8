namespace LiftLab.Web.Storage.Providers;

/// <summary>The lab's limits of money, in US dollars.</summary>
public sealed record MoneySettings
{
    /// <summary>A start that costs more is confirmed by typing the amount.</summary>
    public decimal ConfirmAbove { get; init; } = 1;

    /// <summary>No run costs more; null for no limit.</summary>
    public decimal? MostPerRun { get; init; }

    /// <summary>All work of a calendar month (UTC) together does not cost more; null for no limit.</summary>
    public decimal? MostPerMonth { get; init; }

    /// <exception cref="ArgumentException">An amount is negative or too large.</exception>
    public void Check()
    {
        decimal?[] all = [ConfirmAbove, MostPerRun, MostPerMonth];
        if (all.Any(a => a is < 0 or > 1_000_000))
            throw new ArgumentException("amounts are 0 to 1000000 US dollars");
    }
}
