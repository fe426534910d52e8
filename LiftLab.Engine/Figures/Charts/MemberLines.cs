using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Figures.Charts;

/// <summary>The points of a loss curve with a gap between the models that are trained one after the other.</summary>
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
            for (var i = part.From; i < part.To; i++)
            {
                xs.Add(curve.Steps[i] - (fromStart ? part.Before : 0));
                ys.Add(values[i]);
            }
        }
        return (xs, ys);
    }
}
