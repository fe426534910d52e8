namespace LiftLab.Engine.Learning;

/// <summary>
/// A model's answer for one row. An answer that cannot be parsed is <see cref="Unreadable"/>, never a guess, NaN or an exception.
/// </summary>
public abstract record Prediction
{
    Prediction() { }

    /// <summary>A number as an answer; unreadable where the model computed NaN or an infinite number.</summary>
    /// <param name="deviation">Null where the model gives none or it is not finite.</param>
    public static Prediction Number(double value, double? deviation = null, string? text = null) =>
        double.IsFinite(value)
            ? new Answered(value, Deviation: deviation is { } d && double.IsFinite(d) ? d : null, Text: text)
            : new Unreadable(text ?? value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <param name="Value">Class index in the task's label order, or the number in the target's unit.</param>
    /// <param name="Probabilities">Classification: one per label, summing to 1. Null where the model gives none.</param>
    /// <param name="Deviation">Regression: predictive standard deviation in the target's unit. Null where the model gives none.</param>
    /// <param name="Text">The raw answer of a language model; null for other models.</param>
    public sealed record Answered(double Value, IReadOnlyList<double>? Probabilities = null, double? Deviation = null, string? Text = null)
        : Prediction;

    /// <param name="Text">The raw answer of the model.</param>
    public sealed record Unreadable(string Text) : Prediction;
}
