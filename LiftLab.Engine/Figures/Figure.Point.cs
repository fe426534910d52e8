namespace LiftLab.Engine.Figures;

public sealed partial record Figure
{
    /// <summary>A named value with its interval: one row of a dot plot, or one bar.</summary>
    /// <param name="Title">The category on the axis.</param>
    /// <param name="Value">In the unit of the value axis.</param>
    /// <param name="Low">Lower end of the interval; null where none was computed.</param>
    /// <param name="High">Upper end of the interval; null where none was computed.</param>
    /// <param name="Highlight">Whether this is a subject of the figure.</param>
    /// <param name="Rows">Number of rows from which the value was computed; null where it is not known.</param>
    public sealed record Point(
        string Title,
        double Value,
        double? Low = null,
        double? High = null,
        bool Highlight = false,
        int? Rows = null
    );
}
