using LiftLab.Engine.Learning;
using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Runs.Events;

/// <summary>
/// The state of a run, folded from its events. No other code turns events into the state of a run. The fold reads no clock and no file: the
/// same events give the same state, applied at once or in pieces. Each event counts once, by its sequence number; unknown kinds of event
/// are ignored. Not thread-safe.
/// </summary>
/// <param name="learner">The run's main learner, whose training is followed; null to follow no training.</param>
public sealed class RunStory(string? learner)
{
    const int LongestLog = 2000;

    readonly List<RunEvent> log = [];
    readonly List<LearnerResult> results = [];
    readonly List<BoundaryDrawn> boundaries = [];
    readonly List<TrainingStep> steps = [];
    readonly List<CheckpointSaved> checkpoints = [];
    int stepAttempt;
    TimeSpan ranBefore;
    DateTimeOffset begunAt,
        seenAt;

    /// <summary>Sequence number of the last event applied; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>The last attempt that wrote an event, from 1; 0 before the first.</summary>
    public int Attempt { get; private set; }

    /// <summary>The losses of the training steps in force.</summary>
    public LossCurve Losses { get; } = new();

    /// <summary>The training steps in force with a finite loss, ascending and without gaps left by resumed attempts.</summary>
    public IReadOnlyList<TrainingStep> Steps => steps;

    public TrainingStep? LastStep => steps.Count == 0 ? null : steps[^1];

    /// <summary>The current phase of the run or its main learner; null before the first phase of an attempt.</summary>
    public PhaseEntered? Phase { get; private set; }

    /// <summary>Another learner that is running, with its phase; null for none.</summary>
    public (string Learner, PhaseEntered Phase)? Beside { get; private set; }

    public AnswersSampled? Answers { get; private set; }

    /// <summary>The boundaries of the run's main learner, by step; the last is that of the kept weights.</summary>
    public IReadOnlyList<BoundaryDrawn> Boundaries => boundaries;

    /// <summary>Results of the learners that finished or failed, in the order of their ends.</summary>
    public IReadOnlyList<LearnerResult> Results => results;

    /// <summary>
    /// The events for a list: attempts, changes of phase, checkpoints, results, notes and the end. At most 2,000; the oldest are dropped.
    /// </summary>
    public IReadOnlyList<RunEvent> Log => log;

    /// <summary>The start of the last attempt.</summary>
    public AttemptStarted? Started { get; private set; }

    /// <summary>
    /// Wall time of the attempts. Time in the queue, between attempts, and until the dashboard noticed the death of a worker is not in it.
    /// </summary>
    public TimeSpan Ran => ranBefore + (seenAt - begunAt);

    /// <summary>
    /// Share of the work that is done, 0 to 1, as an estimate: loading, training by its steps, predicting. It never falls, except where a
    /// run that was done is continued.
    /// </summary>
    public double Progress { get; private set; }

    public DateTimeOffset? FirstEventAt { get; private set; }
    public DateTimeOffset? LastEventAt { get; private set; }
    public Heartbeat? Heartbeat { get; private set; }

    /// <summary>Peaks and means over the heartbeats of all attempts.</summary>
    public MachineUse Use { get; } = new();

    /// <summary>The last checkpoint in force of the run's main learner; null without one.</summary>
    public CheckpointSaved? Checkpoint => checkpoints.Count == 0 ? null : checkpoints[^1];

    /// <summary>How the last attempt ended; null while it runs, or if its worker died before it wrote the end.</summary>
    public RunEnded? Ended { get; private set; }

    /// <summary>The current state of a run folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The run has been deleted.</exception>
    public static RunStory Read(RunFolder folder, string? learner)
    {
        var (story, tail) = (new RunStory(learner), new RunTail(folder));
        while (tail.Read() is { Count: > 0 } events)
            story.Apply(events);
        return story;
    }

    /// <summary>Applies events in ascending order of their sequence numbers.</summary>
    /// <returns>The changes of state.</returns>
    public StoryChange Apply(IReadOnlyList<RunEvent> events)
    {
        var change = new StoryChange();
        foreach (var e in events)
            Apply(e, change);
        return change;
    }

    /// <summary>Applies one event.</summary>
    public StoryChange Apply(RunEvent e) => Apply([e]);

