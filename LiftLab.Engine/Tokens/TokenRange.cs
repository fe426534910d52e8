namespace LiftLab.Engine.Tokens;

/// <summary>One token and the characters it stands for.</summary>
/// <param name="Start">In UTF-16 units from 0. A token that is part of a character stands for all of it.</param>
/// <param name="Length">In UTF-16 units; 0 where a tokenizer adds what the text does not have.</param>
public readonly record struct TokenRange(int Id, int Start, int Length);
