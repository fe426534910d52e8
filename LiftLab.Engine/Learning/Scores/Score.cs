namespace LiftLab.Engine.Learning.Scores;

/// <summary>A metric knows its name and which way is better.</summary>
/// <param name="Unit">"%" for shares shown as percent, "target" for the target's own unit, "" for a plain number.</param>
public sealed record Metric(string Name, string Title, bool HigherIsBetter, string Unit);

/// <summary>A metric's value on one set of rows.</summary>
/// <param name="Low">Lower end of the 95 % interval, where one was computed.</param>
/// <param name="Count">Rows scored, unreadable answers included.</param>
/// <param name="Unreadable">Of these, answers that could not be read (wrong in classification, left out in regression).</param>
public sealed record Score(string Metric, double Value, double? Low, double? High, int Count, int Unreadable);
