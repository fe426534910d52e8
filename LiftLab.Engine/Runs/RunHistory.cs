using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>All events of a run so far, and what they say about it. Reading the same folder gives the same history.</summary>
public sealed record RunHistory(IReadOnlyList<RunEvent> Events)
{
    public static RunHistory Read(RunFolder folder)
    {
        var tail = new RunTail(folder);
        var events = new List<RunEvent>();
        while (tail.Read() is { Count: > 0 } more) events.AddRange(more);
        return new(events);
    }

    /// <summary>The highest attempt number that has been claimed in a folder; 0 before the first.</summary>
    public static int Attempts(RunFolder folder) => AttemptFile.Numbers(folder) is [.., var last] ? last : 0;

    /// <summary>The highest attempt that has written an event; 0 before the first.</summary>
    public int Attempt => Events.Count == 0 ? 0 : Events[^1].Attempt;

    /// <summary>How the last attempt ended; null while it runs, and when its worker died without a word.</summary>
    public RunEnded? Ended => Events.Count == 0 ? null : Events[^1].Body as RunEnded ?? Events.Where(e => e.Attempt == Attempt).Select(e => e.Body).OfType<RunEnded>().LastOrDefault();

    /// <summary>The step of the learner's last checkpoint; null without one.</summary>
    public int? LastCheckpoint(string learner)
    {
        for (var i = Events.Count - 1; i >= 0; i--)
            if (Events[i].Source == learner && Events[i].Body is CheckpointSaved saved) return saved.Step;
        return null;
    }

    /// <summary>
    /// The events that still hold: where an attempt went on from a checkpoint, the training points that the attempts before
    /// had drawn beyond it are left out, because they were made again. Order and sequence numbers stay.
    /// </summary>
    public static IReadOnlyList<RunEvent> InForce(IReadOnlyList<RunEvent> events)
    {
        var cut = int.MaxValue;
        var attempt = 0;
        var kept = new List<RunEvent>(events.Count);
        for (var i = events.Count - 1; i >= 0; i--)
        {
            var e = events[i];
            if (attempt == 0) attempt = e.Attempt;
            if (StepOf(e.Body) is { } step && e.Attempt < attempt && step > cut) continue;
            kept.Add(e);
            if (e.Body is AttemptStarted started)
            {
                cut = Math.Min(cut, started.ResumedFromStep ?? 0);
                attempt = e.Attempt;
            }
        }
        kept.Reverse();
        return kept;
    }

    static int? StepOf(LearningEvent body) => body switch
    {
        TrainingStep s => s.Step,
        Validated v => v.Step,
        BoundaryDrawn b => b.Step,
        AnswersSampled a => a.Step,
        CheckpointSaved c => c.Step,
        _ => null,
    };
}
