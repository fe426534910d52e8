namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>How settings are chosen and what is reported of several splits.</summary>
public enum Protocol
{
    /// <summary>Each split chooses on its own validation rows; the mean and deviation of the test scores are reported.</summary>
    Validation,

    /// <summary>The LIFT paper's (spec section 4), with its leaks.</summary>
    Paper,
}
