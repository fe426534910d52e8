using LiftLab.Engine.Runs;

namespace LiftLab.Web.Storage.Queue;

/// <summary>A run or a study, as the queue sees it. Both share one order.</summary>
public interface IQueued
{
    string Id { get; }
    string Name { get; }
    RunState State { get; }

    /// <summary>Who has started it; null where nobody signed in.</summary>
    string? StartedBy { get; }

    /// <summary>The order of the queue, ascending; meaningful while queued.</summary>
    double Position { get; }

    /// <summary>Attempts since a person last asked for it.</summary>
    int Tries { get; }

    /// <summary>Attempts that the folder held when it was last submitted. Part of the job's name.</summary>
    int AttemptsBefore { get; }

    /// <summary>The launcher that it is to be submitted to; null for the first one that is set up, this machine.</summary>
    string? Wanted { get; }

    /// <summary>The launcher that it was last submitted to; stored before the submission.</summary>
    string? Launcher { get; }

    /// <summary>The launcher's handle of the job; stored after the submission. Null while none is known to run.</summary>
    string? Handle { get; }

    /// <summary>A person has asked for its end.</summary>
    bool CancelRequested { get; }

    /// <summary>The earliest start of what waits; null for at once.</summary>
    DateTime? NotBeforeUtc { get; }

    /// <summary>Why it was interrupted; null where it was not.</summary>
    string? What { get; }

    /// <summary>It waits for a free place; what was interrupted keeps its place until it may start again.</summary>
    bool WaitsForPlace => State == RunState.Queued && !CancelRequested;
}
