namespace LiftLab.Engine.Tokens;

/// <summary>A tokenizer's files cannot be used; the message says what is wrong and what to do.</summary>
public sealed class TokenizerFileException(string what, string whatToDo, Exception? inner = null)
    : Exception(what + ". " + whatToDo, inner),
        IExplained
{
    public string Code => "tokenizer-file";

    public string What { get; } = what;
    public string WhatToDo { get; } = whatToDo;

    internal static TokenizerFileException Of(string path, UnreadableFileException e) =>
        new($"{path} cannot be read: {e.Message}", e.WhatToDo, e);
}
