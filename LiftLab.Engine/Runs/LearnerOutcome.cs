using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>One learner's result and its answers for the test rows, as <c>results/NAME.json</c>.</summary>
public sealed record LearnerOutcome(LearnerResult Result, IReadOnlyList<RowAnswer> Answers);

/// <summary>A prediction for one row of the run's table, as a flat JSON object.</summary>
/// <param name="Row">Row number from 0.</param>
/// <param name="Value">Class index or number; null if the answer is unreadable.</param>
/// <param name="Text">A language model's raw answer.</param>
public sealed record RowAnswer(int Row, double? Value, IReadOnlyList<double>? Probabilities, double? Deviation, string? Text)
{
    /// <summary>Class index or number; null if the answer is unreadable. Older run folders hold NaN there.</summary>
    public double? Value { get; init; } = Value is { } value && double.IsFinite(value) ? value : null;

    public static RowAnswer Of(int row, Prediction prediction) =>
        prediction switch
        {
            Prediction.Answered a => new(row, a.Value, a.Probabilities, a.Deviation, a.Text),
            Prediction.Unreadable u => new(row, null, null, null, u.Text),
            _ => throw new ArgumentException($"unknown prediction {prediction}", nameof(prediction)),
        };

    public Prediction ToPrediction() =>
        Value is { } value ? new Prediction.Answered(value, Probabilities, Deviation, Text) : new Prediction.Unreadable(Text ?? "");
}
