namespace LiftLab.Engine.Learning;

/// <summary>
/// A model's answer for one row. An answer that cannot be parsed is <see cref="Unreadable"/>, never a guess, NaN or an exception.
/// </summary>
public abstract record Prediction
{
    Prediction() { }

    /// <param name="Value">Class index in the task's label order, or the number in the target's unit.</param>
    /// <param name="Probabilities">Classification: one per label, summing to 1. Null where the model gives none.</param>
    /// <param name="Deviation">Regression: predictive standard deviation in the target's unit. Null where the model gives none.</param>
    /// <param name="Text">The raw answer of a language model; null for other models.</param>
    public sealed record Answered(double Value, IReadOnlyList<double>? Probabilities = null, double? Deviation = null, string? Text = null)
        : Prediction;

    /// <param name="Text">The raw answer of the model.</param>
    public sealed record Unreadable(string Text) : Prediction;
}
