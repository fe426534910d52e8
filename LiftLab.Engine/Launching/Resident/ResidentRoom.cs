namespace LiftLab.Engine.Launching.Resident;

/// <summary>How many resident workers there may be, and for how long.</summary>
/// <param name="Most">Workers at the same time; the least recently asked one leaves for a new one.</param>
/// <param name="Idle">A worker that is not asked for this long leaves.</param>
/// <param name="Need">Estimated bytes of memory that the models of a run take; called with the run's folder.</param>
/// <param name="Free">Bytes of memory that are free now; null where this is not known.</param>
public sealed record ResidentRoom(int Most, TimeSpan Idle, Func<string, long> Need, Func<long?> Free);
