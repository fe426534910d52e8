namespace LiftLab.Web.Charts;

/// <summary>Marker shapes; the first twelve are those of classes, in label order.</summary>
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
