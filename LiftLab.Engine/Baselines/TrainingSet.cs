using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines;

/// <summary>The input of an algorithm's fit.</summary>
/// <param name="X">Encoded features, finite. Shape (N, P).</param>
/// <param name="Y">Class index from 0, every class present, or the number. Shape (N).</param>
/// <param name="Classes">Number of classes, at least 2; 0 for regression.</param>
public sealed record TrainingSet(Matrix X, double[] Y, int Classes)
{
    public bool IsRegression => Classes == 0;

    internal void Keep(KeptWriter into)
    {
        into.Put("x", X);
        into.Put("y", Y);
        into.Put("classes", Classes);
    }

    internal static TrainingSet Open(KeptReader from) => new(from.Matrix("x"), from.Array<double>("y"), from.Whole("classes"));

    public TrainingSet Take(IReadOnlyList<int> rows) => new(X.Take(rows), [.. rows.Select(r => Y[r])], Classes);
}
