using System.Globalization;

namespace LiftLab.Web.Parts.Fields;

/// <summary>The texts that a field accepts.</summary>
/// <param name="Words">What they are, after "Allowed:" ("a whole number from 1 to 64").</param>
public sealed record AllowedValues(string Words, Func<string, bool> Holds)
{
    public static AllowedValues Whole(int least, int most = int.MaxValue) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
            text => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
        );

    /// <summary>A decimal number, or nothing for a usual value.</summary>
    public static AllowedValues NumberOrNothing { get; } =
        new(
            "a number with a decimal point, or nothing",
            text =>
                string.IsNullOrWhiteSpace(text)
                || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        );

    /// <summary>Why a text is not accepted; null if it is.</summary>
    public string? Refusal(string text) =>
        Holds(text) ? null
        : string.IsNullOrWhiteSpace(text) ? $"Enter {Words}."
        : $"“{text}” is not possible. Allowed: {Words}.";
}
