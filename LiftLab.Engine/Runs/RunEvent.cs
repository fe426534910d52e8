using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>An event of a run: one line of <c>attempts/NNN.jsonl</c>.</summary>
/// <param name="Sequence">Dense per run from 1, so that a reader that reconnects can name the last event it received.</param>
/// <param name="Attempt">The attempt that wrote it, from 1.</param>
/// <param name="Source">The learner that the event concerns ("lift", "knn"), or "run" for the run itself.</param>
public sealed record RunEvent(long Sequence, int Attempt, DateTimeOffset At, string Source, LearningEvent Body);

/// <summary>A worker process started or resumed the run.</summary>
/// <param name="ResumedFromStep">Null on a fresh start.</param>
/// <param name="Versions">Software versions by name; null in runs from before they were stored.</param>
public sealed record AttemptStarted(
    int ProcessId,
    string Host,
    string Device,
    int Threads,
    int? ResumedFromStep,
    IReadOnlyDictionary<string, string>? Versions = null
) : LearningEvent;

/// <summary>A sign that the worker is alive, with its resident memory in bytes and, on a GPU, the device's used and total memory.</summary>
/// <param name="Busy">Mean number of processor cores that the worker used since the previous heartbeat; null in the first.</param>
/// <param name="DeviceBusy">Share of time in which the GPU computed, 0 to 1.</param>
public sealed record Heartbeat(
    long Memory,
    long? DeviceMemoryUsed = null,
    long? DeviceMemoryTotal = null,
    double? Busy = null,
    double? DeviceBusy = null
) : LearningEvent;

/// <summary>The current state of a GPU: used and total bytes, and the share of time in which it computes, 0 to 1.</summary>
public sealed record DeviceUse(long Used, long Total, double? Busy);

/// <summary>A learner finished or failed; a failed baseline does not stop the run.</summary>
public sealed record LearnerFinished(LearnerResult Result) : LearningEvent;

/// <summary>A study's worker has planned its cells.</summary>
/// <param name="Probes">Number of different questions to fitted models; several cells may share one.</param>
public sealed record StudyPlanned(int Cells, int Fits, int Probes) : LearningEvent;

/// <summary>The answers under a key are in the study's folder.</summary>
/// <param name="Taken">They were computed by an earlier run or study of the lab.</param>
/// <param name="Changes">Why they were computed anew, if this place of a figure was answered before; else null.</param>
public sealed record CellAnswered(string Key, bool Taken, double FitSeconds, double PredictSeconds, IReadOnlyList<string>? Changes = null)
    : LearningEvent;

/// <summary>The cells under a key could not be answered.</summary>
/// <param name="Code">Stable code ("cannot-apply", "out-of-memory").</param>
public sealed record CellFailed(string Key, string Code, string Reason) : LearningEvent;

public enum RunState
{
    Queued,
    Running,
    Interrupted,
    Succeeded,
    Failed,
    Cancelled,

    /// <summary>A user has paused it; it goes on from its last checkpoint when a user resumes it.</summary>
    Paused,
}

/// <summary>The attempt's terminal event.</summary>
/// <param name="Code">Stable code of a failed or interrupted run ("loss-not-finite", "disk-full"); else null.</param>
public sealed record RunEnded(RunState State, string? Code = null, string? What = null, string? WhatToDo = null) : LearningEvent;
