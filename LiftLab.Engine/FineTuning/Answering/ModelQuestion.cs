using LiftLab.Engine.Models;
using LiftLab.Engine.Tokens;

namespace LiftLab.Engine.FineTuning.Answering;

/// <summary>A question to a base model that is not trained for it.</summary>
/// <param name="Prompt">Examples, if any, and the question, up to and including ###.</param>
/// <param name="Answers">The possible answers with the joint before them and the end mark; empty for a free answer.</param>
/// <param name="Tokens">Maximum tokens of a free answer.</param>
public sealed record ModelQuestion(string Prompt, IReadOnlyList<string> Answers, int Tokens = 24)
{
    /// <summary>Asks the model. Call it on the model's thread.</summary>
    public ModelReply Ask(LanguageModel model, Tokenizer tokenizer, CancellationToken cancel = default)
    {
        var tokens = Answers.Count > 0 ? new AnswerTokens(tokenizer, Prompt, Answers) : null;
        var ids = tokens?.Prompt(Prompt) ?? tokenizer.EncodePrompt(Prompt);
        var room = model.Config.MaxPositions - ids.Length;
        if (room < (tokens?.LongestAnswer ?? Tokens))
            return new(ids.Length, model.Config.MaxPositions, TooLong: true);
        if (tokens is not null)
        {
            var scores = new LabelScorer(model, tokens.Answers).Score([ids], cancel: cancel)[0];
            return new(ids.Length, model.Config.MaxPositions)
            {
                Probabilities = LabelScorer.Probabilities(scores),
                Mass = scores.Sum(Math.Exp),
            };
        }
        var written = new AnswerGenerator(model, tokenizer).Generate([ids], new(Tokens), cancel: cancel)[0];
        return new(ids.Length, model.Config.MaxPositions) { Text = written.Text };
    }
}

/// <summary>A base model's answer.</summary>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="Context">The model's context in tokens.</param>
/// <param name="TooLong">Whether the prompt leaves no room for an answer; there is none then.</param>
public sealed record ModelReply(int PromptTokens, int Context, bool TooLong = false)
{
    /// <summary>Probabilities of the possible answers among each other, in their order; null for a free answer.</summary>
    public IReadOnlyList<double>? Probabilities { get; init; }

    /// <summary>Probability (0–1) that the model writes one of the possible answers at all.</summary>
    public double Mass { get; init; }

    /// <summary>A free answer.</summary>
    public string? Text { get; init; }
}
