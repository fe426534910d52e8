using LiftLab.Engine.Learning.Slices;

namespace LiftLab.Engine.Learning;

/// <summary>
/// Services of a run for a learner with long training. Each attempt creates a new learner; it continues from the newest of its
/// checkpoints in the folder.
/// </summary>
/// <param name="CheckpointFolder">An existing folder that only this learner uses and that remains after the process ends.</param>
/// <param name="Boundary">The grid of the decision boundary that is drawn during training; null for none.</param>
/// <param name="StopTraining">"Stop and save": training ends early with the best model so far; the run still predicts and scores.</param>
public sealed record RunContext(string CheckpointFolder, BoundarySurface? Boundary = null, CancellationToken StopTraining = default)
{
    /// <summary>
    /// The folder of the run's kept main learner, for a learner that builds on it; null for the main learner and outside runs.
    /// </summary>
    public string? MainFolder { get; init; }

    /// <summary>
    /// Whether the person has ended the run, so that work elsewhere (a provider's job) is to be ended, too. A run that is paused or
    /// interrupted goes on later. Null outside runs.
    /// </summary>
    public Func<bool>? Abandoned { get; init; }

    /// <summary>
    /// The folder in which a learner keeps the names of what it has made at other places (a provider's files and models), where it must
    /// outlive the checkpoints; null where the checkpoints stay.
    /// </summary>
    public string? ElsewhereFolder { get; init; }

    /// <summary>The file in which a learner that costs money keeps what it has spent; null to keep nothing.</summary>
    public string? SpendingFile { get; init; }

    /// <summary>
    /// Number of processors that a learner may use while another one is fitted in parallel; called before each piece of work. Null for all.
    /// </summary>
    public Func<int>? Processors { get; init; }
}
