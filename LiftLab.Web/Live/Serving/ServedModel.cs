namespace LiftLab.Web.Live.Serving;

/// <summary>A model that answers.</summary>
/// <param name="Id">As clients name it.</param>
/// <param name="Path">The run's folder, or the folder of a model alone.</param>
public sealed record ServedModel(string Id, string Path, DateTimeOffset Created, string Owner);
