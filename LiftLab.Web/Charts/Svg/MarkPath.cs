namespace LiftLab.Web.Charts.Svg;

/// <summary>Marker shapes as SVG paths around the origin, ten units wide.</summary>
static class MarkPath
{
    const string Star = "M0-5.8 1.4-1.9 5.5-1.8 2.2.7 3.4 4.7 0 2.3-3.4 4.7-2.2.7-5.5-1.8-1.4-1.9Z";

    public static string Of(MarkShape shape) =>
        shape switch
        {
            MarkShape.Square => "M-4.4-4.4H4.4V4.4H-4.4Z",
            MarkShape.Diamond => "M0-5.8 4.6 0 0 5.8-4.6 0Z",
            MarkShape.TriangleUp => "M0-5.2 5.3 4.2H-5.3Z",
            MarkShape.Cross => "M-1.8-5.3H1.8V-1.8H5.3V1.8H1.8V5.3H-1.8V1.8H-5.3V-1.8H-1.8Z",
            MarkShape.Pentagon => "M0-5.5 5.2-1.7 3.2 4.5H-3.2L-5.2-1.7Z",
            MarkShape.Star or MarkShape.OpenStar => Star,
            MarkShape.Hexagon => "M0-5.5 4.8-2.7V2.7L0 5.5-4.8 2.7V-2.7Z",
            MarkShape.TriangleDown => "M0 5.2 5.3-4.2H-5.3Z",
            MarkShape.Saltire => "M-4.9-2.4-2.4-4.9 0-2.4 2.4-4.9 4.9-2.4 2.4 0 4.9 2.4 2.4 4.9 0 2.4-2.4 4.9-4.9 2.4-2.4 0Z",
            MarkShape.Hourglass => "M-4.8-4.8H4.8L-4.8 4.8H4.8Z",
            MarkShape.BowTie => "M-4.8-4.8V4.8L4.8-4.8V4.8Z",
            _ => "M5 0A5 5 0 1 1-5 0A5 5 0 1 1 5 0Z",
        };
}
