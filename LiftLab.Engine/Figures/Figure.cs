using System.Text.Json.Serialization;

namespace LiftLab.Engine.Figures;

/// <summary>
/// A chart as data: axes, series, caption and a table of its values. Painters choose colours, pixels and file format.
/// Serialises as JSON with the options of <c>RunJson</c>.
/// </summary>
/// <param name="Title">The content of the figure ("Confusion matrix of LIFT").</param>
/// <param name="Series">In drawing order, the first at the back.</param>
/// <param name="Table">The values of the figure as text.</param>
public sealed partial record Figure(string Title, Axis X, Axis Y, IReadOnlyList<Series> Series, DataTable Table)
{
    /// <summary>The meaning of marks, colours and bars. Plain text.</summary>
    public string Caption { get; init; } = "";

    /// <summary>One sentence with the main facts, for screen readers.</summary>
    public string Summary { get; init; } = "";

    /// <summary>Reference lines and bars, in drawing order behind the series.</summary>
    public IReadOnlyList<Segment> Segments { get; init; } = [];

    /// <summary>Shaded parts of the drawing; over a heat map they are hatched, so that its colours stay.</summary>
    public IReadOnlyList<Region> Regions { get; init; } = [];

    /// <summary>Whether <see cref="Regions"/> are hatched.</summary>
    [JsonIgnore]
    public bool IsHatched => Series.Any(s => s is Series.Heat);

    /// <summary>Texts inside the drawing.</summary>
    public IReadOnlyList<Note> Notes { get; init; } = [];

    /// <summary>The colour scale of numbers in heat maps and marks; null where colours do not show numbers.</summary>
    public ValueScale? Values { get; init; }

    /// <summary>Text that replaces the drawing while there is no value ("no step yet"); null otherwise.</summary>
    public string? Waiting { get; init; }

    /// <summary>Required height of the drawing in pixels, without title and caption; null: any height.</summary>
    public double? Height { get; init; }
}
