namespace LiftLab.Web.Live;

/// <summary>What a run's folder takes on the disk.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Bytes">Of the whole folder.</param>
/// <param name="KeptBytes">Of fitted models and training checkpoints, which can be deleted.</param>
/// <param name="DeletedAt">When somebody deleted them; null where nobody did.</param>
public sealed record KeptState(string Folder, long Bytes, long KeptBytes, DateTimeOffset? DeletedAt);
