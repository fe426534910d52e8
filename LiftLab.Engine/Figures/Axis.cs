using System.Text.Json.Serialization;

namespace LiftLab.Engine.Figures;

/// <summary>One axis of a figure.</summary>
/// <param name="Label">The quantity; empty where the categories need no label.</param>
/// <param name="Unit">Its unit ("%", "cm"); empty for none.</param>
public sealed record Axis(string Label, string Unit = "")
{
    public AxisScale Scale { get; init; }

    /// <summary>Lower end of the range in the axis's unit; null: fitted to the values.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end of the range in the axis's unit; null: fitted to the values.</summary>
    public double? High { get; init; }

    /// <summary>The range includes zero.</summary>
    public bool FromZero { get; init; }

    /// <summary>The low end is at the top or at the right.</summary>
    public bool Reversed { get; init; }

    /// <summary>No line, no ticks, no title: the figure draws its own.</summary>
    public bool Hidden { get; init; }

    /// <summary>Names at the positions 0, 1, 2 … of a category axis, from the left or from the bottom; empty for other scales.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Label and unit: "petal length (cm)".</summary>
    [JsonIgnore]
    public string Title => Unit.Length == 0 ? Label : $"{Label} ({Unit})";

    public static Axis OfCategories(IReadOnlyList<string> categories, string label = "") =>
        new(label) { Scale = AxisScale.Category, Categories = categories };
}

public enum AxisScale
{
    Linear,

    /// <summary>Base 10. Values of zero or less are not drawn.</summary>
    Logarithmic,
    Category,
}
