namespace LiftLab.Engine.Tokens;

/// <summary>A token and the range of characters that it covers.</summary>
/// <param name="Start">Index in UTF-16 code units, from 0. A token that is part of a character covers the whole character.</param>
/// <param name="Length">Number of UTF-16 code units; 0 for a token that the tokenizer adds.</param>
public readonly record struct TokenRange(int Id, int Start, int Length);
