using LiftLab.Engine.Runs;

namespace LiftLab.Web.Live.Jobs;

public abstract partial class QueuedJobs<TEntry, TWatched>
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The {Noun} {Id} was submitted to the launcher {Launcher} as {Handle}")]
    static partial void Started(ILogger log, string noun, string id, string launcher, string handle);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The {Noun} {Id} went on while the dashboard was away; its job {Handle} of the launcher {Launcher} is watched again"
    )]
    static partial void Adopted(ILogger log, string noun, string id, string launcher, string handle);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Noun} {Id} was interrupted: {What}. It waits again")]
    static partial void Interrupted(ILogger log, string noun, string id, string? what);

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Noun} {Id} ended: {State} {What}")]
    static partial void EndedAs(ILogger log, string noun, string id, RunState state, string? what);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} jobs ({Noun}) go on without the dashboard; start it again to see them")]
    static partial void GoOn(ILogger log, int count, string noun);

    [LoggerMessage(Level = LogLevel.Warning, Message = "How the {Noun} {Id} ended could not be written into its folder: {Reason}")]
    static partial void NotWritten(ILogger log, string noun, string id, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Noun} {Id} could not be watched; it is tried again")]
    static partial void FailedToBeWatched(ILogger log, string noun, string id, Exception e);
}
