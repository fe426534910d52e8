namespace LiftLab.Engine.Learning.Texts;

/// <summary>A token of a prompt or of a continuation.</summary>
/// <param name="Text">Its part of the text; empty inside a character that several tokens write.</param>
/// <param name="Start">Index of its first character in the prompt with its continuation.</param>
/// <param name="Log">Log-probability at temperature 1, in nats; null for the first token of a text, and where none was asked for.</param>
/// <param name="Top">The most probable tokens at this place, the most probable first; null where none were asked for.</param>
public sealed record TextToken(int Id, string Text, int Start, double? Log = null, IReadOnlyList<RankedToken>? Top = null);

/// <summary>One of the most probable tokens at a place.</summary>
public sealed record RankedToken(string Text, double Log);
