namespace LiftLab.Web.Charts;

/// <summary>Marker shapes; classes use the first twelve, in label order.</summary>
public enum MarkShape
{
    Circle,
    Square,
    Diamond,
    TriangleUp,
    Cross,
    Pentagon,
    Star,
    Hexagon,
    TriangleDown,
    Saltire,
    Hourglass,
    BowTie,
    OpenStar,
}
