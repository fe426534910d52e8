using System.Text.Json.Serialization;

namespace LiftLab.Engine.Learning.Slices;

/// <summary>
/// Predictions over a rectangular grid of two features, or over one feature with one or several lines, all other features held fixed.
/// </summary>
/// <param name="X">Grid coordinates along the first feature, ascending. Shape (W).</param>
/// <param name="YColumn">The second feature; for a curve the column of its lines, null for a single line.</param>
/// <param name="Y">Along the second feature; for a curve 0, 1, 2 …, one per line. Shape (H).</param>
/// <param name="Values">Class index or number; null where the answer is unreadable. Shape (H, W), row-major.</param>
/// <param name="Confidence">Probability (0 to 1) of the predicted class, null where the answer is unreadable. Shape (H, W); null as a
/// whole for regression.</param>
public sealed record BoundaryGrid(
    string XColumn,
    string? YColumn,
    IReadOnlyList<double> X,
    IReadOnlyList<double> Y,
    IReadOnlyList<double?> Values,
    IReadOnlyList<double?>? Confidence
)
{
    /// <summary>Class index or number; null where the answer is unreadable. Older run folders hold -1 for an unreadable class.</summary>
    public IReadOnlyList<double?> Values { get; init; } = Confidence is null ? Values : [.. Values.Select(v => v < 0 ? null : v)];

    /// <summary>Null where the answer is unreadable. Older run folders hold 0 there.</summary>
    public IReadOnlyList<double?>? Confidence { get; init; } =
        Confidence is null ? null : [.. Confidence.Select((c, i) => Values[i] is null or < 0 ? null : c)];

    /// <summary>
    /// The categories of a response curve's lines, or one empty text for a single line; null for a surface. Shape (H).
    /// </summary>
    public IReadOnlyList<string>? Lines { get; init; }

    /// <summary>
    /// Predictive standard deviation of each answer of a curve, in the target's unit; null where the learner gives none. Shape (H, W); null
    /// as a whole for a surface and where no answer has one.
    /// </summary>
    public IReadOnlyList<double?>? Deviations { get; init; }

    /// <summary>Whether this is a response curve, over one feature.</summary>
    [JsonIgnore]
    public bool IsCurve => Lines is not null;

    /// <summary>"x × y", "x by kind" or "x".</summary>
    [JsonIgnore]
    public string Features =>
        YColumn is null ? XColumn
        : IsCurve ? $"{XColumn} by {YColumn}"
        : $"{XColumn} × {YColumn}";
}
