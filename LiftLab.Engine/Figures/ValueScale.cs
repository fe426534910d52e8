using System.Text.Json.Serialization;

namespace LiftLab.Engine.Figures;

/// <summary>A colour scale of numbers.</summary>
/// <param name="Low">The number of the first colour.</param>
/// <param name="High">The number of the last colour.</param>
/// <param name="IsShare">The colours range from the background to the subject's hue, for shares (0 to 1) that are also printed.</param>
public sealed record ValueScale(string Label, double Low, double High, string Unit = "", bool IsShare = false)
{
    /// <summary>Label and unit: "price (1000 USD)".</summary>
    [JsonIgnore]
    public string Title => Unit.Length == 0 ? Label : $"{Label} ({Unit})";

    /// <summary>Position of a number in the range: 0 at the low end, 1 at the high end; 0.5 where the range is empty.</summary>
    public double ShareOf(double value) => High > Low ? Math.Clamp((value - Low) / (High - Low), 0, 1) : 0.5;
}
