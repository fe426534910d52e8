using System.Text.Json;
using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs.Work;

/// <summary>
/// Draws the decision boundaries of a run's learners over another pair of features, after the run. LIFT's fitted model lies in
/// its folder; a classical model is fitted again with the setting it chose, and checked against the answers that were scored.
/// </summary>
/// <param name="find">The learners there are.</param>
public sealed class BoundaryDrawing(RunFolder folder, Func<string, LearnerEntry> find)
{
    /// <summary>Points asked at once: between two of these the progress moves and a cancel is heard.</summary>
    const int Piece = 200;

    /// <exception cref="Tables.BadDataException">The request does not suit the run's table, or no learner of the run is done.</exception>
    public async Task<BoundarySheet> DrawAsync(BoundaryRequest request, Action<BoundaryProgress> say, CancellationToken cancel)
    {
        var spec = folder.ReadSpec();
        LearnerSpec[] learners =
        [
            .. ((LearnerSpec[])[spec.Learner, .. spec.Baselines]).Where(l => folder.ReadOutcome(l.Name) is { Result.Failure: null }),
        ];
        if (learners.Length == 0)
            throw new Tables.BadDataException([
                new(Tables.Severity.Error, "nothing-fitted", "no learner of this run is done", "Let the run finish, or resume it."),
            ]);
        var task = await folder.LoadAsync(spec, cancel);
        var surface = new BoundarySurface(
            task,
            request.X,
            request.Y,
            Math.Clamp(request.Size, BoundaryRequest.Least, BoundaryRequest.Most),
            request.Held
        );
        var drawn = new List<DrawnBoundary>();
        say(new(0, learners.Length));
        // the quick ones first: the picture fills while the language model is loaded
        foreach (var learner in learners.OrderBy(l => l.Name == spec.Learner.Name))
        {
            cancel.ThrowIfCancellationRequested();
            var outcome = folder.ReadOutcome(learner.Name)!;
            DrawnBoundary one;
            try
            {
                one = await DrawAsync(
                    spec,
                    task,
                    surface,
                    learner,
                    outcome,
                    (phase, fraction) => say(new(drawn.Count, learners.Length, learner.Name, phase, fraction)),
                    cancel
                );
            }
            catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
            {
                one = new(learner.Name, outcome.Result.Title, null, 0, WorkerFault.Explain(e).What);
            }
            drawn.Add(one);
            say(new(drawn.Count, learners.Length, learner.Name, Drawn: one));
        }
        string[] order = [.. learners.Select(l => l.Name)];
        var sheet = new BoundarySheet(request, surface.Held, [.. drawn.OrderBy(d => Array.IndexOf(order, d.Learner))]);
        RunFolder.WriteWhole(folder.BoundaryFile(request), stream => JsonSerializer.Serialize(stream, sheet, RunJson.Line));
        return sheet;
    }

    async Task<DrawnBoundary> DrawAsync(
        RunSpec spec,
        LearningTask task,
        BoundarySurface surface,
        LearnerSpec learner,
        LearnerOutcome outcome,
        Action<string, double?> phase,
        CancellationToken cancel
    )
    {
        phase("load", null);
        var entry = find(learner.Name);
        using var model = await entry
            .Create(
                entry.Refit(learner, outcome.Result.Settings),
                task.Kind,
                new(folder.CheckpointFolder(learner.Name))
                {
                    MainFolder = learner.Name == spec.Learner.Name ? null : folder.CheckpointFolder(spec.Learner.Name),
                }
            )
            .FitAsync(task, spec.Seed, new Phases(phase), cancel);
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
        var changed = learner.Name == spec.Learner.Name ? 0 : await ChangedAsync(model, task, outcome, cancel);
        return new(learner.Name, entry.Title, surface.Grid(points), changed);
    }

    static async Task<int> ChangedAsync(IPredictor model, LearningTask task, LearnerOutcome outcome, CancellationToken cancel)
    {
        var now = await model.PredictAsync(task.Table, [.. outcome.Answers.Select(a => a.Row)], cancel);
        return outcome.Answers.Where((answer, i) => !Same(answer, RowAnswer.Of(answer.Row, now[i]))).Count();
    }

    // Sums in another order may differ in the last digits.
    static bool Same(RowAnswer then, RowAnswer now) =>
        then.Value is { } a && now.Value is { } b
            ? Math.Abs(a - b) <= 1e-6 * Math.Max(1, Math.Abs(a))
            : then.Value is null && now.Value is null;

    sealed class Phases(Action<string, double?> phase) : IProgress<LearningEvent>
    {
        public void Report(LearningEvent value)
        {
            if (value is PhaseEntered p)
                phase(p.Phase, p.Fraction);
        }
    }
}
