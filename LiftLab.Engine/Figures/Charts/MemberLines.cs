using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>The points of a loss curve with a gap between the models of a run.</summary>
static class MemberLines
{
    /// <param name="values">One per step of the curve.</param>
    /// <param name="fromStart">Steps are counted from each model's first step, else from that of the run.</param>
    public static (IReadOnlyList<double> X, IReadOnlyList<double> Y) Of(
        LossCurve curve,
        IReadOnlyList<MemberLosses> parts,
        IReadOnlyList<double> values,
        bool fromStart = false
    )
    {
        List<double> xs = [],
            ys = [];
        foreach (var part in parts)
        {
            if (xs.Count > 0)
            {
                xs.Add(xs[^1]);
                ys.Add(double.NaN);
            }
            foreach (var i in part.Indices)
            {
                xs.Add(fromStart ? part.Own(curve.Steps[i]) : curve.Steps[i]);
                ys.Add(values[i]);
            }
        }
        return (xs, ys);
    }
}
