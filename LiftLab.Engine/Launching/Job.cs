namespace LiftLab.Engine.Launching;

/// <summary>Work that was submitted to a launcher.</summary>
/// <param name="Launcher">The launcher's name ("local").</param>
/// <param name="Handle">That launcher's identifier of the job. No other code parses it.</param>
public sealed record Job(string Launcher, string Handle)
{
    /// <summary>The part of the handle that the launcher's own programs take, for people: a process id, a job number.</summary>
    public string Number => Handle.Split('@', '[')[0];
}
