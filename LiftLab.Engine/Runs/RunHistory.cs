using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>All events of a run so far, and what they say about it. Reading the same folder gives the same history.</summary>
public sealed record RunHistory(IReadOnlyList<RunEvent> Events)
{
    public static RunHistory Read(RunFolder folder)
    {
        var tail = new RunTail(folder);
        var events = new List<RunEvent>();
        while (tail.Read() is { Count: > 0 } more)
            events.AddRange(more);
        return new(events);
    }

    /// <summary>The highest attempt number that has been claimed in a folder; 0 before the first.</summary>
    public static int Attempts(RunFolder folder) => AttemptFile.Numbers(folder) is [.., var last] ? last : 0;

    /// <summary>The highest attempt that has written an event; 0 before the first.</summary>
    public int Attempt => Events.Count == 0 ? 0 : Events[^1].Attempt;

    /// <summary>How the last attempt ended; null while it runs, and when its worker died without a word.</summary>
    public RunEnded? Ended =>
        Events.Count == 0
            ? null
            : Events[^1].Body as RunEnded ?? Events.Where(e => e.Attempt == Attempt).Select(e => e.Body).OfType<RunEnded>().LastOrDefault();

    /// <summary>The step of the learner's last checkpoint; null without one.</summary>
    public int? LastCheckpoint(string learner)
    {
        for (var i = Events.Count - 1; i >= 0; i--)
            if (Events[i].Source == learner && Events[i].Body is CheckpointSaved saved)
                return saved.Step;
        return null;
    }

    /// <summary>
    /// The events that still hold: where an attempt went on from a checkpoint, the training points that the attempts before had
    /// drawn from its first step on are left out, because they were made again. What it says it resumed from is no guide: a worker
    /// can die between saving a checkpoint and saying so. Order and sequence numbers stay.
    /// </summary>
    public static IReadOnlyList<RunEvent> InForce(IReadOnlyList<RunEvent> events)
    {
        // First step of each attempt, and of all attempts after one: the lowest of theirs.
        var firstStep = new Dictionary<int, int>();
        foreach (var e in events)
            if (e.Body is TrainingStep step)
                firstStep.TryAdd(e.Attempt, step.Step);
        int RemadeFrom(int attempt) => firstStep.Where(f => f.Key > attempt).Select(f => f.Value).DefaultIfEmpty(int.MaxValue).Min();
        var remade = events.Select(e => e.Attempt).Distinct().ToDictionary(a => a, RemadeFrom);
        return [.. events.Where(e => StepOf(e.Body) is not { } step || step < remade[e.Attempt])];
    }

    static int? StepOf(LearningEvent body) =>
        body switch
        {
            TrainingStep s => s.Step,
            Validated v => v.Step,
            BoundaryDrawn b => b.Step,
            AnswersSampled a => a.Step,
            CheckpointSaved c => c.Step,
            _ => null,
        };
}
