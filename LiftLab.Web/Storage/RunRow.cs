using LiftLab.Engine.InContext;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Learning.Scores;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Runs.Events;
using LiftLab.Engine.Tables;
using LiftLab.Web.Storage.Queue;

namespace LiftLab.Web.Storage;

/// <summary>
/// A run in the database: the columns of lists, and its place in the queue. The state changes only through the methods here, which refuse
/// transitions that are not allowed.
/// </summary>
public sealed class RunRow : IQueued
{
    public required string Id { get; init; }
    public required string Name { get; set; }
    public RunState State { get; private set; } = RunState.Queued;

    /// <summary>The <see cref="Code"/> of a run that is done and whose training a person ended early.</summary>
    public const string StoppedEarly = "stopped-early";

    /// <summary>The queue's order, ascending; meaningful while queued.</summary>
    public double Position { get; set; }

    public Guid? DatasetId { get; init; }
    public required string DatasetName { get; init; }

    /// <summary>"version 3 (without duplicates)"; null for the first version.</summary>
    public string? DatasetVersion { get; init; }

    public required TaskKind Task { get; init; }
    public required string Target { get; init; }
    public required string Learner { get; init; }

    /// <summary>Who has started it; null where nobody signed in.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The last attempt that is known to have begun; 0 before the first.</summary>
    public int Attempt { get; private set; }

    /// <summary>Attempts since a person last asked for the run.</summary>
    public int Tries { get; private set; }

    /// <summary>Attempts that the run folder held when the run was last submitted. Part of the job's name.</summary>
    public int AttemptsBefore { get; private set; }

    /// <summary>The launcher that the run is to be submitted to; null for the first one that is set up, this machine.</summary>
    public string? Wanted { get; set; }

    /// <summary>The launcher that the run was last submitted to; stored before the submission.</summary>
    public string? Launcher { get; private set; }

    /// <summary>The launcher's handle of the job; stored after the submission. Null while none is known to run.</summary>
    public string? Handle { get; private set; }

    /// <summary>A person has asked for the end of the run.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>The earliest start of a waiting run; null for at once.</summary>
    public DateTime? NotBeforeUtc { get; private set; }

    public required DateTime CreatedUtc { get; init; }
    public DateTime? StartedUtc { get; private set; }
    public DateTime? EndedUtc { get; private set; }

    /// <summary>Why it failed or was interrupted: a stable code, what happened, what to do.</summary>
    public string? Code { get; private set; }
    public string? What { get; private set; }
    public string? WhatToDo { get; private set; }

    /// <summary>The headline metric's name with the learner's score, its 95 % interval, and the best baseline's.</summary>
    public string? Metric { get; private set; }
    public double? Score { get; private set; }
    public double? Low { get; private set; }
    public double? High { get; private set; }
    public string? BestBaseline { get; private set; }
    public double? BestBaselineScore { get; private set; }

    /// <summary>It waits for a free place; an interrupted run keeps its place until it may start again.</summary>
    public bool WaitsForPlace => State == RunState.Queued && !CancelRequested;

    /// <summary>It ended by itself or by a person's will, and does not go on unless a person asks for it.</summary>
    public bool IsOver => State is RunState.Succeeded or RunState.Failed or RunState.Cancelled;

    /// <summary>A place is free: the intent is stored before the job is submitted.</summary>
    /// <param name="attemptsBefore">Attempts that the run folder holds.</param>
    public void Launch(DateTime now, string launcher, int attemptsBefore)
    {
        Refuse("start", RunState.Queued);
        (State, Tries, StartedUtc, EndedUtc) = (RunState.Running, Tries + 1, StartedUtc ?? now, null);
        (Launcher, AttemptsBefore, Handle, NotBeforeUtc) = (launcher, attemptsBefore, null, null);
        (Code, What, WhatToDo) = (null, null, null);
    }

    public void RunsAs(Job job) => (Launcher, Handle) = (job.Launcher, job.Handle);

    public void BeginAttempt(int attempt) => Attempt = Math.Max(Attempt, attempt);

    /// <summary>The run is over: by its own last event, or because it cannot be started again.</summary>
    public void End(RunEnded ended, DateTime now)
    {
        Refuse("end", RunState.Running, RunState.Queued, RunState.Interrupted);
        if (ended.State is RunState.Queued or RunState.Running or RunState.Interrupted)
            throw new ArgumentException($"{ended.State} is no end", nameof(ended));
        (State, EndedUtc, CancelRequested) = (ended.State, now, false);
        (Code, What, WhatToDo) = (ended.Code, ended.What, ended.WhatToDo);
        Handle = null;
    }

    /// <summary>The worker is gone and the run is not done.</summary>
    public void Interrupt(string? code, string? what, string? whatToDo)
    {
        Refuse("be interrupted", RunState.Running);
        State = RunState.Interrupted;
        (Code, What, WhatToDo) = (code, what, whatToDo);
        Handle = null;
    }

    /// <summary>A person pauses a run that waits: it leaves the queue.</summary>
    public void Hold()
    {
        Refuse("be paused", RunState.Queued);
        (State, NotBeforeUtc) = (RunState.Paused, null);
    }

