namespace LiftLab.Engine.Tables.Splits;

/// <summary>Row numbers (from 0) of the three parts of a table. All learners of a run get the same split.</summary>
public sealed record Split(IReadOnlyList<int> Train, IReadOnlyList<int> Valid, IReadOnlyList<int> Test);
