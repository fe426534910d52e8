namespace LiftLab.Engine.FineTuning.Kept;

/// <summary>What one model of an earlier run left for another to start from.</summary>
/// <param name="Whole">Folder of its whole model, which stands in the base model's place; null for the base model itself.</param>
/// <param name="Adapter">Folder of its adapter, which lies on the base; null for none.</param>
public sealed record StartMember(string? Whole, string? Adapter);
