namespace LiftLab.Engine.Figures;

/// <summary>A shaded rectangle in axis coordinates. A null coordinate is the edge of the drawing.</summary>
/// <param name="Name">Legend entry; regions of one name share it.</param>
public sealed record Region(double? X0, double? Y0, double? X1, double? Y1, string Name)
{
    public const string OutsideRows = "outside the training rows";

    /// <summary>The parts of a plane or of an axis that lie outside the ranges of the training rows.</summary>
    /// <param name="y">Null for a figure over one feature.</param>
    /// <param name="left">Least x that is drawn; likewise the others.</param>
    public static IReadOnlyList<Region> Outside(
        (double Low, double High) x,
        (double Low, double High)? y,
        double left,
        double right,
        double bottom = 0,
        double top = 0
    )
    {
        var all = new List<Region>();
        if (left < x.Low)
            all.Add(new(null, null, x.Low, null, OutsideRows));
        if (right > x.High)
            all.Add(new(x.High, null, null, null, OutsideRows));
        if (y is not { } range)
            return all;
        var (from, to) = (left < x.Low ? x.Low : (double?)null, right > x.High ? x.High : (double?)null);
        if (bottom < range.Low)
            all.Add(new(from, null, to, range.Low, OutsideRows));
        if (top > range.High)
            all.Add(new(from, range.High, to, null, OutsideRows));
        return all;
    }
}
