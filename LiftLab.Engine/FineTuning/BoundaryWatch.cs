using LiftLab.Engine.FineTuning.Training;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.FineTuning;

/// <summary>
/// Computes the decision boundary, response surface or response curve during training, with a grid that becomes finer, and never spends
/// more than a fixed share of the training time on it.
/// </summary>
sealed class BoundaryWatch
{
    const double Share = 0.12;
    static readonly (double Progress, int Size)[] Sizes = [(0, 10), (0.15, 16), (0.4, 24), (0.75, 32)],
        CurveSizes = [(0, 26), (0.15, 51), (0.4, 101)];

    readonly BoundarySurface finest;
    readonly TimeProvider time;
    readonly long started;
    readonly Dictionary<int, BoundarySurface> surfaces = [];
    TimeSpan spent;
    double secondsPerPoint;
    int drawn;

    public BoundaryWatch(BoundarySurface surface, TimeProvider time)
    {
        (finest, this.time, started) = (surface, time, time.GetTimestamp());
    }

    /// <summary>The current boundary; null if it would take too long.</summary>
    public BoundaryDrawn? Draw(TrainingMoment moment, Func<BoundarySurface, IReadOnlyList<Prediction>> ask)
    {
        var progress = (double)moment.Step / moment.Steps;
        var size = Math.Min(finest.Size, (finest.Lines is null ? Sizes : CurveSizes).Last(s => progress >= s.Progress).Size);
        if (!surfaces.TryGetValue(size, out var surface))
            surfaces[size] = surface = finest.WithSize(size);
        var elapsed = time.GetElapsedTime(started).TotalSeconds;
        if (drawn > 0 && spent.TotalSeconds + secondsPerPoint * surface.Table.RowCount > Share * elapsed)
            return null;
        var begun = time.GetTimestamp();
        var grid = surface.Grid(ask(surface));
        var took = time.GetElapsedTime(begun);
        // the first call also compiles and fills caches, so its time does not predict the next
        if (drawn++ > 0)
        {
            secondsPerPoint = took.TotalSeconds / surface.Table.RowCount;
            spent += took;
        }
        return new(moment.Step, moment.Epoch, grid);
    }
}
