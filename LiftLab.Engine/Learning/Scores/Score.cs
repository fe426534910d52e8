namespace LiftLab.Engine.Learning.Scores;

/// <summary>Name, title, direction and unit of a metric.</summary>
/// <param name="Unit">"%" for shares (0 to 1) shown as percent, "target" for the target's unit, "" for a number without a unit.</param>
public sealed record Metric(string Name, string Title, bool HigherIsBetter, string Unit);

/// <summary>A metric's value on one set of rows.</summary>
/// <param name="Low">Lower end of the 95 % interval; null without one.</param>
/// <param name="High">Upper end of the 95 % interval; null without one.</param>
/// <param name="Count">Number of scored rows, unreadable answers included.</param>
/// <param name="Unreadable">Number of unreadable answers among them (wrong in classification, left out in regression).</param>
/// <param name="NoInterval">Why there is no interval; null where there is one, and in runs from before the reason was stored.</param>
public sealed record Score(string Metric, double Value, double? Low, double? High, int Count, int Unreadable, string? NoInterval = null);
