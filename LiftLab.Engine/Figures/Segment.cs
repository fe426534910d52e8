namespace LiftLab.Engine.Figures;

/// <summary>A straight line in axis coordinates. A null coordinate is the edge of the drawing.</summary>
public sealed record Segment(double? X0, double? Y0, double? X1, double? Y1, Hue Hue)
{
    /// <summary>Legend entry; empty for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Stroke width in pixels at the normal text size.</summary>
    public double Width { get; init; } = 1;

    public Dash Dash { get; init; }

    /// <summary>A vertical line at <paramref name="x"/> from the lower to the upper edge.</summary>
    public static Segment Upright(double x, Hue hue) => new(x, null, x, null, hue);
}

public enum Dash
{
    None,
    Dashed,
    Dotted,
}
