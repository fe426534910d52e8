using LiftLab.Engine.Learning;

namespace LiftLab.Engine.Runs;

/// <summary>One thing that happened in a run, one line of <c>attempts/NNN.jsonl</c>.</summary>
/// <param name="Sequence">Dense per run from 1, so that a reader who reconnects says what it has seen.</param>
/// <param name="Attempt">The attempt that wrote it, from 1.</param>
/// <param name="Source">The learner it is about ("lift", "knn"), or "run" for the run itself.</param>
public sealed record RunEvent(long Sequence, int Attempt, DateTimeOffset At, string Source, LearningEvent Body);

/// <summary>A worker process took the run up.</summary>
/// <param name="ResumedFromStep">Null on a fresh start.</param>
/// <param name="Versions">Of what computes, by name; null in runs of before they were kept.</param>
public sealed record AttemptStarted(
    int ProcessId,
    string Host,
    string Device,
    int Threads,
    int? ResumedFromStep,
    IReadOnlyDictionary<string, string>? Versions = null
) : LearningEvent;

/// <summary>Says that the worker lives, with its resident memory in bytes and, on a GPU, the device's used and total memory.</summary>
/// <param name="Busy">Processor cores the worker kept busy since the beat before, on average; null in the first.</param>
/// <param name="DeviceBusy">Share of the time in which the GPU computed, 0 to 1.</param>
public sealed record Heartbeat(
    long Memory,
    long? DeviceMemoryUsed = null,
    long? DeviceMemoryTotal = null,
    double? Busy = null,
    double? DeviceBusy = null
) : LearningEvent;

/// <summary>A GPU at a moment: bytes in use and in all, and the share of the time in which it computes, 0 to 1.</summary>
public sealed record DeviceUse(long Used, long Total, double? Busy);

/// <summary>A learner is done or failed; a failed baseline holds nothing up.</summary>
public sealed record LearnerFinished(LearnerResult Result) : LearningEvent;

public enum RunState
{
    Queued,
    Running,
    Interrupted,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>The attempt's terminal event.</summary>
/// <param name="Code">Stable, for a failed or interrupted run ("loss-not-finite", "disk-full"); else null.</param>
public sealed record RunEnded(RunState State, string? Code = null, string? What = null, string? WhatToDo = null) : LearningEvent;
