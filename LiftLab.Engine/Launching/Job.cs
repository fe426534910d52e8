namespace LiftLab.Engine.Launching;

/// <summary>Work that was submitted to a launcher.</summary>
/// <param name="Launcher">The launcher's name ("local").</param>
/// <param name="Handle">How that launcher names the job. No other code reads it.</param>
public sealed record Job(string Launcher, string Handle);
