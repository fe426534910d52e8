namespace LiftLab.Engine.Experiments;

/// <summary>On what an estimate of seconds is based.</summary>
public enum CostBasis
{
    /// <summary>Fits of the same learner on tables of about the same size, in this lab.</summary>
    Measured,

    /// <summary>Fits of the same learner on smaller or larger tables, in proportion to rows, features and steps.</summary>
    Scaled,

    /// <summary>Rows, epochs and typical seconds per step.</summary>
    Estimated,

    /// <summary>Nothing: the learner was not measured in this lab, and no typical time is known.</summary>
    Unknown,
}

/// <summary>What one learner of a study will take.</summary>
/// <param name="Seconds">Null where <paramref name="Basis"/> is unknown.</param>
/// <param name="Basis">The weakest of its fits.</param>
public sealed record LearnerCost(string Learner, string Title, int Fits, int Predictions, double? Seconds, CostBasis Basis)
{
    /// <summary>US dollars at a provider; null for a learner that computes on this machine, and where no price is known.</summary>
    public decimal? Money { get; init; }
}
