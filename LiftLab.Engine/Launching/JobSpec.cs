using LiftLab.Engine.Runs;

namespace LiftLab.Engine.Launching;

/// <summary>What a job does. The engine's verb has the same name in lower case.</summary>
public enum JobKind
{
    Run,
    Boundary,
}

/// <summary>A command of the engine for a launcher to run: <c>LiftLab.Engine KIND FOLDER ARGUMENTS</c>.</summary>
/// <param name="Name">LiftLab's own key of this submission: letters, digits, '-', '_' and '.'. The same work submitted again has another
/// name, or is known to be over.</param>
/// <param name="Folder">Absolute; the job's working directory.</param>
/// <param name="LogFile">Absolute. The job appends its standard output and standard error. Not written on Windows.</param>
public sealed record JobSpec(string Name, JobKind Kind, string Folder, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>The arguments after the engine's own command.</summary>
    public IReadOnlyList<string> CommandLine => [Kind.ToString().ToLowerInvariant(), Folder, .. Arguments];

    /// <summary>The worker of a run.</summary>
    /// <param name="attemptsBefore">Attempts that the folder held before this submission: it makes the name new, because every submission
    /// leaves at least one attempt.</param>
    public static JobSpec Of(RunFolder run, int attemptsBefore) =>
        new(FormattableString.Invariant($"{run.Id}.{attemptsBefore + 1}"), JobKind.Run, run.Path, [], run.LogFile);
}
