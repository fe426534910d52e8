namespace LiftLab.Engine.Learning.Texts;

/// <summary>A language model that continues texts of others, not only the prompts that it was trained on.</summary>
public interface IContinuesText
{
    /// <summary>
    /// Reads the prompts that were not read yet, and writes at most so many tokens of each text that is not over. Texts are computed
    /// together; what one of them becomes does not depend on the others beyond rounding.
    /// </summary>
    /// <param name="steps">Maximum tokens of each text in this call, so that texts that arrive meanwhile do not wait for long ones.</param>
    Task ContinueAsync(IReadOnlyList<GrowingText> texts, int steps, CancellationToken cancel);
}

/// <summary>A text that a model cannot continue, with the reason.</summary>
public sealed class TextRefusedException(string code, string what, string whatToDo) : Exception(what + " " + whatToDo), IExplained
{
    /// <summary>The code of a prompt that does not fit into the model's context.</summary>
    public const string TooLong = "context_length_exceeded";

    public string Code => code;
    public string What => what;
    public string WhatToDo => whatToDo;
}
