using LiftLab.Engine.Experiments;
using LiftLab.Engine.Launching;
using LiftLab.Engine.Runs;
using LiftLab.Engine.Tables;

namespace LiftLab.Web.Storage.Queue;

/// <summary>
/// A study in the lab's list and queue. The state changes only through the methods here, which refuse transitions that are not allowed.
/// </summary>
public sealed record StudyEntry(string Id, string Name, string Experiment, IReadOnlyList<string> Tables, DateTime CreatedUtc) : IQueued
{
    public RunState State { get; init; }

    /// <summary>The order of the queue, which studies and runs share.</summary>
    public double Position { get; init; }

    /// <summary>Attempts since a person last asked for the study.</summary>
    public int Tries { get; init; }

    /// <summary>Attempts that the folder held when the study was last submitted. Part of the job's name.</summary>
    public int AttemptsBefore { get; init; }

    /// <summary>The launcher that the study is to be submitted to; null for the first one that is set up, this machine.</summary>
    public string? Wanted { get; init; }

    /// <summary>The launcher that the study was last submitted to; stored before the submission.</summary>
    public string? Launcher { get; init; }

    /// <summary>The launcher's handle of the job; stored after the submission.</summary>
    public string? Handle { get; init; }

    /// <summary>Into how many shares the study is divided, each a task of its array; null for a single job.</summary>
    public int? Shares { get; init; }

    /// <summary>How often jobs of the study were submitted since it was started.</summary>
    public int Submissions { get; init; }

    /// <summary>A person has asked for the end of the study.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>The earliest start of a waiting study; null for at once.</summary>
    public DateTime? NotBeforeUtc { get; init; }

    public DateTime? StartedUtc { get; init; }
    public DateTime? EndedUtc { get; init; }

    /// <summary>Why it failed or was interrupted: a stable code, what happened, what to do.</summary>
    public string? Code { get; init; }
    public string? What { get; init; }
    public string? WhatToDo { get; init; }

    /// <summary>Predictions that were planned, answered and failed when it last ended.</summary>
    public int Planned { get; init; }
    public int Answered { get; init; }
    public int Failed { get; init; }

    /// <summary>Who has started it; null where nobody signed in.</summary>
    public string? StartedBy { get; init; }

    public bool IsOver => State is RunState.Succeeded or RunState.Failed or RunState.Cancelled;

    /// <summary>It waits for a free place; an interrupted study keeps its place until it may start again.</summary>
    public bool WaitsForPlace => State == RunState.Queued && !CancelRequested;

    /// <summary>A study that a person asks for now.</summary>
    public static StudyEntry Of(StudySpec spec) =>
        new(spec.Id, spec.Name, spec.Experiment, [.. spec.Tables.Select(t => t.Name)], spec.Created.UtcDateTime)
        {
            StartedBy = spec.StartedBy,
        };

    /// <summary>A study that lies in the lab's folder and is not known to the queue.</summary>
    public static StudyEntry Found(StudyFolder folder)
    {
        try
        {
            var entry = Of(folder.ReadSpec()) with { Id = folder.Id };
            var story = StudyStory.Read(folder);
            return story.Ended is { } ended
                ? entry with
                {
                    State = ended.State,
                    StartedUtc = story.FirstEventAt?.UtcDateTime,
                    EndedUtc = story.LastEventAt?.UtcDateTime,
                    Code = ended.Code,
                    What = ended.What,
                    WhatToDo = ended.WhatToDo,
                    Planned = story.Planned?.Probes ?? 0,
                    Answered = story.Answered.Count,
                    Failed = story.Failed.Count,
                }
                : entry with
                {
                    State = RunState.Interrupted,
                    Code = "found-in-folder",
                    What = "This study was found in the lab's folder, not finished",
                    WhatToDo = "Resume it, or delete it.",
                };
        }
        catch (Exception e) when (e is BadDataException or IOException or UnauthorizedAccessException)
        {
            return new(folder.Id, folder.Id, "", [], Directory.GetCreationTimeUtc(folder.Path))
            {
                State = RunState.Failed,
                Code = "study-unreadable",
                What = e.Message,
                WhatToDo = "Copy the folder again, or delete the study.",
            };
        }
    }

    /// <summary>A place is free: the intent is stored before the job is submitted.</summary>
    /// <param name="attemptsBefore">Attempts that the folder holds.</param>
    /// <param name="shares">Null for a single job.</param>
    public StudyEntry Launch(DateTime now, string launcher, int attemptsBefore, int? shares = null) =>
        In("start", RunState.Queued) with
        {
            State = RunState.Running,
            Tries = Tries + 1,
            StartedUtc = StartedUtc ?? now,
            EndedUtc = null,
            Launcher = launcher,
            AttemptsBefore = attemptsBefore,
            Shares = shares,
            Submissions = 0,
            Handle = null,
            NotBeforeUtc = null,
            Code = null,
            What = null,
            WhatToDo = null,
        };

    public StudyEntry RunsAs(Job job) => this with { Launcher = job.Launcher, Handle = job.Handle, Submissions = Submissions + 1 };

    public StudyEntry End(RunEnded ended, DateTime now) =>
        In("end", RunState.Running, RunState.Queued, RunState.Interrupted) with
        {
            State = ended.State,
            EndedUtc = now,
            CancelRequested = false,
            Handle = null,
            Code = ended.Code,
            What = ended.What,
            WhatToDo = ended.WhatToDo,
        };

    /// <summary>The worker is gone and the study is not done: it waits again.</summary>
    public StudyEntry Requeue(RunEnded ended, double position, DateTime notBefore) =>
        In("wait again", RunState.Running) with
        {
            State = RunState.Queued,
            Position = position,
            Handle = null,
            NotBeforeUtc = notBefore,
            Code = ended.Code,
            What = ended.What,
            WhatToDo = ended.WhatToDo,
        };

    /// <summary>A person resumes the study, or has failed cells tried again.</summary>
    public StudyEntry Resume(double position) =>
        In("be resumed", RunState.Interrupted, RunState.Failed, RunState.Cancelled, RunState.Succeeded) with
        {
            State = RunState.Queued,
            Position = position,
            NotBeforeUtc = null,
            Tries = 0,
            CancelRequested = false,
            EndedUtc = null,
            Code = null,
            What = null,
            WhatToDo = null,
        };

    /// <summary>A person sends what does not run to another launcher.</summary>
    public StudyEntry SendTo(string? launcher) =>
        In("be sent elsewhere", RunState.Queued, RunState.Interrupted, RunState.Failed, RunState.Cancelled) with
        {
            Wanted = launcher,
        };

    /// <summary>Its last attempt came further before its launcher ended it: it does not count against the study.</summary>
    public StudyEntry Forgive() => this with { Tries = 0 };

    public StudyEntry RequestCancel() =>
        In("be cancelled", RunState.Queued, RunState.Running, RunState.Interrupted) with
        {
            CancelRequested = true,
        };

    StudyEntry In(string verb, params ReadOnlySpan<RunState> states) =>
        states.Contains(State)
            ? this
            : throw new InvalidOperationException($"The study '{Name}' is {State.ToString().ToLowerInvariant()} and cannot {verb}.");
}