    /// <summary>A person sends a run that does not run to another launcher.</summary>
    /// <param name="launcher">Null for the first one that is set up, this machine.</param>
    public void SendTo(string? launcher)
    {
        Refuse("be sent elsewhere", RunState.Queued, RunState.Interrupted, RunState.Paused, RunState.Failed, RunState.Cancelled);
        Wanted = launcher;
    }

    /// <summary>Its last attempt came further before its launcher ended it: it does not count against the run.</summary>
    public void Forgive() => Tries = 0;

    /// <summary>Puts an interrupted run back into the queue.</summary>
    public void Requeue(double position, DateTime? notBefore)
    {
        Refuse("wait again", RunState.Interrupted);
        (State, Position, NotBeforeUtc) = (RunState.Queued, position, notBefore);
    }

    /// <summary>A person resumes the run.</summary>
    public void Resume(double position)
    {
        Refuse("be resumed", RunState.Interrupted, RunState.Paused, RunState.Failed, RunState.Cancelled);
        Queue(position);
    }

    /// <summary>A person lets a run go on that is done; its scores so far are those of fewer epochs.</summary>
    public void Reopen(double position)
    {
        Refuse("go on", RunState.Succeeded, RunState.Interrupted, RunState.Paused, RunState.Failed, RunState.Cancelled);
        (Metric, Score, Low, High, BestBaseline, BestBaselineScore) = (null, null, null, null, null, null);
        Queue(position);
    }

    void Queue(double position)
    {
        (State, Position, NotBeforeUtc, Tries, CancelRequested, EndedUtc) = (RunState.Queued, position, null, 0, false, null);
        (Code, What, WhatToDo) = (null, null, null);
    }

    /// <summary>A run that is new to the index and whose job is alive.</summary>
    public void Adopt(Job job, int attemptsBefore)
    {
        Refuse("be watched", RunState.Interrupted);
        (State, Tries, Launcher, Handle, AttemptsBefore) = (RunState.Running, 1, job.Launcher, job.Handle, attemptsBefore);
        (Code, What, WhatToDo, EndedUtc) = (null, null, null, null);
    }

    public void RequestCancel()
    {
        Refuse("be cancelled", RunState.Queued, RunState.Running, RunState.Interrupted);
        CancelRequested = true;
    }

    public void Show(RunReport report)
    {
        if (report.StoppedEarly)
            (Code, What, WhatToDo) = (StoppedEarly, "Training was stopped early", "Resume it to train to the planned end.");
        var headline = HeadlineOf(report);
        if (report.Learner.Scores.FirstOrDefault(s => s.Metric == headline) is { } score)
            (Metric, Score, Low, High) = (score.Metric, score.Value, score.Low, score.High);
        var best = report
            .Baselines.Where(b => !LiftWays.Has(b.Learner))
            .Select(b => (b.Title, b.Scores.FirstOrDefault(s => s.Metric == headline)?.Value))
            .Where(b => b.Value is { } value && double.IsFinite(value))
            .OrderBy(b => Metrics.Named(headline).HigherIsBetter ? -b.Value : b.Value)
            .FirstOrDefault();
        (BestBaseline, BestBaselineScore) = best;
    }

    /// <summary>The task's own metric; in reports of a newer version, whose metric this one does not have, the learner's first.</summary>
    static string HeadlineOf(RunReport report)
    {
        var own = LiftLab.Engine.Learning.Target.Of(report.Task, report.Labels ?? []).Headline.Name;
        return report.Learner.Scores is [var first, ..] && !Metrics.All.Any(m => m.Name == first.Metric) ? first.Metric : own;
    }

    /// <summary>The row of a run folder, for a database that is being rebuilt.</summary>
    public static RunRow Of(RunSpec spec, RunStory story, RunReport? report)
    {
        var row = new RunRow
        {
            Id = spec.Id,
            Name = spec.Name,
            CreatedUtc = spec.Created.UtcDateTime,
            DatasetId = spec.Origin?.Dataset,
            DatasetName = spec.Origin?.Name ?? spec.Name,
            DatasetVersion = spec.Origin?.ChangedWords,
            Task = spec.Schema.Task,
            Target = spec.Schema.Target.Name,
            Learner = spec.Learner.Name,
            StartedBy = spec.StartedBy,
        };
        var ended = story.Ended;
        row.State = ended?.State ?? RunState.Interrupted;
        row.Attempt = story.Attempt;
        (row.StartedUtc, row.EndedUtc) = (story.FirstEventAt?.UtcDateTime, story.LastEventAt?.UtcDateTime);
        (row.Code, row.What, row.WhatToDo) = ended is null
            ? ("found-in-folder", "This run was found in the lab's folder, not finished", "Resume it, or delete it.")
            : (ended.Code, ended.What, ended.WhatToDo);
        if (report is not null)
            row.Show(report);
        return row;
    }

    void Refuse(string verb, params ReadOnlySpan<RunState> unlessIn)
    {
        if (!unlessIn.Contains(State))
            throw new InvalidOperationException($"The run '{Name}' is {State.ToString().ToLowerInvariant()} and cannot {verb}.");
    }
}
