using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;

namespace LiftLab.Engine.Experiments;

/// <summary>
/// The state of a study, folded from its events: which keys are answered, which failed and why. Reads no clock and no file.
/// </summary>
public sealed class StudyStory
{
    readonly HashSet<string> answered = new(StringComparer.Ordinal);
    readonly Dictionary<string, CellFailed> failed = new(StringComparer.Ordinal);
    readonly Dictionary<string, IReadOnlyList<string>> changes = new(StringComparer.Ordinal);
    readonly Dictionary<string, PhaseEntered> working = new(StringComparer.Ordinal);
    readonly List<Noted> notes = [];

    public long Sequence { get; private set; }
    public int Attempt { get; private set; }
    public StudyPlanned? Planned { get; private set; }

    /// <summary>Keys with answers in the study's folder.</summary>
    public IReadOnlySet<string> Answered => answered;

    /// <summary>Failed cells by key.</summary>
    public IReadOnlyDictionary<string, CellFailed> Failed => failed;

    /// <summary>By key why it was computed anew ("recipe.epochs 16 → 24").</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Changes => changes;

    /// <summary>What is being done, by lane ("lift", "baselines").</summary>
    public IReadOnlyDictionary<string, PhaseEntered> Working => working;
    public IReadOnlyList<Noted> Notes => notes;
    public AttemptStarted? Started { get; private set; }
    public DateTimeOffset? FirstEventAt { get; private set; }
    public DateTimeOffset? LastEventAt { get; private set; }
    public RunEnded? Ended { get; private set; }

    /// <summary>Keys that are answered or failed.</summary>
    public int Done => answered.Count + failed.Count;

    /// <summary>The current state of a study's folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The study has been deleted.</exception>
    public static StudyStory Read(IEventFolder folder)
    {
        var (story, tail) = (new StudyStory(), new RunTail(folder));
        while (tail.Read() is { Count: > 0 } events)
            foreach (var e in events)
                story.Apply(e);
        return story;
    }

    /// <returns>Whether the event was new.</returns>
    public bool Apply(RunEvent e)
    {
        if (e.Sequence <= Sequence)
            return false;
        if (e.Attempt > Attempt)
        {
            Ended = null;
            working.Clear();
        }
        (Sequence, Attempt, FirstEventAt, LastEventAt) = (e.Sequence, e.Attempt, FirstEventAt ?? e.At, e.At);
        switch (e.Body)
        {
            case AttemptStarted started:
                Started = started;
                break;
            case StudyPlanned planned:
                Planned = planned;
                failed.Clear(); // an attempt tells the failures that are still in force again
                break;
            case PhaseEntered phase:
                working[e.Source] = phase;
                break;
            case CellAnswered cell:
                answered.Add(cell.Key);
                failed.Remove(cell.Key);
                if (cell.Changes is { Count: > 0 } why)
                    changes[cell.Key] = why;
                break;
            case CellFailed cell:
                failed[cell.Key] = cell;
                break;
            case Noted note:
                notes.Add(note);
                break;
            case RunEnded ended:
                Ended = ended;
                working.Clear();
                break;
        }
        return true;
    }
}
