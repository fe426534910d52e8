using System.Text.Json;
using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Kept;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// Draws the decision boundaries, response surfaces or response curves of a run's learners over any features after the run, with the kept
/// models.
/// </summary>
/// <param name="find">Finds a learner by name.</param>
/// <param name="refit">Whether deleted models are fitted again.</param>
public sealed class BoundaryDrawing(RunFolder folder, Func<string, LearnerEntry> find, bool refit = false)
{
    /// <summary>Points per prediction call; progress and cancellation are handled between calls.</summary>
    const int Piece = 200;

    /// <exception cref="Tables.BadDataException">
    /// The request does not fit the run's table, or no learner of the run has finished.
    /// </exception>
    public async Task<BoundarySheet> DrawAsync(BoundaryRequest request, Action<BoundaryProgress> say, CancellationToken cancel)
    {
        var spec = folder.ReadSpec();
        LearnerSpec[] learners =
        [
            .. ((LearnerSpec[])[spec.Learner, .. spec.Baselines]).Where(l => folder.ReadOutcome(l.Name) is { Result.Failure: null }),
        ];
        if (learners.Length == 0)
            throw new Tables.BadDataException([
                new(Tables.Severity.Error, "nothing-fitted", "no learner of this run has finished", "Let the run finish, or resume it."),
            ]);
        var task = await folder.LoadAsync(spec, cancel);
        var surface = new BoundarySurface(
            task,
            request.X,
            request.Y,
            Math.Clamp(request.Size, BoundaryRequest.Least, BoundaryRequest.Most),
            request.Held
        );
        var kept = new KeptModels(folder, spec, task, find, refit);
        var drawn = new List<DrawnBoundary>();
        var complete = true;
        say(new(0, learners.Length));
        foreach (var learner in InOrder(spec, learners))
        {
            cancel.ThrowIfCancellationRequested();
            var title = find(learner.Name).Title;
            DrawnBoundary one;
            if (find(learner.Name).IsPaid(learner, task.Kind))
            {
                drawn.Add(new(learner.Name, title, null, "every point of the grid would be a question that costs money"));
                continue;
            }
            try
            {
                var grid = await DrawAsync(
                    kept,
                    surface,
                    learner,
                    (phase, fraction) => say(new(drawn.Count, learners.Length, learner.Name, phase, fraction)),
                    cancel
                );
                one = new(learner.Name, title, grid);
            }
            catch (KeptModelException e)
            {
                (one, complete) = (new(learner.Name, title, null, e.Message), false);
            }
            catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
            {
                one = new(learner.Name, title, null, WorkerFault.Explain(e).What);
            }
            drawn.Add(one);
            say(new(drawn.Count, learners.Length, learner.Name, Drawn: one));
        }
        string[] order = [.. learners.Select(l => l.Name)];
        var sheet = new BoundarySheet(request, surface.Held, [.. drawn.OrderBy(d => Array.IndexOf(order, d.Learner))]);
        // a sheet is not stored if a missing model can be restored, so that the next request draws it again
        if (complete)
            RunFolder.WriteWhole(folder.BoundaryFile(request), stream => JsonSerializer.Serialize(stream, sheet, RunJson.Line));
        return sheet;
    }

    /// <summary>The run's main learner first, because it is the one in question; then the fastest per predicted row.</summary>
    IEnumerable<LearnerSpec> InOrder(RunSpec spec, LearnerSpec[] learners) =>
        learners
            .OrderBy(l => l.Name != spec.Learner.Name)
            .ThenBy(l => folder.ReadOutcome(l.Name) is { Answers.Count: > 0 and var rows } o ? o.Result.PredictSeconds / rows : 0);

    static async Task<BoundaryGrid> DrawAsync(
        KeptModels kept,
        BoundarySurface surface,
        LearnerSpec learner,
        Action<string, double?> phase,
        CancellationToken cancel
    )
    {
        phase("load", null);
        using var model = await kept.OpenAsync(learner, new Phases(phase), cancel);
        var points = new List<Prediction>(surface.Table.RowCount);
        while (points.Count < surface.Table.RowCount)
        {
            phase("boundary", (double)points.Count / surface.Table.RowCount);
            points.AddRange(
                await model.PredictAsync(
                    surface.Table,
                    [.. Enumerable.Range(points.Count, Math.Min(Piece, surface.Table.RowCount - points.Count))],
                    cancel
                )
            );
        }
        return surface.Grid(points);
    }

    sealed class Phases(Action<string, double?> phase) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            if (value is PhaseEntered p)
                phase(p.Phase, p.Fraction);
        }
    }
}
