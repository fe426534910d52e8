namespace LiftLab.Engine.Learning.Texts;

/// <summary>Why a text ends.</summary>
public enum TextEnd
{
    /// <summary>At a stop text, or at the model's own end of text.</summary>
    Stop,

    /// <summary>At the maximum number of tokens.</summary>
    Length,
}

/// <summary>A continuation.</summary>
/// <param name="Text">Without the prompt and without the stop text.</param>
/// <param name="Prompt">The prompt's tokens; empty where they were not asked for.</param>
/// <param name="Tokens">The continuation's tokens; empty where no log-probabilities were asked for.</param>
/// <param name="PromptText">The prompt as text.</param>
public sealed record WrittenText(
    string Text,
    TextEnd End,
    IReadOnlyList<TextToken> Prompt,
    IReadOnlyList<TextToken> Tokens,
    string PromptText,
    int PromptTokens,
    int WrittenTokens
);

/// <summary>A part of a continuation, while it is written.</summary>
/// <param name="Index">Which of the texts that were asked for together.</param>
public sealed record TextPiece(int Index, string Text, IReadOnlyList<TextToken> Tokens);
