namespace LiftLab.Web.Storage;

/// <summary>One page of a list, and how long the whole list is.</summary>
public sealed record PageOf<T>(IReadOnlyList<T> Items, int Total);
