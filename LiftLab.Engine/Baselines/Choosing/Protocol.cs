namespace LiftLab.Engine.Baselines.Choosing;

/// <summary>How settings are chosen, and what is reported for several splits.</summary>
public enum Protocol
{
    /// <summary>Settings are chosen on each split's validation rows; mean and standard deviation of the test scores are reported.</summary>
    Validation,

    /// <summary>The LIFT paper's protocol (spec section 4), including its leaks.</summary>
    Paper,
}
