using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts;

/// <summary>
/// Parallel lines over a region: they leave the colours below readable. Each line is drawn light and, beside it, dark, so that it is
/// visible on every colour.
/// </summary>
static class Hatch
{
    /// <summary>Distance of the lines, and of the dark from the light one, as shares of the drawing.</summary>
    const double Distance = 0.07,
        Beside = 0.008;

    public const string Light = "#ffffff",
        Dark = "#101820";

    /// <summary>Opacity of the lines.</summary>
    public const double Opacity = 0.45;

    /// <summary>The ends of the lines in axis coordinates.</summary>
    /// <param name="x">Range of the horizontal axis that is drawn.</param>
    /// <param name="dark">The dark lines, else the light ones.</param>
    public static IEnumerable<(double X0, double Y0, double X1, double Y1)> Lines(
        Region region,
        (double Low, double High) x,
        (double Low, double High) y,
        bool dark
    )
    {
        // In shares of the drawing, u to the right and v upwards, the lines are v = u + c.
        double Share(double? at, (double Low, double High) range, double edge) =>
            at is { } value && range.High > range.Low ? Math.Clamp((value - range.Low) / (range.High - range.Low), 0, 1) : edge;
        var (left, right) = (Share(region.X0, x, 0), Share(region.X1, x, 1));
        var (bottom, top) = (Share(region.Y0, y, 0), Share(region.Y1, y, 1));
        double X(double u) => x.Low + u * (x.High - x.Low);
        double Y(double v) => y.Low + v * (y.High - y.Low);
        for (var k = (int)Math.Ceiling((bottom - right) / Distance); k * Distance <= top - left; k++)
        {
            var c = k * Distance + (dark ? Beside : 0);
            var (from, to) = (Math.Max(left, bottom - c), Math.Min(right, top - c));
            if (to > from)
                yield return (X(from), Y(from + c), X(to), Y(to + c));
        }
    }
}
