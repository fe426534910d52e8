namespace LiftLab.Engine.Learning;

/// <summary>
/// A model's answer for one row. An answer that cannot be read is a value of its own, never a guess, a NaN or an exception.
/// </summary>
public abstract record Prediction
{
    Prediction() { }

    /// <param name="Value">Class index in the task's label order, or the number in the target's unit.</param>
    /// <param name="Probabilities">Classification: one per label, summing to 1, where the model has them.</param>
    /// <param name="Deviation">Regression: predictive standard deviation in the target's unit, where the model has one.</param>
    /// <param name="Text">A language model's raw answer; null for other models.</param>
    public sealed record Answered(double Value, IReadOnlyList<double>? Probabilities = null, double? Deviation = null, string? Text = null)
        : Prediction;

    /// <param name="Text">What the model wrote.</param>
    public sealed record Unreadable(string Text) : Prediction;
}
