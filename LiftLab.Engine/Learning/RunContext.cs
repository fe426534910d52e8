namespace LiftLab.Engine.Learning;

/// <summary>
/// What a run lends to a learner that trains for long. A learner is made anew for each attempt; one that finds checkpoints of its own
/// in the folder goes on from the newest.
/// </summary>
/// <param name="CheckpointFolder">Exists, belongs to this learner alone, and outlives the process.</param>
/// <param name="Boundary">Where the decision boundary is to be drawn while training; null for nowhere.</param>
/// <param name="StopTraining">"Stop and save": training ends early with what is best so far, and the run still predicts and scores.</param>
public sealed record RunContext(string CheckpointFolder, BoundarySurface? Boundary = null, CancellationToken StopTraining = default)
{
    /// <summary>
    /// The folder in which the run keeps its fitted main learner, for one that builds on it; null for the main learner itself and outside
    /// runs.
    /// </summary>
    public string? MainFolder { get; init; }

    /// <summary>
    /// How many processors a learner may use that is fitted beside another one, asked each time it starts something; null for all.
    /// </summary>
    public Func<int>? Processors { get; init; }
}
