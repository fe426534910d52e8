using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Runs.Work;

namespace LiftLab.Engine.Experiments.Work;

/// <summary>
/// The log of a study whose shares are answered by several workers: what they log goes into it, so that a reader finds one log with dense
/// sequence numbers as for a single worker. At the end it has the figures drawn. Who gathers claims an attempt; a later one takes over.
/// </summary>
public sealed class StudyGathering(StudyFolder folder, StudyCells cells, Func<string, LearnerEntry> find, TimeProvider clock)
{
    int? attempt;

    /// <summary>Whether an attempt was claimed.</summary>
    public bool IsBegun => attempt is not null;

    /// <summary>Claims an attempt and tells the failures that are still in force, as a worker does.</summary>
    /// <param name="started">How the first worker began; null where none has.</param>
    /// <param name="failures">By key.</param>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Begin(AttemptStarted? started, IEnumerable<CellFailed> failures)
    {
        using var log = AttemptLog.Claim(folder, clock);
        attempt = log.Attempt;
        if (started is not null)
            log.Write("run", started);
        log.Write("run", new StudyPlanned(cells.All.Count, cells.Fits.Count, cells.Probes));
        foreach (var failure in failures)
            log.Write("run", failure);
    }

    /// <exception cref="SupersededException">Another attempt was begun.</exception>
    /// <exception cref="IOException">The disk is full or not writable.</exception>
    public void Write(IReadOnlyList<(string Source, LearningEvent Body)> events)
    {
        if (events.Count == 0 || attempt is not { } number)
            return;
        using var log = AttemptLog.Reopen(folder, number, clock);
        foreach (var (source, body) in events)
            log.Write(source, body);
    }

    /// <summary>All shares are done: draws the figures and ends the attempt.</summary>
    /// <param name="story">The study's own log.</param>
    /// <inheritdoc cref="Write"/>
    public void Finish(StudyStory story)
    {
        var store = folder.Answers;
        // a worker can die between storing an answer and telling it
        Write([
            .. cells
                .Fits.SelectMany(f => f.Probes)
                .Select(p => p.Key.Hash)
                .Distinct()
                .Where(k => !story.Answered.Contains(k) && store.Has(k))
                .Select(k => ("run", (LearningEvent)new CellAnswered(k, true, 0, 0))),
        ]);
        RunEnded ended;
        try
        {
            folder.WriteFigures(OpenStudy.Read(folder, find).Figures);
            ended = new(RunState.Succeeded);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            ended = WorkerFault.Explain(e);
        }
        Write([("run", ended)]);
    }
}
