using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Comparing;

/// <summary>What the runs of a compared learner have cost at a provider.</summary>
/// <param name="Runs">Runs with a bill.</param>
/// <param name="Tokens">Tokens trained, asked and answered, of all runs.</param>
/// <param name="Dollars">US dollars of all runs by the list of prices; null where a run has no price.</param>
public sealed record ComparedCost(int Runs, long Tokens, decimal? Dollars)
{
    /// <summary>Null where there is no bill: the learner computes on this machine.</summary>
    public static ComparedCost? Of(IReadOnlyCollection<LearnerBill> bills) =>
        bills.Count == 0
            ? null
            : new(
                bills.Count,
                bills.Sum(b => b.Trained + b.Asked + b.Answered),
                bills.All(b => b.Dollars is not null) ? bills.Sum(b => b.Dollars!.Value) : null
            );

    /// <summary>Mean US dollars of a run: the fit and the answers for its test rows.</summary>
    public decimal? PerRun => Dollars / Runs;
}
