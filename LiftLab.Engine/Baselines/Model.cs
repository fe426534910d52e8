using LiftLab.Engine.Baselines.Algebra;
using LiftLab.Engine.Learning.Kept;

namespace LiftLab.Engine.Baselines;

/// <summary>A fitted algorithm over encoded features. Immutable once fitted and calibrated; each row is predicted on its own.</summary>
public abstract class Model : IDisposable
{
    /// <exception cref="OperationCanceledException">Checked between blocks of rows.</exception>
    public abstract Estimates Predict(Matrix x, CancellationToken cancel);

    /// <summary>Fits the conversion of scores into probabilities on rows outside the training rows. Most algorithms need none.</summary>
    public virtual void Calibrate(TrainingSet held) { }

    /// <summary>
    /// Writes everything that <see cref="Predict"/> uses; the algorithm's <see cref="Baseline.Open"/> reads it back, and the opened model
    /// predicts the same bits.
    /// </summary>
    internal abstract void Keep(KeptWriter into);

    /// <summary>Frees native memory, if the algorithm uses any.</summary>
    protected virtual void Dispose(bool disposing) { }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>An algorithm's output for some rows.</summary>
/// <param name="Values">Class index or number. Shape (N).</param>
/// <param name="Probabilities">Shape (N, Classes), rows sum to 1.</param>
/// <param name="Deviations">Regression: standard deviation of a new observation around <paramref name="Values"/>. Shape (N).</param>
public sealed record Estimates(double[] Values, Matrix? Probabilities = null, double[]? Deviations = null)
{
    /// <summary>The class of highest probability; ties go to the first.</summary>
    public static Estimates FromProbabilities(Matrix probabilities)
    {
        var values = new double[probabilities.Rows];
        for (var r = 0; r < values.Length; r++)
        {
            var row = probabilities[r];
            var best = 0;
            for (var k = 1; k < row.Length; k++)
                if (row[k] > row[best])
                    best = k;
            values[r] = best;
        }
        return new(values, probabilities);
    }
}
