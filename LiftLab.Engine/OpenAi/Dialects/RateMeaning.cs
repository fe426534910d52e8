namespace LiftLab.Engine.OpenAi.Dialects;

/// <summary>What a host understands by <c>learning_rate_multiplier</c>.</summary>
public enum RateMeaning
{
    /// <summary>A factor of the rate that the host would choose itself (OpenAI: 0.05 to 2).</summary>
    Multiplier,

    /// <summary>
    /// The learning rate itself (Nebius: 0.00002). A multiplier of 0.1 would be a rate of 0.1 there, and the job would diverge.
    /// </summary>
    Absolute,
}
