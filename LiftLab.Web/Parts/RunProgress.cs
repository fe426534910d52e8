using LiftLab.Engine.Learning;
using LiftLab.Engine.Runs;

namespace LiftLab.Web.Parts;

/// <summary>
/// What a run's events say so far: the model behind its live page. Events are applied once each, by sequence number; one that was
/// applied before changes nothing, so a reader that asks again from an earlier number draws nothing twice.
/// </summary>
/// <param name="learner">The run's own learner; the others stand beside it.</param>
public sealed class RunProgress(string learner = "lift")
{
    const int LogLines = 2000;

    readonly List<LogLine> log = [];
    readonly List<LearnerResult> results = [];
    readonly List<BoundaryDrawn> boundaries = [];
    readonly List<TrainingStep> steps = [];
    bool resuming;

    public long Sequence { get; private set; }
    public int Attempt { get; private set; }
    public LossCurve Losses { get; private set; } = new();

    /// <summary>One a step, for rates and times; the losses are in <see cref="Losses"/>.</summary>
    public IReadOnlyList<TrainingStep> Steps => steps;

    public TrainingStep? LastStep => steps.Count == 0 ? null : steps[^1];
    public PhaseEntered? Phase { get; private set; }

    /// <summary>The baseline that is at work beside the learner; null for none.</summary>
    public (string Learner, PhaseEntered Phase)? Beside { get; private set; }

    public AnswersSampled? Answers { get; private set; }

    /// <summary>Every boundary of LIFT so far, by step.</summary>
    public IReadOnlyList<BoundaryDrawn> Boundaries => boundaries;

    public IReadOnlyList<LearnerResult> Results => results;
    public IReadOnlyList<LogLine> Log => log;
    public AttemptStarted? Started { get; private set; }
    public DateTimeOffset? FirstEventAt { get; private set; }
    public DateTimeOffset? LastEventAt { get; private set; }
    public Heartbeat? Heartbeat { get; private set; }

    /// <summary>What the run took of the machine so far.</summary>
    public MachineUse Use { get; } = new();

    public CheckpointSaved? Checkpoint { get; private set; }

    /// <summary>Null while the run goes on.</summary>
    public RunEnded? Ended { get; private set; }

    /// <summary>Applies events in order.</summary>
    public ProgressChange Apply(IReadOnlyList<RunEvent> batch)
    {
        var change = new ProgressChange();
        foreach (var e in batch)
        {
            if (e.Sequence <= Sequence)
                continue;
            Sequence = e.Sequence;
            Attempt = e.Attempt;
            FirstEventAt ??= e.At;
            LastEventAt = e.At;
            Apply(e, change);
        }
        return change;
    }

    void Apply(RunEvent e, ProgressChange change)
    {
        switch (e.Body)
        {
            case AttemptStarted started:
                Started = started;
                (Ended, Phase, Beside) = (null, null, null);
                if (started.ResumedFromStep is { } from)
                    Write(e, $"Attempt {e.Attempt} goes on from step {from}");
                else
                    Write(e, $"Attempt {e.Attempt} started on {started.Device}, {started.Threads} threads");
                resuming = true;
                break;
            case PhaseEntered phase when e.Source != learner && e.Source != "run":
                Beside = (e.Source, phase);
                break;
            case PhaseEntered phase:
                if (Phase?.Phase != phase.Phase)
                    Write(e, Words.Phase(phase));
                Phase = phase;
                break;
            case TrainingStep step when double.IsFinite(step.Loss):
                if (resuming)
                {
                    // What the attempt said it resumed from is no guide: a worker can die between saving a checkpoint and saying so.
                    BackTo(step.Step - 1);
                    (resuming, change.Redraw) = (false, true);
                }
                if (!Losses.Add(step))
                    change.Redraw = true;
                else
                    change.Steps.Add(Losses.Steps.Count - 1);
                if (LastStep?.Step >= step.Step)
                    steps.RemoveAll(s => s.Step >= step.Step);
                steps.Add(step);
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
                Checkpoint = saved;
                Write(e, $"Checkpoint saved at step {saved.Step}");
                break;
            case Heartbeat beat:
                Heartbeat = beat;
                Use.Add(beat);
                break;
            case LearnerFinished { Result: var result }:
                results.RemoveAll(r => r.Learner == result.Learner);
                results.Add(result);
                if (Beside?.Learner == result.Learner)
                    Beside = null;
                // the last boundary of all is that of the weights that were kept
                if (result.Learner == learner && result.Boundary is { } kept)
                {
                    boundaries.Add(new(LastStep?.Step ?? 0, LastStep?.Epoch ?? 0, kept));
                    change.Boundary = true;
                }
                Write(
                    e,
                    result.Failure is { } why ? $"{result.Title} failed: {why}" : $"{result.Title} is done",
                    result.Failure is not null
                );
                change.Results = true;
                break;
            case Noted note:
                Write(e, note.Text, note.IsWarning);
                break;
            case RunEnded ended:
                Ended = ended;
                Write(
                    e,
                    ended.What is null ? $"Run {Display.State(ended.State)}" : $"{ended.What}. {ended.WhatToDo}",
                    ended.State == RunState.Failed
                );
                change.Ended = true;
                break;
        }
    }

    // A new attempt makes again what came after its checkpoint.
    void BackTo(int step)
    {
        steps.RemoveAll(s => s.Step > step);
        boundaries.RemoveAll(b => b.Step > step);
        var kept = new LossCurve();
        foreach (var s in steps)
            kept.Add(s);
        foreach (var v in Losses.Validations.Where(v => v.Step <= step))
            kept.Add(v);
        Losses = kept;
    }

    static bool Same(BoundaryGrid a, BoundaryGrid b) => a.XColumn == b.XColumn && a.YColumn == b.YColumn;

    void Write(RunEvent e, string text, bool warning = false)
    {
        log.Add(new(e.Sequence, e.At, text, warning));
        if (log.Count > LogLines)
            log.RemoveRange(0, LogLines / 10);
    }
}

/// <summary>One line of a run's log.</summary>
public sealed record LogLine(long Sequence, DateTimeOffset At, string Text, bool IsWarning);
