namespace LiftLab.Engine.OpenMl;

/// <summary>One of the versions that a name of OpenML has.</summary>
/// <param name="Status">"active", "deactivated" or "in_preparation".</param>
/// <param name="Rows">Null where OpenML does not tell it.</param>
public sealed record OpenMlVersion(int Id, string Name, int Version, string Status, int? Rows, int? Columns);
