namespace LiftLab.Web.Live;

/// <summary>Predictions of a study: planned, answered, failed. Zeros before it is planned.</summary>
public sealed record StudyProgress(int Planned, int Answered, int Failed);
