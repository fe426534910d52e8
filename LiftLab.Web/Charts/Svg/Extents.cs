using LiftLab.Engine.Figures;

namespace LiftLab.Web.Charts.Svg;

/// <summary>The ranges of values that a figure's axes must show.</summary>
static class Extents
{
    public static IEnumerable<double> X(Figure figure) =>
        figure
            .Series.SelectMany(s =>
                s switch
                {
                    Series.Line line => line.X,
                    Series.Band band => band.X,
                    Series.Marks marks => marks.X,
                    Series.Heat heat => heat.X,
                    Series.Points points when figure.Y.Scale == AxisScale.Category => Ends(points.Items),
                    Series.Bars bars when figure.Y.Scale == AxisScale.Category => [0, .. Ends(bars.Items)],
                    _ => Array.Empty<double>(),
                }
            )
            .Concat(figure.Segments.SelectMany(s => Known(s.X0, s.X1)));

    public static IEnumerable<double> Y(Figure figure) =>
        figure
            .Series.SelectMany(s =>
                s switch
                {
                    Series.Line line => line.Y,
                    Series.Band band => [.. band.Low, .. band.High],
                    Series.Marks marks => marks.Y,
                    Series.Heat heat => heat.Y,
                    Series.Points points when figure.Y.Scale != AxisScale.Category => Ends(points.Items),
                    Series.Bars bars when figure.Y.Scale != AxisScale.Category => [0, .. Ends(bars.Items)],
                    _ => Array.Empty<double>(),
                }
            )
            .Concat(figure.Segments.SelectMany(s => Known(s.Y0, s.Y1)));

    static IEnumerable<double> Ends(IReadOnlyList<Figure.Point> items) => items.SelectMany(p => Known(p.Value, p.Low, p.High));

    static IEnumerable<double> Known(params double?[] values) => values.OfType<double>();
}