    void Apply(RunEvent e, StoryChange change)
    {
        if (e.Sequence <= Sequence)
            return;
        if (e.Attempt > Attempt)
            Begin(e);
        if (e.Body is not RunEnded { State: RunState.Interrupted }) // written later, by whoever found the worker dead
            seenAt = e.At;
        (Sequence, Attempt, FirstEventAt, LastEventAt) = (e.Sequence, e.Attempt, FirstEventAt ?? e.At, e.At);
        switch (e.Body)
        {
            case AttemptStarted started:
                Started = started;
                List(e);
                break;
            case PhaseEntered phase when e.Source != learner && e.Source != "run":
                Beside = (e.Source, phase);
                break;
            case PhaseEntered phase:
                if (Phase?.Phase != phase.Phase)
                    List(e);
                Phase = phase;
                break;
            case Heartbeat beat:
                Heartbeat = beat;
                Use.Add(beat);
                break;
            case LearnerFinished { Result: var result }:
                Finish(e, result, change);
                break;
            case Noted:
                List(e);
                break;
            case RunEnded ended:
                Ended = ended;
                change.Ended = true;
                List(e);
                break;
            default:
                if (e.Source == learner)
                    Train(e, change);
                break;
        }
        Progress = Math.Max(Progress, Share());
    }

    void Begin(RunEvent e)
    {
        if (Ended?.State == RunState.Succeeded)
        {
            Progress = 0;
            results.RemoveAll(r => r.Learner == learner); // it goes on and is scored anew
        }
        (Ended, Phase, Beside) = (null, null, null);
        (ranBefore, begunAt, seenAt) = (Ran, e.At, e.At);
    }

    /// <summary>The estimated share of the work before the current phase of the main learner, and within it.</summary>
    double Share() =>
        Ended?.State == RunState.Succeeded ? 1
        : results.Any(r => r.Learner == learner) ? 0.98
        : Phase?.Phase switch
        {
            "load" => 0.04 * (Phase.Fraction ?? 0),
            "tokenise" => 0.04,
            "train" => 0.05 + 0.85 * (stepAttempt == Attempt && LastStep is { Steps: > 0 } s ? Math.Min(1, (double)s.Step / s.Steps) : 0),
            "save" => 0.9,
            "predict" => 0.92,
            "boundary" => 0.96,
            _ => 0,
        };

    /// <summary>Applies a training point of the run's main learner.</summary>
    void Train(RunEvent e, StoryChange change)
    {
        switch (e.Body)
        {
            case TrainingStep step when double.IsFinite(step.Loss):
                if (step.Apart)
                    Rewind(step, change);
                else if (LastStep?.Step >= step.Step)
                    Rewind(step.Step - 1, change);
                steps.Add(step);
                stepAttempt = e.Attempt;
                Losses.Add(step);
                change.Steps.Add(steps.Count - 1);
                break;
            case Validated validated:
                Losses.Add(validated);
                change.Validated = true;
                break;
            case BoundaryDrawn drawn:
                boundaries.RemoveAll(b => b.Step >= drawn.Step && Same(b.Grid, drawn.Grid));
                boundaries.Add(drawn);
                change.Boundary = true;
                break;
            case AnswersSampled answers:
                Answers = answers;
                break;
            case CheckpointSaved saved:
                checkpoints.Add(saved);
                List(e);
                break;
        }
    }

    /// <summary>
    /// Drops the training points after a step, because an attempt that continues from a checkpoint repeats them. The step is the attempt's
    /// first step. Do not use <see cref="AttemptStarted.ResumedFromStep"/>: a worker can die after saving a checkpoint and before logging
    /// it.
    /// </summary>
    void Rewind(int step, StoryChange change)
    {
        steps.RemoveAll(s => s.Step > step);
        boundaries.RemoveAll(b => b.Step > step);
        checkpoints.RemoveAll(c => c.Step > step);
        Losses.BackTo(step);
        if (Answers?.Step > step)
            Answers = null;
        change.Steps.Clear();
        change.Redraw = true;
    }

    /// <summary>An attempt that follows a provider's jobs again repeats the steps of each of them from the first.</summary>
    void Rewind(TrainingStep again, StoryChange change)
    {
        if (steps.FindLast(s => s.Member == again.Member) is not { } last || last.Step < again.Step)
            return;
        steps.RemoveAll(s => s.Member == again.Member && s.Step >= again.Step);
        Losses.BackTo(again.Step - 1, again.Member);
        change.Steps.Clear();
        change.Redraw = true;
    }

    void Finish(RunEvent e, LearnerResult result, StoryChange change)
    {
        results.RemoveAll(r => r.Learner == result.Learner);
        results.Add(result);
        change.Results = true;
        if (Beside?.Learner == result.Learner)
            Beside = null;
        if (result.Learner == learner && result.Boundary is { } kept)
        {
            boundaries.Add(new(LastStep?.Step ?? 0, LastStep?.Epoch ?? 0, kept));
            change.Boundary = true;
        }
        List(e);
    }

    static bool Same(BoundaryGrid a, BoundaryGrid b) => a.XColumn == b.XColumn && a.YColumn == b.YColumn;

    void List(RunEvent e)
    {
        log.Add(e);
        if (log.Count > LongestLog)
            log.RemoveRange(0, LongestLog / 10);
    }
}
