using LiftLab.Engine.Baselines.Algebra;

namespace LiftLab.Engine.Baselines;

/// <summary>What an algorithm fits on.</summary>
/// <param name="X">Encoded features, finite. Shape (N, P).</param>
/// <param name="Y">Class index from 0, every class present, or the number. Shape (N).</param>
/// <param name="Classes">Number of classes, at least 2; 0 for regression.</param>
public sealed record TrainingSet(Matrix X, double[] Y, int Classes)
{
    public bool IsRegression => Classes == 0;

    public TrainingSet Take(IReadOnlyList<int> rows) => new(X.Take(rows), [.. rows.Select(r => Y[r])], Classes);
}
