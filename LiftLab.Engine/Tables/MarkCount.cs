namespace LiftLab.Engine.Tables;

/// <summary>A text that was read as a missing value in one column.</summary>
/// <param name="Row">The first row that has it, counted from 1.</param>
public sealed record MarkCount(string Text, int Count, int Row);
