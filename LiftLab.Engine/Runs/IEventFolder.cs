namespace LiftLab.Engine.Runs;

/// <summary>A folder in which a worker logs what it does, one file per attempt, and finds requests to stop: a run, a study.</summary>
public interface IEventFolder
{
    string Path { get; }

    /// <summary>Name of the folder, and key of the work.</summary>
    string Id { get; }
    string AttemptsFolder { get; }

    /// <summary>If this file exists, the worker ends early and keeps what it has.</summary>
    string StopFile { get; }

    /// <summary>If this file exists, the worker ends at once.</summary>
    string CancelFile { get; }

    /// <summary>If this file exists, the worker saves a checkpoint and ends; the work waits until a user resumes it.</summary>
    string PauseFile => System.IO.Path.Combine(Path, "pause");

    string AttemptFile(int attempt);

    /// <summary>The highest attempt number that has been claimed; 0 before the first.</summary>
    int LastAttempt { get; }
}
