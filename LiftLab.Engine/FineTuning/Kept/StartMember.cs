namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>The fitted weights of one model of an earlier run, from which another model starts.</summary>
/// <param name="Whole">Folder of its whole model, which replaces the base model; null for the base model itself.</param>
/// <param name="Adapter">Folder of its adapter to that model; null for none.</param>
public sealed record StartMember(string? Whole, string? Adapter);
