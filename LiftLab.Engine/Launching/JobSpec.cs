using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Launching;

/// <summary>The kind of work. The engine's command has the same name in lower case.</summary>
public enum JobKind
{
    Run,
    Boundary,
    Study,
}

/// <summary>A command of the engine that a launcher runs: <c>LiftLab.Engine KIND FOLDER ARGUMENTS</c>.</summary>
/// <param name="Name">LiftLab's key of this submission: letters, digits, '-', '_' and '.'. A second submission of the same work has another
/// name, unless the first is known to be over.</param>
/// <param name="Folder">Absolute; the job's working directory.</param>
/// <param name="LogFile">Absolute. The job appends its standard output and standard error. On Windows the engine itself writes it,
/// without what native libraries print.</param>
public sealed record JobSpec(string Name, JobKind Kind, string Folder, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Keys that the job needs. They are no part of the job's name, folder or command line.</summary>
    public JobSecrets Secrets { get; init; } = JobSecrets.None;

    /// <summary>Null for a single job. Each task is told its share by <c>--share K/COUNT</c>.</summary>
    public JobArray? Array { get; init; }

    /// <summary>The arguments after the engine's own command, for an array without the share.</summary>
    public IReadOnlyList<string> CommandLine => [Kind.ToString().ToLowerInvariant(), Folder, .. Arguments];

    /// <summary>The worker of a run.</summary>
    /// <param name="attemptsBefore">Number of attempts in the folder before this submission. It makes the name unique, because every
    /// submission leaves at least one attempt.</param>
    public static JobSpec Of(RunFolder run, int attemptsBefore) =>
        new(FormattableString.Invariant($"{run.Id}.{attemptsBefore + 1}"), JobKind.Run, run.Path, [], run.LogFile);
}
